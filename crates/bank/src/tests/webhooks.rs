//! Webhooks: which are sent, how they are signed, and when they are retried.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

use super::TestBank;
use crate::bank::hash;

/// A status and a `Retry-After`.
type Refuse = (u16, Option<&'static str>);

/// A receiver that stores the value of a header and the body of each request, and answers with a set status.
#[derive(Clone, Default)]
pub struct Receiver {
    header: &'static str,
    pub got: Arc<Mutex<Vec<(String, String)>>>,
    refuse: Arc<Mutex<Option<Refuse>>>,
}

impl Receiver {
    pub async fn start() -> (Self, String) {
        Self::reading("plaid-verification").await
    }

    /// Starts a receiver that stores this header.
    pub async fn reading(header: &'static str) -> (Self, String) {
        let receiver = Self {
            header,
            ..Self::default()
        };
        let router = Router::new()
            .route("/hook", post(receive))
            .with_state(receiver.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        (receiver, url)
    }

    pub fn bodies(&self) -> Vec<Value> {
        let got = self.got.lock().expect("not poisoned");
        got.iter()
            .map(|(_, body)| serde_json::from_str(body).expect("JSON"))
            .collect()
    }

    pub fn codes(&self) -> Vec<String> {
        self.bodies()
            .iter()
            .map(|body| body["webhook_code"].as_str().expect("a code").to_owned())
            .collect()
    }

    pub fn answer(&self, status: u16, retry_after: Option<&'static str>) {
        *self.refuse.lock().expect("not poisoned") =
            (status != 200).then_some((status, retry_after));
    }
}

async fn receive(
    State(receiver): State<Receiver>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, HeaderMap) {
    let stored = headers.get(receiver.header);
    let stored = stored.map_or("", |value| value.to_str().expect("text"));
    let stored = stored.to_owned();
    let body = String::from_utf8(body.to_vec()).expect("text");
    receiver
        .got
        .lock()
        .expect("not poisoned")
        .push((stored, body));
    let mut headers = HeaderMap::new();
    let refuse = *receiver.refuse.lock().expect("not poisoned");
    let Some((status, retry_after)) = refuse else {
        return (StatusCode::OK, headers);
    };
    if let Some(value) = retry_after {
        headers.insert("retry-after", value.parse().expect("a value"));
    }
    (StatusCode::from_u16(status).expect("a status"), headers)
}

pub async fn tick(bank: &TestBank) {
    bank.sandbox.tick().await.expect("a tick");
}

#[tokio::test]
async fn a_new_item_tells_of_its_stages_and_of_changes_only_after_the_first_sync() {
    let bank = TestBank::with(|_| {}).await;
    let (receiver, url) = Receiver::start().await;
    let (token, item_id) = bank
        .item("user_transactions_dynamic", json!({"webhook": url}))
        .await;
    tick(&bank).await;
    assert!(receiver.codes().is_empty());
    bank.advance_secs(1);
    tick(&bank).await;
    assert_eq!(receiver.codes(), ["INITIAL_UPDATE"]);
    bank.post("/transactions/sync", json!({"access_token": token}))
        .await;
    bank.advance_secs(4);
    tick(&bank).await;
    let mut codes = receiver.codes();
    codes.sort();
    assert_eq!(
        codes,
        [
            "HISTORICAL_UPDATE",
            "INITIAL_UPDATE",
            "SYNC_UPDATES_AVAILABLE"
        ]
    );
    let bodies = receiver.bodies();
    let sync = bodies
        .iter()
        .find(|body| body["webhook_code"] == "SYNC_UPDATES_AVAILABLE")
        .expect("sent");
    assert_eq!(sync["item_id"], item_id.as_str());
    assert_eq!(sync["environment"], "sandbox");
    assert_eq!(
        (
            &sync["initial_update_complete"],
            &sync["historical_update_complete"]
        ),
        (&json!(true), &json!(true))
    );
    bank.post("/transactions/refresh", json!({"access_token": token}))
        .await;
    tick(&bank).await;
    assert!(receiver.codes().iter().any(|code| code == "DEFAULT_UPDATE"));
    assert!(
        receiver
            .codes()
            .iter()
            .any(|code| code == "TRANSACTIONS_REMOVED")
    );
    let status = bank.post("/item/get", json!({"access_token": token})).await["status"].clone();
    assert_eq!(
        status["last_webhook"]["code_sent"],
        "SYNC_UPDATES_AVAILABLE"
    );
}

#[tokio::test]
async fn every_webhook_is_signed_over_its_bytes_with_the_key_that_the_api_shows() {
    let bank = TestBank::ready().await;
    let (receiver, url) = Receiver::start().await;
    let (token, _) = bank.item("user_good", json!({})).await;
    bank.post(
        "/item/webhook/update",
        json!({"access_token": token, "webhook": url}),
    )
    .await;
    let bank = bank.reopen().await;
    tick(&bank).await;
    let (jwt, body) = receiver.got.lock().expect("not poisoned")[0].clone();
    assert!(body.starts_with("{\n  \""), "two spaces: {body}");
    assert!(body.contains("WEBHOOK_UPDATE_ACKNOWLEDGED"));
    let header = jsonwebtoken::decode_header(&jwt).expect("a header");
    assert_eq!(header.alg, Algorithm::ES256);
    let key = bank
        .post(
            "/webhook_verification_key/get",
            json!({"key_id": header.kid}),
        )
        .await["key"]
        .clone();
    let jwk: Jwk = serde_json::from_value(key).expect("a JWK");
    let mut rules = Validation::new(Algorithm::ES256);
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    let claims =
        jsonwebtoken::decode::<Value>(&jwt, &DecodingKey::from_jwk(&jwk).expect("a key"), &rules);
    let claims = claims.expect("a good signature").claims;
    assert_eq!(
        claims,
        json!({"iat": bank.clock.now().as_second(), "request_body_sha256": hash(&body)})
    );
    assert_eq!(
        bank.refused("/webhook_verification_key/get", json!({"key_id": "nobody"}))
            .await
            .2,
        "INVALID_WEBHOOK_VERIFICATION_KEY_ID"
    );
}

#[tokio::test]
async fn what_does_not_arrive_is_sent_again_signed_anew_and_honours_retry_after() {
    let bank = TestBank::ready().await;
    let (receiver, url) = Receiver::start().await;
    let (token, _) = bank.item("user_good", json!({})).await;
    bank.post("/accounts/get", json!({"access_token": token}))
        .await;
    receiver.answer(204, None);
    bank.post(
        "/item/webhook/update",
        json!({"access_token": token, "webhook": url}),
    )
    .await;
    tick(&bank).await;
    assert_eq!(receiver.codes().len(), 1, "only 200 is arrival");
    bank.advance_secs(29);
    tick(&bank).await;
    assert_eq!(receiver.codes().len(), 1);
    bank.advance_secs(1);
    receiver.answer(429, Some("300"));
    tick(&bank).await;
    assert_eq!(receiver.codes().len(), 2);
    bank.advance_secs(299);
    tick(&bank).await;
    assert_eq!(receiver.codes().len(), 2);
    bank.advance_secs(1);
    receiver.answer(200, None);
    tick(&bank).await;
    bank.advance_days(1);
    tick(&bank).await;
    let got = receiver.got.lock().expect("not poisoned").clone();
    let acknowledged: Vec<_> = got
        .iter()
        .filter(|(_, body)| body.contains("WEBHOOK_UPDATE_ACKNOWLEDGED"))
        .collect();
    assert_eq!(acknowledged.len(), 3);
    assert_eq!(acknowledged[0].1, acknowledged[2].1, "the same bytes");
    assert_ne!(
        acknowledged[0].0, acknowledged[2].0,
        "a signature of its own time"
    );
}

#[tokio::test]
async fn a_reset_login_and_fired_webhooks_are_sent() {
    let bank = TestBank::ready().await;
    let (receiver, url) = Receiver::start().await;
    let (token, _) = bank.item("user_good", json!({})).await;
    let fire = |code: &str| json!({"access_token": token, "webhook_code": code});
    assert_eq!(
        bank.refused("/sandbox/item/fire_webhook", fire("DEFAULT_UPDATE"))
            .await
            .2,
        "SANDBOX_WEBHOOK_INVALID"
    );
    bank.post(
        "/item/webhook/update",
        json!({"access_token": token, "webhook": url}),
    )
    .await;
    bank.post("/sandbox/item/fire_webhook", fire("SYNC_UPDATES_AVAILABLE"))
        .await;
    bank.post("/sandbox/item/reset_login", json!({"access_token": token}))
        .await;
    tick(&bank).await;
    let bodies = receiver.bodies();
    let error = bodies
        .iter()
        .find(|body| body["webhook_code"] == "ERROR")
        .expect("sent");
    assert_eq!(error["error"]["error_code"], "ITEM_LOGIN_REQUIRED");
    assert_eq!(error["error"]["status"], 400);
    assert!(
        receiver
            .codes()
            .contains(&"SYNC_UPDATES_AVAILABLE".to_owned())
    );
}
