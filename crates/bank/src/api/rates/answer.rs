//! Responses that all sources share, and the error responses of faults.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::alpha_vantage;
use super::asked::Asked;
use crate::bank::{Fault, FaultKind, Source};

/// Returns JSON with a status.
pub(super) fn json(status: StatusCode, text: String) -> Response {
    let kind = "application/json; charset=utf-8";
    (status, [(header::CONTENT_TYPE, kind)], text).into_response()
}

/// Returns a refusal in the format of Coinbase and Frankfurter.
pub(super) fn message(status: StatusCode, words: &str) -> Response {
    json(status, json!({ "message": words }).to_string())
}

/// Returns a 500 in a source's format.
pub(super) fn broken(source: Source) -> Response {
    refuse(
        source,
        StatusCode::INTERNAL_SERVER_ERROR,
        "Internal server error",
    )
}

/// Returns the error response that a fault specifies.
pub(super) fn failed(fault: &Fault, source: Source, asked: &Asked) -> Response {
    let words = fault.code.as_deref().unwrap_or("Something went wrong.");
    let (status, words) = match fault.kind {
        FaultKind::RateLimit => (StatusCode::TOO_MANY_REQUESTS, "Public rate limit exceeded"),
        FaultKind::Error => (status_of(fault.status), words),
        _ => return broken(source),
    };
    match (fault.kind, fault.body.as_deref()) {
        (FaultKind::Error, Some("empty")) => status.into_response(),
        (FaultKind::Error, Some("html")) => {
            let page = format!("<html><body><h1>{status}</h1></body></html>");
            (status, [(header::CONTENT_TYPE, "text/html")], page).into_response()
        }
        (FaultKind::Error, Some("text")) => json(status, json!({"error": words}).to_string()),
        (FaultKind::Error, _) if source == Source::AlphaVantage => {
            // Alpha Vantage refuses with 200.
            let status = fault.status.map_or(StatusCode::OK, |_| status);
            alpha_vantage::refuse(status, words, asked)
        }
        _ => refuse(source, status, words),
    }
}

fn refuse(source: Source, status: StatusCode, words: &str) -> Response {
    match source {
        Source::AlphaVantage => json(status, json!({ "Information": words }).to_string()),
        Source::Coinbase | Source::Frankfurter => message(status, words),
    }
}

fn status_of(status: Option<u16>) -> StatusCode {
    status
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::BAD_REQUEST)
}
