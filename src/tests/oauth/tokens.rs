//! Authorization codes and refresh tokens: each works once, for one app, with the scopes that were granted.

use domain::access::Scope;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{BACK, Budget, VERIFIER, only};
use crate::api::ApiClient;
use crate::app::{ADA, TestApp};

fn text(json: &Value, name: &str) -> String {
    json[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name}: {json}"))
        .to_owned()
}

#[tokio::test]
async fn a_code_becomes_tokens_that_open_what_was_allowed_and_no_more() {
    let app = TestApp::with(&[("PASSBOOK_RATES", "builtin")]).await;
    let mut ada = app.signed_up(&ADA).await;
    for budget in [
        Budget::on_a_server(&app).await,
        Budget::in_a_browser(&app).await,
    ] {
        for scope in Scope::ALL {
            let tokens = budget.tokens(&mut ada, scope.word()).await;
            assert_eq!(tokens["token_type"], "Bearer");
            assert_eq!(tokens["expires_in"], 1_800);
            assert_eq!(tokens["scope"], scope.word());
            let program = ApiClient::new(&app).with(&text(&tokens, "access_token"));
            let read = program.get("/accounts").await.status;
            let sync = program
                .ask(reqwest::Method::POST, "/quotes", None, &[])
                .await
                .status;
            let manage = program.post("/link-tokens", &json!({})).await.status;
            let may = |of: Scope| if of == scope { 200..=201 } else { 403..=403 };
            assert!(may(Scope::Read).contains(&read), "{scope:?}: {read}");
            assert!(may(Scope::Sync).contains(&sync), "{scope:?}: {sync}");
            assert!(may(Scope::Manage).contains(&manage), "{scope:?}: {manage}");
            let next = budget.refresh(&text(&tokens, "refresh_token")).await;
            assert_eq!((next.status, &next.json["scope"]), (200, &tokens["scope"]));
            assert_eq!(next.cache, "no-store");
        }
    }
}

