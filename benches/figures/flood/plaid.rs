//! The part of Plaid that webhooks need: serves keys, and counts the requests for them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::forge::Signer;

/// The keys, and when they were requested.
#[derive(Clone)]
pub struct KeyServer {
    keys: Arc<Mutex<Vec<Arc<Signer>>>>,
    asked: Arc<Mutex<Vec<Instant>>>,
    /// The address it listens on.
    pub address: SocketAddr,
}

impl KeyServer {
    /// Starts with a first key.
    pub async fn start() -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let server = Self {
            keys: Arc::default(),
            asked: Arc::default(),
            address: listener.local_addr()?,
        };
        server.rotate("the-first-key");
        let router = Router::new()
            .route("/webhook_verification_key/get", post(answer))
            .with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(server)
    }

    /// Signs with a new key from now on.
    pub fn rotate(&self, kid: &str) {
        lock(&self.keys).push(Arc::new(Signer::new(kid)));
    }

    /// Returns the key that signs now.
    pub fn key(&self) -> Arc<Signer> {
        Arc::clone(lock(&self.keys).last().expect("the first one"))
    }

    /// Returns the most look-ups in any minute, and the total.
    pub fn lookups(&self) -> (usize, usize) {
        let asked = lock(&self.asked);
        let within = |from: &Instant| {
            let minute = |at: &&Instant| *at >= from && at.duration_since(*from).as_secs() < 60;
            asked.iter().filter(minute).count()
        };
        (asked.iter().map(within).max().unwrap_or(0), asked.len())
    }
}

async fn answer(
    State(server): State<KeyServer>,
    Json(wanted): Json<Value>,
) -> (StatusCode, Json<Value>) {
    lock(&server.asked).push(Instant::now());
    let known = lock(&server.keys)
        .iter()
        .map(|key| key.jwk())
        .find(|jwk| jwk["kid"] == wanted["key_id"]);
    match known {
        Some(key) => (StatusCode::OK, Json(json!({"key": key, "request_id": "r"}))),
        None => (
            StatusCode::BAD_REQUEST,
            Json(json!({
                "error_type": "INVALID_INPUT", "error_code": "INVALID_WEBHOOK_VERIFICATION_KEY_ID",
                "error_message": "invalid key_id provided", "display_message": null, "request_id": "r",
            })),
        ),
    }
}

fn lock<T>(it: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}
