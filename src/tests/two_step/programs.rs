//! Programs that log in with the password send a code too.

use domain::access::Scopes;
use reqwest::Method;
use serde_json::json;

use super::turned_on;
use crate::api::ApiClient;
use crate::app::{ADA, TestApp};

#[tokio::test]
async fn a_token_needs_a_code_and_so_does_what_a_thief_would_do() {
    let (app, mut ada, bank) = TestApp::linked().await;
    let (phone, codes) = turned_on(&app, &mut ada).await;
    let program = ApiClient::new(&app);
    let path = "/users/auth/token";
    let body = |otp: &str| json!({"username": ADA.email, "password": ADA.password, "otp": otp});
    let without = json!({"username": ADA.email, "password": ADA.password});
    let answer = program.post(path, &without).await;
    assert_eq!(
        (answer.status, answer.text_of("code")),
        (403, "step_up_required".into())
    );
    let answer = program.post(path, &body("000000")).await;
    assert_eq!(
        (answer.status, &answer.json["errors"][0]["field"]),
        (422, &json!("otp"))
    );
    let wrong = json!({"username": ADA.email, "password": "wrong password here", "otp": codes[0]});
    assert_eq!(program.post(path, &wrong).await.status, 401);
    let answer = program.post(path, &body(&codes[0])).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let program = program.with(&answer.text_of("access"));
    assert_eq!(program.get("/accounts").await.status, 200);

    let hook = json!({"url": "https://hooks.example/1"});
    let name = json!({"username": "mallory"});
    for (method, path, body) in [
        (Method::PATCH, "/me".to_owned(), Some(&name)),
        (Method::POST, "/webhooks".to_owned(), Some(&hook)),
        (Method::DELETE, format!("/connections/{bank}"), None),
    ] {
        let answer = program.ask(method.clone(), &path, body, &[]).await;
        assert_eq!(
            (answer.status, answer.text_of("code")),
            (403, "step_up_required".into()),
            "{path}"
        );
        let wrong = [("passbook-otp", "000000")];
        let answer = program.ask(method.clone(), &path, body, &wrong).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        let code = phone.next_code(&app);
        let right = [("passbook-otp", code.as_str())];
        let answer = program.ask(method, &path, body, &right).await;
        assert!((200..=202).contains(&answer.status), "{}", answer.text);
    }
}

#[tokio::test]
async fn keys_act_within_their_scopes_without_a_code() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let key = app.key(&ADA, Scopes::from_words("read manage")).await;
    turned_on(&app, &mut ada).await;
    let program = ApiClient::new(&app).with(&key);
    let hook = json!({"url": "https://hooks.example/1"});
    assert_eq!(program.post("/webhooks", &hook).await.status, 201);
}
