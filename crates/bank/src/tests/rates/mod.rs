//! The wires of exchange-rate sources over HTTP, as a client sees them.

mod candles;
mod faults;
mod frankfurter;
mod hostile;
mod laws;
mod moves;
mod panel;
mod quota;
mod shapes;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::TestBank;

/// A response. The text is `None` if the connection broke.
struct Answer {
    status: u16,
    headers: HeaderMap,
    text: Option<String>,
}

impl Answer {
    fn json(&self) -> Value {
        let text = self.text.as_deref().unwrap_or_default();
        serde_json::from_str(text).unwrap_or_default()
    }
}

/// Calls a source with a user agent, as a well-behaved program does.
async fn get(bank: &TestBank, path: &str) -> Answer {
    let request = Request::get(path).header("user-agent", "tests/1.0");
    send(bank, request.body(Body::empty()).expect("a request")).await
}

async fn send(bank: &TestBank, request: Request<Body>) -> Answer {
    let router = bank.sandbox.api_router();
    let answer = router.oneshot(request).await.expect("an answer");
    let (parts, body) = answer.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.ok();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        text: bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// Calls a source and expects a 200 with JSON.
async fn good(bank: &TestBank, path: &str) -> Value {
    let answer = get(bank, path).await;
    assert_eq!(answer.status, 200, "{path}: {:?}", answer.text);
    answer.json()
}

fn alpha(from: &str, to: &str) -> String {
    format!(
        "/query?function=CURRENCY_EXCHANGE_RATE&from_currency={from}&to_currency={to}&apikey=DEMO"
    )
}

/// Returns Alpha Vantage's rate of a pair.
async fn rate(bank: &TestBank, from: &str, to: &str) -> Decimal {
    let told = good(bank, &alpha(from, to)).await;
    decimal(&told["Realtime Currency Exchange Rate"]["5. Exchange Rate"])
}

fn decimal(text: &Value) -> Decimal {
    text.as_str().expect("text").parse().expect("a decimal")
}

/// Returns the keys of an object in their order.
fn keys(value: &Value) -> Vec<&str> {
    let object = value.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}

/// Calls `/misbehave/…` and checks the two sentences of the response.
async fn deed(bank: &TestBank, path: &str, body: Value) -> Value {
    let told = bank.post(&format!("/misbehave/{path}"), body).await;
    for word in ["done", "expect"] {
        let text = told[word].as_str().expect("words");
        assert!(text.ends_with('.'), "{path}: {told}");
    }
    told
}

/// Fixes a rate.
async fn set(bank: &TestBank, pair: &str, rate: &str) {
    deed(bank, "rates/set", json!({"pair": pair, "rate": rate})).await;
}
