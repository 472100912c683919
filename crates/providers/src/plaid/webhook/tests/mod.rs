//! Tests the verifier against a key server that counts its requests.

mod forgeries;
mod looking_up;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::plaid::{Plaid, PlaidConfig};
use domain::clock::Clock;
use domain::secret::Secret;

/// A published key, and a webhook signed with it.
const KID: &str = "6c5516e1-92dc-479e-a8ff-5a51992e0001";
const X: &str = "1felN38dEW-oH2u8Ayco5HmciQx2gLGVfaO-aSpEyx0";
const Y: &str = "XkBdzAjbxEIT9Fw-oCEhQS2qzoUe-2HxIe-wpaeNt9U";
const JWT: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6IjZjNTUxNmUxLTkyZGMtNDc5ZS1hOGZmLTVhNTE5OTJlMDAwMSIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3MDAwMDAwMDAsInJlcXVlc3RfYm9keV9zaGEyNTYiOiJjNzY5YjQxYjdmYTc1M2RlNzg3OWYxOGVjYmU3ODBhMWQyOTIwNjE2ZDc0MzRmNTg1ZmEyNzg3NTU5MzQyMmQ1In0.Alp7GrZKJ0WT98RvaWfV3vrQbq6G1_mBclbKzzafRNcZTb7E-SCF6o122nluQ7F5HCNOL8EKxhW06EvreJ76IQ";
const BODY: &str = r#"{
  "webhook_type": "TRANSACTIONS",
  "webhook_code": "SYNC_UPDATES_AVAILABLE",
  "item_id": "wz666MBjYWTp2PDzzggYhM6oWWmBb",
  "initial_update_complete": true,
  "historical_update_complete": false,
  "environment": "sandbox"
}"#;
const SIGNED_AT: i64 = 1_700_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(SIGNED_AT + seconds).expect("a moment")
}

/// A signer with a key of its own.
struct Signer {
    pair: EcdsaKeyPair,
    kid: String,
}

impl Signer {
    fn new(kid: &str) -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
        let pair = EcdsaKeyPair::from_pkcs8(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            document.expect("a key").as_ref(),
        );
        Self {
            pair: pair.expect("a key"),
            kid: kid.to_owned(),
        }
    }

    fn jwk(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        jwk(
            &self.kid,
            &URL_SAFE_NO_PAD.encode(&point[1..33]),
            &URL_SAFE_NO_PAD.encode(&point[33..]),
        )
    }

    /// Signs any header and claims.
    fn sign(&self, header: &str, claims: &str) -> String {
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(claims)
        );
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.expect("a signature"));
        format!("{signed}.{signature}")
    }

    /// Signs a body as Plaid would.
    fn genuine(&self, body: &str, signed: Timestamp) -> String {
        self.sign(&header(&self.kid), &claims(body, signed))
    }
}

fn header(kid: &str) -> String {
    json!({"alg": "ES256", "kid": kid, "typ": "JWT"}).to_string()
}

fn claims(body: &str, signed: Timestamp) -> String {
    json!({"iat": signed.as_second(), "request_body_sha256": sha256(body)}).to_string()
}

fn sha256(body: &str) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, body.as_bytes());
    hash.as_ref().iter().map(|b| format!("{b:02x}")).collect()
}

fn jwk(kid: &str, x: &str, y: &str) -> Value {
    json!({"alg": "ES256", "crv": "P-256", "kid": kid, "kty": "EC", "use": "sig", "x": x, "y": y,
        "created_at": SIGNED_AT, "expired_at": null})
}

/// A server of keys that counts its requests.
#[derive(Clone, Default)]
struct KeyServer {
    keys: Arc<Mutex<Vec<Value>>>,
    asked: Arc<Mutex<Vec<String>>>,
    broken: Arc<Mutex<bool>>,
    delay: Duration,
}

impl KeyServer {
    async fn start(delay: Duration) -> (Self, Arc<Plaid>) {
        let server = Self {
            delay,
            ..Self::default()
        };
        server.publish(jwk(KID, X, Y));
        let router = Router::new()
            .route("/webhook_verification_key/get", post(answer))
            .with_state(server.clone());
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = TcpListener::bind(nowhere).await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let config = PlaidConfig {
            base_url: url.parse().expect("an address"),
            client_id: "id".into(),
            secret: Secret::new("secret"),
            client_name: "Passbook".into(),
            country_codes: vec!["US".into()],
            language: "en".into(),
            redirect_uri: None,
            webhook: None,
        };
        let (calls, _) = tokio::sync::mpsc::unbounded_channel();
        let plaid = Plaid::new(config, calls, Clock::settable(at(0)));
        (server, Arc::new(plaid.expect("a way to the server")))
    }

    /// Publishes a key in place of the one with the same name.
    fn publish(&self, key: Value) {
        let mut keys = self.keys.lock().expect("not poisoned");
        keys.retain(|k| k["kid"] != key["kid"]);
        keys.push(key);
    }

    fn withdraw(&self, kid: &str) {
        let mut keys = self.keys.lock().expect("not poisoned");
        keys.retain(|k| k["kid"] != kid);
    }

    fn break_down(&self, broken: bool) {
        *self.broken.lock().expect("not poisoned") = broken;
    }

    fn asked(&self) -> usize {
        self.asked.lock().expect("not poisoned").len()
    }
}

async fn answer(
    State(server): State<KeyServer>,
    Json(question): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let kid = question["key_id"].as_str().unwrap_or_default().to_owned();
    server.asked.lock().expect("not poisoned").push(kid.clone());
    tokio::time::sleep(server.delay).await;
    if *server.broken.lock().expect("not poisoned") {
        return (StatusCode::BAD_GATEWAY, Json(json!({})));
    }
    let keys = server.keys.lock().expect("not poisoned");
    match keys.iter().find(|key| key["kid"] == kid.as_str()) {
        Some(key) => (
            StatusCode::OK,
            Json(json!({"key": key, "request_id": "r1"})),
        ),
        None => (
            StatusCode::BAD_REQUEST,
            Json(
                json!({"error_type": "INVALID_INPUT", "error_code": "INVALID_WEBHOOK_VERIFICATION_KEY_ID"}),
            ),
        ),
    }
}
