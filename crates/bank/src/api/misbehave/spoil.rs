//! Applying a fault to a call: a refusal, a delay or an unusable response.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::io::{AsyncRead, ReadBuf};
use tokio_util::io::ReaderStream;

use crate::bank::{Bank, Fault, FaultKind, Refusal};

/// The default for a hanging call: longer than any client waits.
const HANG: Duration = Duration::from_mins(2);
/// The default for a slow response.
const SLOW: Duration = Duration::from_secs(5);
/// The largest response in bytes that can be spoilt, because it is read whole.
const LARGEST: usize = 64 << 20;

impl Fault {
    /// Whether the fault replaces the call, which then has no effect.
    pub(in crate::api) fn instead(&self) -> bool {
        matches!(
            self.kind,
            FaultKind::RateLimit
                | FaultKind::ServerError
                | FaultKind::BadGateway
                | FaultKind::Hang
                | FaultKind::Error
                | FaultKind::Html
                | FaultKind::Empty
        )
    }

    /// Returns the refusal that replaces the response.
    pub(in crate::api) fn refusal(&self) -> Refusal {
        match self.kind {
            FaultKind::RateLimit => {
                let mut refusal = Refusal::new(
                    "RATE_LIMIT_EXCEEDED",
                    "RATE_LIMIT",
                    "rate limit exceeded for attempts to access this item. please try again later",
                );
                refusal.status = 429;
                refusal
            }
            FaultKind::Error => {
                let mut refusal = Refusal::from_code(self.code.as_deref().unwrap_or_default());
                if let Some(kind) = &self.error_type {
                    refusal.kind = error_type(kind);
                }
                refusal
            }
            _ => Refusal::internal(),
        }
    }

    /// Waits for the fault's delay, or until the bank shuts down.
    pub(in crate::api) async fn wait(&self, bank: &Bank) {
        let usual = match self.kind {
            FaultKind::Hang => HANG,
            FaultKind::Slow => SLOW,
            _ => return,
        };
        let time = self.delay_ms.map_or(usual, Duration::from_millis);
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = bank.closing().cancelled() => {}
        }
    }

    /// Spoils a response.
    pub(in crate::api) async fn spoil(&self, mut answer: Response) -> Response {
        match self.kind {
            FaultKind::RateLimit | FaultKind::ServerError | FaultKind::Error => {
                if let Some(seconds) = self.retry_after {
                    answer
                        .headers_mut()
                        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                }
                answer
            }
            FaultKind::BadGateway => {
                (StatusCode::BAD_GATEWAY, page("502 Bad Gateway")).into_response()
            }
            FaultKind::Hang => cut(Bytes::new()),
            FaultKind::Html => page("Scheduled maintenance").into_response(),
            FaultKind::Empty => StatusCode::OK.into_response(),
            FaultKind::Truncated => json(half(&body_bytes(answer).await)),
            FaultKind::Cut => cut(half(&body_bytes(answer).await)),
            FaultKind::WrongTypes => json(spoilt(&body_bytes(answer).await, wrong_type)),
            FaultKind::AbsurdValues => json(absurd(&body_bytes(answer).await)),
            FaultKind::Nulls => json(nulls(&body_bytes(answer).await)),
            _ => answer,
        }
    }
}

/// Returns an error type that clients know, or one that none does.
fn error_type(name: &str) -> &'static str {
    const KNOWN: [&str; 8] = [
        "INVALID_REQUEST",
        "INVALID_RESULT",
        "INVALID_INPUT",
        "INSTITUTION_ERROR",
        "RATE_LIMIT_EXCEEDED",
        "API_ERROR",
        "ITEM_ERROR",
        "TRANSACTIONS_ERROR",
    ];
    KNOWN
        .into_iter()
        .find(|known| *known == name)
        .unwrap_or("UNHEARD_OF_ERROR")
}

async fn body_bytes(answer: Response) -> Bytes {
    to_bytes(answer.into_body(), LARGEST)
        .await
        .unwrap_or_default()
}

fn half(body: &Bytes) -> Bytes {
    body.slice(..body.len() / 2)
}

