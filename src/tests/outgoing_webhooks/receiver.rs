//! A program that receives webhooks: it records each call, answers as it is told to, and checks signatures with its own
//! implementation of the specification.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::net::TcpListener;

/// A received call.
#[derive(Clone, Debug)]
pub struct Call {
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

/// The answers to give next, and the calls received.
#[derive(Clone, Debug, Default)]
struct Inbox {
    calls: Arc<Mutex<Vec<Call>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
    always: Arc<Mutex<Option<u16>>>,
}

/// The receiving program.
pub struct WebhookReceiver {
    pub address: SocketAddr,
    inbox: Inbox,
}

impl WebhookReceiver {
    pub async fn open() -> Self {
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = TcpListener::bind(anywhere).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let inbox = Inbox::default();
        let app = Router::new().fallback(take).with_state(inbox.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
        Self { address, inbox }
    }

    /// Returns an address of it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers the next calls with these statuses, and later ones with 204.
    pub fn answers(&self, statuses: &[u16]) {
        locked(&self.inbox.answers).extend(statuses);
    }

    /// Answers every call with this status, until it is set to `None`.
    pub fn always(&self, status: Option<u16>) {
        *locked(&self.inbox.always) = status;
    }

    /// Returns the calls so far.
    pub fn calls(&self) -> Vec<Call> {
        locked(&self.inbox.calls).clone()
    }

    /// Returns the calls of one type so far.
    pub fn of_type(&self, kind: &str) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.json()["type"] == kind);
        calls
    }
}

impl Call {
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or("")
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Returns how many of the call's signatures this secret produces.
    pub fn signed_by(&self, secret: &str) -> usize {
        let key = secret.strip_prefix("whsec_").expect("a secret");
        let key = STANDARD.decode(key).expect("base64");
        assert!((24..=64).contains(&key.len()));
        let (id, at) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        let mac = hmac(&key, format!("{id}.{at}.{}", self.body).as_bytes());
        let wanted = format!("v1,{}", STANDARD.encode(mac));
        let signatures = self.header("webhook-signature").split(' ');
        signatures.filter(|one| *one == wanted).count()
    }
}

/// HMAC (RFC 2104) with SHA-256.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let pad = |with: u8| -> Vec<u8> {
        let mut block = key.to_vec();
        block.resize(64, 0);
        block.iter().map(|byte| byte ^ with).collect()
    };
    let inner = digest(&SHA256, &[pad(0x36), text.to_vec()].concat());
    let outer = [pad(0x5c), inner.as_ref().to_vec()].concat();
    digest(&SHA256, &outer).as_ref().to_vec()
}

async fn take(
    State(inbox): State<Inbox>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    locked(&inbox.calls).push(Call {
        path: uri.path().to_owned(),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    let next = locked(&inbox.answers).pop_front();
    let status = locked(&inbox.always).or(next).unwrap_or(204);
    let status = StatusCode::from_u16(status).expect("a status");
    if status.is_redirection() {
        return (status, [(header::LOCATION, "/elsewhere")]).into_response();
    }
    status.into_response()
}

fn locked<T>(it: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}
