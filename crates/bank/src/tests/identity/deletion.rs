//! Facebook's data deletion requests.

use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use axum::Router;
use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{deed, text};
use crate::bank::DELETION_FORGERIES;
use crate::tests::TestBank;

type Seen = Arc<Mutex<Vec<(String, String)>>>;

/// A program that receives deletion requests. Returns its URL, and what it gets.
async fn program() -> (String, Seen) {
    let seen = Seen::default();
    let take = async |State(seen): State<Seen>,
                      headers: HeaderMap,
                      Form(form): Form<Vec<(String, String)>>| {
        assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
        seen.lock().expect("unlocked").extend(form);
        let answer = json!({"url": "https://app.example/deleted/1", "confirmation_code": "1", "more": "x".repeat(9000)});
        answer.to_string()
    };
    let router = Router::new()
        .route("/deletion", post(take))
        .with_state(seen.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!(
        "http://{}/deletion",
        listener.local_addr().expect("an address")
    );
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, seen)
}

/// Verifies a request as Facebook's example does.
fn verified(request: &str, secret: &str) -> Option<Value> {
    let (signature, payload) = request.split_once('.')?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    hmac::verify(&key, payload.as_bytes(), &signature).ok()?;
    let payload: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    (payload["algorithm"] == "HMAC-SHA256").then_some(payload)
}

#[tokio::test]
async fn a_signed_request_is_sent_and_the_answer_is_told() {
    let bank = TestBank::ready().await;
    let (url, seen) = program().await;
    let order = json!({"url": url, "client_secret": "my-secret", "user_id": "10123456789012345"});
    let told = deed(&bank, "identity/deletion", order.clone()).await;
    assert_eq!(told["status"], 200);
    assert!(text(&told, "body").starts_with("{\"confirmation_code\":\"1\""));
    assert_eq!(
        text(&told, "body").len(),
        4096,
        "no more than is worth telling"
    );
    let all = std::mem::take(&mut *seen.lock().expect("unlocked"));
    assert_eq!(
        (all.len(), all[0].0.as_str(), all[0].1.as_str()),
        (1, "signed_request", text(&told, "signed_request"))
    );
    let payload = verified(&all[0].1, "my-secret").expect("rightly signed");
    assert_eq!(payload["user_id"], "10123456789012345");
    assert_eq!(payload["issued_at"], bank.clock.now().as_second());
    for (forgery, _) in DELETION_FORGERIES {
        let mut order = order.clone();
        order["forgery"] = forgery.into();
        let told = deed(&bank, "identity/deletion", order).await;
        assert_eq!(
            verified(text(&told, "signed_request"), "my-secret"),
            None,
            "{forgery}"
        );
    }
    for (name, value) in [
        ("forgery", "unheard"),
        ("url", "ftp://127.0.0.1/"),
        ("client_secret", ""),
        ("user_id", ""),
    ] {
        let mut order = order.clone();
        order[name] = value.into();
        assert_eq!(
            bank.refused("/misbehave/identity/deletion", order).await.0,
            400,
            "{name}"
        );
    }
}

#[tokio::test]
async fn an_address_where_nobody_is_is_told_too() {
    let bank = TestBank::ready().await;
    let order = json!({"url": "http://127.0.0.1:1/", "client_secret": "s", "user_id": "1"});
    let told = deed(&bank, "identity/deletion", order).await;
    assert_eq!((&told["status"], text(&told, "body")), (&Value::Null, ""));
}