#[tokio::test]
async fn a_code_is_good_once_for_its_app_with_its_verifier_and_for_a_minute() {
    let app = TestApp::start().await;
    let (budget, other) = (
        Budget::on_a_server(&app).await,
        Budget::in_a_browser(&app).await,
    );
    let mut ada = app.signed_up(&ADA).await;
    let code = budget.code(&mut ada, "read").await;
    let wrong = "another-verifier-of-forty-three-letters-at-least";
    for (name, value, error) in [
        ("code_verifier", wrong, "invalid_grant"),
        ("code_verifier", "short", "invalid_grant"),
        ("code_verifier", "", "invalid_request"),
        ("redirect_uri", "", "invalid_request"),
        ("redirect_uri", "http://127.0.0.1/back", "invalid_grant"),
        (
            "redirect_uri",
            "https://budget.example/back",
            "invalid_grant",
        ),
        ("code", "", "invalid_request"),
        ("code", "x", "invalid_grant"),
        ("grant_type", "", "invalid_request"),
        ("grant_type", "password", "unsupported_grant_type"),
        ("grant_type", "client_credentials", "unsupported_grant_type"),
    ] {
        budget
            .exchange(&code, &[(name, value)])
            .await
            .is(400, error);
    }
    other.exchange(&code, &[]).await.is(400, "invalid_grant");
    // None of these attempts has used up the code.
    let tokens = budget.exchange(&code, &[]).await;
    assert_eq!(tokens.status, 200, "{}", tokens.json);
    let program = ApiClient::new(&app).with(&text(&tokens.json, "access_token"));
    assert_eq!(program.get("/accounts").await.status, 200);
    // A second exchange ends the tokens of the first, because the code may have been copied.
    budget.exchange(&code, &[]).await.is(400, "invalid_grant");
    program.get("/accounts").await.is_unauthorized();
    let refresh = text(&tokens.json, "refresh_token");
    budget.refresh(&refresh).await.is(400, "invalid_grant");
    let late = budget.code(&mut ada, "read").await;
    app.clock.advance(SignedDuration::from_secs(60));
    budget.exchange(&late, &[]).await.is(400, "invalid_grant");
    // Nor is a code from before a password change accepted.
    let before = budget.code(&mut ada, "read").await;
    let page = ada.get("/settings/password").await;
    let form = page.form("form[action='/forms/password']");
    let form = form
        .with("present", ADA.password)
        .with("new", "eleven brass kettles humming");
    assert_eq!(ada.send(&form).await.path, "/settings");
    budget.exchange(&before, &[]).await.is(400, "invalid_grant");
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_for_its_app_alone() {
    let app = TestApp::start().await;
    let (budget, other) = (
        Budget::in_a_browser(&app).await,
        Budget::on_a_server(&app).await,
    );
    let mut ada = app.signed_up(&ADA).await;
    let first = budget.tokens(&mut ada, "read").await;
    let refresh = text(&first, "refresh_token");
    other.refresh(&refresh).await.is(400, "invalid_grant");
    // An app's refresh token does not work for a person's own program, nor the other way round.
    let program = ApiClient::new(&app);
    let own = program
        .post("/users/auth/refresh", &json!({ "refresh": refresh }))
        .await;
    assert_eq!(own.status, 401, "{}", own.text);
    let mut of_person = ApiClient::new(&app);
    of_person.log_in(&ADA).await;
    budget
        .refresh(&of_person.refresh)
        .await
        .is(400, "invalid_grant");
    // An access token cannot be used to refresh.
    let access = text(&first, "access_token");
    budget.refresh(&access).await.is(400, "invalid_grant");
    budget.refresh("x").await.is(400, "invalid_grant");
    let second = budget.refresh(&refresh).await;
    assert_eq!(second.status, 200, "{}", second.json);
    let access = text(&second.json, "access_token");
    assert_eq!(program.with(&access).get("/accounts").await.status, 200);
    // Used again after the grace period, it ends the family.
    app.clock.advance(SignedDuration::from_secs(11));
    budget.refresh(&refresh).await.is(400, "invalid_grant");
    program
        .with(&access)
        .get("/accounts")
        .await
        .is_unauthorized();
    let refresh = text(&second.json, "refresh_token");
    budget.refresh(&refresh).await.is(400, "invalid_grant");
}

#[tokio::test]
async fn an_app_with_a_secret_brings_it_and_one_without_brings_none() {
    let app = TestApp::start().await;
    let (server, browser) = (
        Budget::on_a_server(&app).await,
        Budget::in_a_browser(&app).await,
    );
    let secret = server
        .secret
        .as_ref()
        .expect("a secret")
        .expose()
        .to_owned();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let with = |more: &[(&'static str, String)]| {
        let mut all: Vec<(&str, String)> = fields.map(|(n, v)| (n, v.to_owned())).to_vec();
        all.extend_from_slice(more);
        all
    };
    let id = |of: &Budget| ("client_id", of.id.clone());
    let key = |text: &str| ("client_secret", text.to_owned());
    for (more, status, error) in [
        (vec![id(&server), key(&secret)], 400, "invalid_grant"),
        (vec![id(&browser)], 400, "invalid_grant"),
        (vec![id(&server)], 401, "invalid_client"),
        (vec![id(&server), key("wrong")], 401, "invalid_client"),
        (vec![id(&browser), key(&secret)], 401, "invalid_client"),
        (
            vec![("client_id", "01arz3ndektsv4rrffq69g5fav".into())],
            401,
            "invalid_client",
        ),
        (vec![], 401, "invalid_client"),
        (
            vec![id(&server), id(&server), key(&secret)],
            400,
            "invalid_request",
        ),
    ] {
        let all = with(&more);
        let all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (*n, v.as_str())).collect();
        server
            .send("/oauth/token", &all, None)
            .await
            .is(status, error);
    }
    let basic = |text: &str| {
        use base64::Engine;
        let encoded = base64::engine::general_purpose::STANDARD.encode(text);
        format!("Basic {encoded}")
    };
    let right = basic(&format!("{}:{secret}", server.id));
    server
        .send("/oauth/token", &fields, Some(&right))
        .await
        .is(400, "invalid_grant");
    for wrong in [
        basic("x:y"),
        basic("x"),
        "Basic %%%".into(),
        "Bearer x".into(),
    ] {
        let told = server.send("/oauth/token", &fields, Some(&wrong)).await;
        told.is(401, "invalid_client");
        assert!(told.challenge.starts_with("Basic "), "{}", told.challenge);
    }
    let both = [("client_secret", secret.as_str()), fields[0], fields[1]];
    server
        .send("/oauth/token", &both, Some(&right))
        .await
        .is(400, "invalid_request");
    let other = [("client_id", browser.id.as_str()), fields[0], fields[1]];
    server
        .send("/oauth/token", &other, Some(&right))
        .await
        .is(400, "invalid_request");
    // Only forms are read, and nothing from the query.
    let json = server
        .http
        .post(format!("{}/oauth/token", server.base))
        .json(&json!({}));
    assert_eq!(json.send().await.expect("an answer").status().as_u16(), 400);
    let query = server
        .send("/oauth/token?code=x", &fields, Some(&right))
        .await;
    query.is(400, "invalid_request");
    let long = "x".repeat(20_000);
    server
        .send("/oauth/token", &[("code", &long)], Some(&right))
        .await
        .is(400, "invalid_request");
}

#[tokio::test]
async fn no_code_token_or_secret_is_kept_as_it_is() {
    let app = TestApp::start().await;
    let budget = Budget::register(&app, only(Scope::Read), true).await;
    let mut ada = app.signed_up(&ADA).await;
    let code = budget.code(&mut ada, "read").await;
    let secret = budget
        .secret
        .as_ref()
        .expect("a secret")
        .expose()
        .to_owned();
    crate::log::keep_out(&code);
    crate::log::keep_out(&secret);
    crate::log::keep_out(VERIFIER);
    let tokens = budget.exchange(&code, &[]).await.json;
    for name in ["access_token", "refresh_token"] {
        crate::log::keep_out(&text(&tokens, name));
        budget.introspect(&text(&tokens, name)).await;
    }
    budget.refresh(&text(&tokens, "refresh_token")).await;
    for secret in [
        &code,
        &secret,
        &text(&tokens, "access_token"),
        &text(&tokens, "refresh_token"),
    ] {
        assert!(!app.is_kept(secret), "{secret}");
    }
    assert!(app.is_kept("https://budget.example/back"), "{BACK}");
    let tokens = ["access_token", "refresh_token"].map(|name| text(&tokens, name));
    let secrets = [
        code.as_str(),
        secret.as_str(),
        VERIFIER,
        &tokens[0],
        &tokens[1],
    ];
    let leaks = crate::log::heard().1;
    let leaked = |line: &&String| secrets.iter().any(|secret| line.contains(secret));
    assert_eq!(leaks.iter().find(leaked), None);
}

#[tokio::test]
async fn what_is_for_a_person_s_own_programs_no_app_may_call() {
    let app = TestApp::start().await;
    let budget = Budget::on_a_server(&app).await;
    let mut ada = app.signed_up(&ADA).await;
    let tokens = budget.tokens(&mut ada, "read sync manage").await;
    let of_app = ApiClient::new(&app).with(&text(&tokens, "access_token"));
    let mut own = ApiClient::new(&app);
    own.log_in(&ADA).await;
    let webhook = json!({ "url": "https://hooks.example.org/x" });
    for path in ["/webhooks", "/activity"] {
        of_app.get(path).await.is_problem(403);
        assert_eq!(own.get(path).await.status, 200, "{path}");
    }
    of_app.post("/webhooks", &webhook).await.is_problem(403);
    assert_eq!(
        app.number("SELECT COUNT(*) FROM outbound_endpoint").await,
        0
    );
    // An app's idempotency keys are separate from those of other apps and of the person's own programs.
    let key = [("idempotency-key", "1")];
    let write = async |program: &ApiClient, path: &str| {
        program
            .ask(reqwest::Method::POST, path, None, &key)
            .await
            .status
    };
    let nobodys = format!("/connections/{}/sync", crate::guard::routes::ID);
    assert_eq!(write(&of_app, &nobodys).await, 404);
    assert_ne!(write(&own, "/quotes").await, 422);
}

#[tokio::test]
async fn a_refresh_may_name_scopes_that_were_allowed_and_no_others() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let budget = Budget::on_a_server(&app).await;
    let tokens = budget.tokens(&mut ada, "read sync").await;
    let token = text(&tokens, "refresh_token");
    let refresh = async |scope: &str| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &token),
            ("scope", scope),
        ];
        budget.post("/oauth/token", &fields).await
    };
    for scope in ["manage", "read manage", "everything", " "] {
        let told = refresh(scope).await;
        assert_eq!(
            (told.status, &told.json["error"]),
            (400, &json!("invalid_scope")),
            "{scope}"
        );
    }
    let told = refresh("read").await;
    assert_eq!(
        (told.status, &told.json["scope"]),
        (200, &json!("read sync")),
        "none of it used the token up"
    );
}
