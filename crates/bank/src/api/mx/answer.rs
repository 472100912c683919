//! Responses and refusals on MX's wire.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::call::Version;
use crate::bank::{BankError, Fault, FaultKind, Refusal, no};

/// A response.
pub(super) enum Reply {
    /// JSON text with a status.
    Json(StatusCode, String),
    /// 204 No Content.
    Nothing,
}

impl Reply {
    /// Returns 200 with an object in its wrapper.
    pub(super) fn wrapping(name: &str, object: &str) -> Self {
        Self::Json(StatusCode::OK, format!("{{\"{name}\":{object}}}"))
    }

    /// Returns 202 with an object in its wrapper.
    pub(super) fn accepted(name: &str, object: &str) -> Self {
        Self::Json(StatusCode::ACCEPTED, format!("{{\"{name}\":{object}}}"))
    }
}

/// Builds the HTTP response.
pub(super) fn answer(result: Result<Reply, BankError>, version: Version) -> Response {
    match result {
        Ok(Reply::Json(status, text)) => json(status, version, text),
        Ok(Reply::Nothing) => StatusCode::NO_CONTENT.into_response(),
        Err(BankError::Refused(refusal)) => refuse(&refusal, version),
        Err(error) => {
            tracing::error!(%error, "the built-in bank failed");
            refuse(&no(500, "Something went wrong."), version)
        }
    }
}

/// Returns a refusal in MX's format.
pub(super) fn refuse(refusal: &Refusal, version: Version) -> Response {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    let body = json!({"error": {"message": refusal.message}});
    json(status, version, body.to_string())
}

/// Returns the error response that a fault specifies.
pub(super) fn failed(fault: &Fault, version: Version) -> Response {
    let refusal = match fault.kind {
        FaultKind::RateLimit => no(429, "Too many requests."),
        FaultKind::Error => no(
            fault.status.unwrap_or(400),
            fault.code.as_deref().unwrap_or("Something went wrong."),
        ),
        _ => no(500, "Something went wrong."),
    };
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    match fault.body.as_deref() {
        Some("text") => json(
            status,
            version,
            json!({"error": refusal.message}).to_string(),
        ),
        Some("empty") => status.into_response(),
        Some("html") => {
            let page = format!("<html><body><h1>{}</h1></body></html>", status);
            (status, [(header::CONTENT_TYPE, "text/html")], page).into_response()
        }
        _ => refuse(&refusal, version),
    }
}

fn json(status: StatusCode, version: Version, text: String) -> Response {
    let kind = match version {
        Version::New => "application/json; charset=utf-8",
        Version::Old => "application/vnd.mx.api.v1+json; charset=utf-8",
    };
    (status, [(header::CONTENT_TYPE, kind)], text).into_response()
}
