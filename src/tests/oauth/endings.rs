//! How an app's tokens end, and what it learns about them.

use jiff::SignedDuration;
use passbook::auth::oauth;
use serde_json::{Value, json};

use super::Budget;
use crate::api::ApiClient;
use crate::app::{ADA, TestApp};

fn token(json: &Value, name: &str) -> String {
    json[name].as_str().expect("a token").to_owned()
}

#[tokio::test]
async fn what_an_app_gives_back_ends_at_once_and_nobody_elses_does() {
    let app = TestApp::start().await;
    let (budget, other) = (
        Budget::on_a_server(&app).await,
        Budget::in_a_browser(&app).await,
    );
    let mut ada = app.signed_up(&ADA).await;
    for which in ["access_token", "refresh_token"] {
        let tokens = budget.tokens(&mut ada, "read").await;
        let access = ApiClient::new(&app).with(&token(&tokens, "access_token"));
        let given_back = token(&tokens, which);
        // An unknown token gets the same answer as a known one, and so does another app's.
        for unknown in ["x", &given_back] {
            let told = other.post("/oauth/revoke", &[("token", unknown)]).await;
            assert_eq!(told.status, 200);
        }
        assert_eq!(access.get("/accounts").await.status, 200);
        let hint = ("token_type_hint", "anything");
        let told = budget
            .post("/oauth/revoke", &[("token", &given_back), hint])
            .await;
        assert_eq!(told.status, 200);
        access.get("/accounts").await.is_unauthorized();
        budget
            .refresh(&token(&tokens, "refresh_token"))
            .await
            .is(400, "invalid_grant");
    }
    budget
        .post("/oauth/revoke", &[])
        .await
        .is(400, "invalid_request");
}

#[tokio::test]
async fn introspection_tells_an_app_of_its_own_good_tokens_only() {
    let app = TestApp::start().await;
    let (budget, other) = (
        Budget::on_a_server(&app).await,
        Budget::on_a_server(&app).await,
    );
    let mut ada = app.signed_up(&ADA).await;
    let tokens = budget.tokens(&mut ada, "read sync").await;
    let (access, refresh) = (
        token(&tokens, "access_token"),
        token(&tokens, "refresh_token"),
    );
    let told = budget.introspect(&access).await;
    assert_eq!(told["active"], true);
    assert_eq!(told["scope"], "read sync");
    assert_eq!(told["client_id"], budget.id.as_str());
    assert_eq!(told["sub"], app.user(&ADA).await.id.as_str());
    assert_eq!(told["username"], ADA.user_name);
    assert_eq!(told["token_type"], "Bearer");
    let lasts = told["exp"]
        .as_i64()
        .zip(told["iat"].as_i64())
        .map(|(exp, iat)| exp - iat);
    assert_eq!(lasts, Some(1_800));
    let told = budget.introspect(&refresh).await;
    assert_eq!(
        (&told["active"], &told["token_type"]),
        (&json!(true), &Value::Null)
    );
    let inactive = json!({ "active": false });
    assert_eq!(other.introspect(&access).await, inactive);
    assert_eq!(budget.introspect("x").await, inactive);
    let mut own = ApiClient::new(&app);
    own.log_in(&ADA).await;
    assert_eq!(
        budget.introspect(&own.bearer.expect("a token")).await,
        inactive
    );
    assert_eq!(budget.refresh(&refresh).await.status, 200);
    assert_eq!(
        budget.introspect(&refresh).await,
        inactive,
        "it was exchanged"
    );
    app.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(budget.introspect(&access).await, inactive);
    // An app without a secret cannot prove its identity.
    let public = Budget::in_a_browser(&app).await;
    let told = public
        .post("/oauth/introspect", &[("token", &access)])
        .await;
    told.is(401, "invalid_client");
}

#[tokio::test]
async fn a_person_an_operator_and_a_new_password_end_what_was_allowed() {
    let app = TestApp::start().await;
    let budget = Budget::on_a_server(&app).await;
    let mut ada = app.signed_up(&ADA).await;
    let person = app.user(&ADA).await;
    let opens = async |tokens: &Value| {
        let program = ApiClient::new(&app).with(&token(tokens, "access_token"));
        program.get("/accounts").await.status
    };
    let tokens = budget.tokens(&mut ada, "read").await;
    let allowed = oauth::allowed(app.ctx(), &person).await.expect("read");
    assert_eq!((allowed.len(), allowed[0].name.as_str()), (1, "Budget"));
    let client = allowed[0].client.as_str();
    // Revoking covers every set of tokens, and a code that was not exchanged yet.
    let second = budget.tokens(&mut ada, "sync").await;
    let waiting = budget.code(&mut ada, "read").await;
    assert!(
        oauth::revoke_app(app.ctx(), &person, client)
            .await
            .expect("revoked")
    );
    assert!(
        !oauth::revoke_app(app.ctx(), &person, client)
            .await
            .expect("gone")
    );
    assert_eq!((opens(&tokens).await, opens(&second).await), (401, 401));
    budget
        .exchange(&waiting, &[])
        .await
        .is(400, "invalid_grant");
    let log = ada.get("/activity").await;
    assert!(log.body.contains(" access to your account"), "{}", log.body);
    assert!(log.body.contains("You removed "), "{}", log.body);
    let tokens = budget.tokens(&mut ada, "read").await;
    assert!(
        oauth::switch(app.ctx(), &budget.id, false)
            .await
            .expect("off")
    );
    assert_eq!(opens(&tokens).await, 401);
    let refresh = token(&tokens, "refresh_token");
    budget.refresh(&refresh).await.is(401, "invalid_client");
    assert!(
        oauth::switch(app.ctx(), &budget.id, true)
            .await
            .expect("on")
    );
    budget.refresh(&refresh).await.is(400, "invalid_grant");
    let tokens = budget.tokens(&mut ada, "read").await;
    let page = ada.get("/settings/password").await;
    let form = page.form("form[action='/forms/password']");
    let form = form
        .with("present", ADA.password)
        .with("new", "eleven brass kettles humming");
    assert_eq!(ada.send(&form).await.path, "/settings");
    assert_eq!(opens(&tokens).await, 401);
    // Nor does a code survive when the admin ends all sessions.
    let mut ada = app.browser();
    ada.log_in(ADA.email, "eleven brass kettles humming").await;
    let waiting = budget.code(&mut ada, "read").await;
    let ended =
        app.ctx()
            .store
            .end_access_for_operator(&person.id, "Grace".into(), app.clock.now());
    ended.await.expect("ended");
    budget
        .exchange(&waiting, &[])
        .await
        .is(400, "invalid_grant");
    let replaced = oauth::new_secret(app.ctx(), &budget.id)
        .await
        .expect("replaced");
    assert!(replaced.is_some());
    budget.refresh("x").await.is(401, "invalid_client");
}
