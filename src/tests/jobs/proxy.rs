//! A proxy between Passbook and the bank: it forwards calls, answers in the bank's place, or holds them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;

#[derive(Clone)]
enum Instead {
    /// Answers with this status, `Retry-After` and body.
    Say(u16, Option<String>, Value),
    /// Waits until it is released, then forwards the call.
    Wait(Arc<Notify>),
}

#[derive(Clone)]
struct Rules {
    bank: String,
    http: reqwest::Client,
    instead: Arc<Mutex<HashMap<String, Instead>>>,
    arrived: Arc<Notify>,
}

pub struct BankProxy {
    pub url: String,
    rules: Rules,
}

impl BankProxy {
    pub async fn before(bank: &str) -> Self {
        let rules = Rules {
            bank: bank.to_owned(),
            http: crate::app::browsers(),
            instead: Arc::default(),
            arrived: Arc::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(pass).with_state(rules.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { url, rules }
    }

    /// Makes an endpoint fail like this from now on.
    pub fn fails(&self, endpoint: &str, status: u16, retry_after: Option<&str>, code: &str) {
        let error_type = match status {
            429 => "RATE_LIMIT_EXCEEDED",
            _ => "API_ERROR",
        };
        let body = json!({
            "error_type": error_type, "error_code": code,
            "error_message": "the raw words of the provider", "request_id": "req-of-the-failure",
        });
        let instead = Instead::Say(status, retry_after.map(str::to_owned), body);
        self.instead(endpoint, Some(instead));
    }

    /// Makes an endpoint answer `INVALID_INPUT` with this code from now on.
    pub fn says_invalid_input(&self, endpoint: &str, code: &str) {
        let body = json!({"error_type": "INVALID_INPUT", "error_code": code, "request_id": "req"});
        self.instead(endpoint, Some(Instead::Say(400, None, body)));
    }

    /// Holds calls of an endpoint from now on, until they are released.
    pub fn keeps_waiting(&self, endpoint: &str) -> Arc<Notify> {
        let go_on = Arc::new(Notify::new());
        self.instead(endpoint, Some(Instead::Wait(Arc::clone(&go_on))));
        go_on
    }

    /// Forwards calls of an endpoint again.
    pub fn lets_through(&self, endpoint: &str) {
        self.instead(endpoint, None);
    }

    /// Waits until a call is being held.
    pub async fn somebody_waits(&self) {
        let arrived = self.rules.arrived.notified();
        let waited = tokio::time::timeout(std::time::Duration::from_secs(30), arrived).await;
        waited.expect("somebody calls");
    }

    fn instead(&self, endpoint: &str, what: Option<Instead>) {
        let mut instead = self.rules.instead.lock().expect("the rules");
        match what {
            Some(what) => instead.insert(endpoint.to_owned(), what),
            None => instead.remove(endpoint),
        };
    }
}

async fn pass(State(rules): State<Rules>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let rule = rules
        .instead
        .lock()
        .expect("the rules")
        .get(uri.path())
        .cloned();
    match rule {
        Some(Instead::Say(status, retry_after, body)) => {
            let status = StatusCode::from_u16(status).expect("a status");
            let retry_after = retry_after.map(|value| [("retry-after", value)]);
            return (status, retry_after, axum::Json(body)).into_response();
        }
        Some(Instead::Wait(go_on)) => {
            rules.arrived.notify_one();
            go_on.notified().await;
        }
        None => {}
    }
    let mut request = rules.http.post(format!("{}{}", rules.bank, uri.path()));
    for name in [
        "content-type",
        "plaid-client-id",
        "plaid-secret",
        "plaid-version",
    ] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    let answer = request.body(body).send().await.expect("the bank answers");
    let status = answer.status();
    (status, answer.bytes().await.expect("a body")).into_response()
}