fn json(body: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn page(title: &str) -> impl IntoResponse {
    let html = format!(
        "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    );
    ([(header::CONTENT_TYPE, "text/html")], html)
}

/// Returns a body that breaks off, so that the server can only drop the connection.
fn cut(start: Bytes) -> Response {
    let body = Body::from_stream(ReaderStream::new(Breaking { start }));
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// Yields some bytes, then an error.
struct Breaking {
    start: Bytes,
}

impl AsyncRead for Breaking {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.start.is_empty() {
            return Poll::Ready(Err(std::io::Error::other("the connection is to break")));
        }
        let fits = self.start.len().min(into.remaining());
        into.put_slice(&self.start.split_to(fits));
        Poll::Ready(Ok(()))
    }
}

/// Applies a function to every top-level field.
fn spoilt(body: &Bytes, spoil: fn(&Value) -> Value) -> Bytes {
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(body) else {
        return body.clone();
    };
    for value in fields.values_mut() {
        *value = spoil(value);
    }
    Value::Object(fields).to_string().into()
}

fn wrong_type(value: &Value) -> Value {
    match value {
        Value::Array(_) | Value::Object(_) => 42.into(),
        Value::Bool(_) => "perhaps".into(),
        Value::String(_) => Value::Array(Vec::new()),
        Value::Number(_) | Value::Null => "none".into(),
    }
}

/// Replaces with null every value that a client can do without.
fn nulls(body: &Bytes) -> Bytes {
    // As text, so that the remaining numbers keep every digit.
    let Ok(fields) = serde_json::from_slice::<BTreeMap<&str, &RawValue>>(body) else {
        return body.clone();
    };
    if fields.contains_key("error_code") {
        return body.clone();
    }
    let fields: BTreeMap<&str, Box<RawValue>> = fields
        .into_iter()
        .map(|(name, value)| (name, emptied(name, value)))
        .collect();
    serde_json::to_vec(&fields).map_or_else(|_| body.clone(), Bytes::from)
}

fn emptied(name: &str, value: &RawValue) -> Box<RawValue> {
    const KEPT: [&str; 11] = [
        "pagination",
        "connection_status",
        "is_being_aggregated",
        "amount",
        "date",
        "pending",
        "type",
        "has_more",
        "next_cursor",
        "transactions_update_status",
        "access_token",
    ];
    let text = value.get();
    let within = if KEPT.contains(&name) || name.ends_with("_id") || name.ends_with("guid") {
        Some(text.to_owned())
    } else if text.starts_with('[') && text.contains('{') {
        let all: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
        let all: Vec<Box<RawValue>> = all.into_iter().map(|one| emptied("", one)).collect();
        serde_json::to_string(&all).ok()
    } else if text.starts_with('{')
        && matches!(name, "" | "user" | "member" | "account" | "transaction")
    {
        let fields: BTreeMap<&str, &RawValue> = serde_json::from_str(text).unwrap_or_default();
        let fields: BTreeMap<&str, Box<RawValue>> = fields
            .into_iter()
            .map(|(name, value)| (name, emptied(name, value)))
            .collect();
        serde_json::to_string(&fields).ok()
    } else {
        None
    };
    let within = within.and_then(|text| RawValue::from_string(text).ok());
    within.unwrap_or_else(|| RawValue::NULL.to_owned())
}

/// Puts in impossible amounts, balances and dates. It edits the text, because numbers this large have no other
/// representation.
fn absurd(body: &Bytes) -> Bytes {
    let text = String::from_utf8_lossy(body);
    let mut changed = String::with_capacity(text.len());
    for part in text.split_inclusive([',', '{', '}']) {
        let spoil = |name: &str, value: &str| {
            let (key, old) = part.split_once(':')?;
            let tail = old.trim_start_matches(|digit: char| !matches!(digit, ',' | '}'));
            key.trim()
                .trim_matches('"')
                .eq(name)
                .then(|| format!("{key}:{value}{tail}"))
        };
        let new = spoil("amount", "1e999")
            .or_else(|| spoil("current", "-1e999"))
            .or_else(|| spoil("balance", "-1e999"))
            .or_else(|| spoil("date", "\"2026-02-31\""));
        changed.push_str(new.as_deref().unwrap_or(part));
    }
    changed.into()
}
