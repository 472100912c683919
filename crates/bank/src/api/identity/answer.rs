//! Responses that the identity providers share, and the error responses of faults.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::facebook;
use crate::bank::{Fault, FaultKind, IdentityProvider};

/// Returns JSON that must not be cached.
pub(super) fn json(status: StatusCode, value: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
    ];
    (status, headers, value.to_string()).into_response()
}

/// Returns JSON that may be cached for `seconds` seconds.
pub(super) fn cacheable_json(value: &Value, seconds: u32) -> Response {
    let mut answer = json(StatusCode::OK, value);
    let control = format!("public, max-age={seconds}, must-revalidate, no-transform");
    if let Ok(control) = HeaderValue::try_from(control) {
        answer.headers_mut().insert(header::CACHE_CONTROL, control);
    }
    answer.headers_mut().remove(header::PRAGMA);
    answer
}

/// Returns an OAuth 2.0 error (RFC 6749, 5.2).
pub(super) fn oauth(status: StatusCode, error: &str, words: &str) -> Response {
    json(status, &json!({"error": error, "error_description": words}))
}

/// Adds a `WWW-Authenticate` challenge to an error response.
pub(super) fn challenge(mut answer: Response, scheme: &'static str) -> Response {
    answer
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
    answer
}

/// Returns the 404 response.
pub(super) fn not_found() -> Response {
    oauth(
        StatusCode::NOT_FOUND,
        "not_found",
        "there is nothing at this address",
    )
}

/// Returns the 405 response.
pub(super) fn wrong_method(allowed: &'static str) -> Response {
    let mut answer = oauth(
        StatusCode::METHOD_NOT_ALLOWED,
        "invalid_request",
        "wrong method",
    );
    answer
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static(allowed));
    answer
}

/// Returns a 500 in a provider's format.
pub(super) fn broken(provider: IdentityProvider) -> Response {
    refuse(provider, StatusCode::INTERNAL_SERVER_ERROR, "server_error")
}

/// Returns the error response that a fault specifies.
pub(super) fn failed(fault: &Fault, provider: IdentityProvider) -> Response {
    let code = fault.code.as_deref().unwrap_or("server_error");
    let (status, code) = match fault.kind {
        FaultKind::RateLimit => (StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable"),
        FaultKind::Error => (status_of(fault.status), code),
        _ => return broken(provider),
    };
    match (fault.kind, fault.body.as_deref()) {
        (FaultKind::Error, Some("empty")) => status.into_response(),
        (FaultKind::Error, Some("html")) => {
            let page = format!("<html><body><h1>{status}</h1></body></html>");
            (status, [(header::CONTENT_TYPE, "text/html")], page).into_response()
        }
        (FaultKind::Error, Some("text")) => json(status, &json!({ "error": code })),
        _ => refuse(provider, status, code),
    }
}

fn refuse(provider: IdentityProvider, status: StatusCode, code: &str) -> Response {
    match provider {
        IdentityProvider::Facebook => facebook::ordered(status, code),
        _ => oauth(status, code, "simulated error"),
    }
}

fn status_of(status: Option<u16>) -> StatusCode {
    status
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::BAD_REQUEST)
}
