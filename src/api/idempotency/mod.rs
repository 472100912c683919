//! `Idempotency-Key`: a write that is sent twice is carried out once, and gets the same response twice
//! (draft-ietf-httpapi-idempotency-key-header).

pub(super) mod sign_up;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::response::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::{ApiError, FieldError, Kind, MEDIA_TYPE};
use super::operation::Operation;
use super::{Door, input};
use crate::auth::idempotency::{self, Earlier};
use crate::auth::{AuthError, Caller, tokens};
use domain::secret::Secret;

const NAME: &str = "idempotency-key";
/// The largest response, in bytes; ours are all smaller.
const LARGEST_ANSWER: usize = 1 << 20;
/// The statuses that depend on how a request was sent, not on what it said: another attempt may succeed.
const OF_THE_MOMENT: [StatusCode; 4] = [
    StatusCode::BAD_REQUEST,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    StatusCode::TOO_MANY_REQUESTS,
];

/// Returns the idempotency key of a write.
pub(super) fn key(
    headers: &HeaderMap,
    method: &Method,
    operation: Operation,
) -> Result<Option<String>, ApiError> {
    let writes = !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    let Some(key) = headers.get(NAME).filter(|_| writes && !operation.secret) else {
        return Ok(None);
    };
    let text = key.to_str().unwrap_or_default().trim();
    if text.is_empty() || text.len() > 255 {
        return Err(ApiError::invalid(vec![FieldError::new(
            "header",
            "Idempotency-Key",
            "Send 1 to 255 letters, digits and symbols.",
        )]));
    }
    if headers.get_all(NAME).iter().count() > 1 {
        // It is unclear which of two is meant.
        let twice = FieldError::new("header", "Idempotency-Key", "Send this only once.");
        return Err(ApiError::invalid(vec![twice]));
    }
    Ok(Some(text.to_owned()))
}

/// Carries out a write, or returns the response that it received before. It runs to its end even if the caller goes
/// away, because a program that was cut off is the one that asks again.
pub(super) async fn run(
    door: &Door,
    caller: &Caller,
    key: String,
    request: Request,
    next: Next,
) -> Response {
    let (door, caller) = (door.clone(), caller.clone());
    to_the_end(async move { once_only(&door, &caller, &key, request, next).await }).await
}

/// Runs a write to its end even if the caller goes away.
async fn to_the_end(
    write: impl Future<Output = Result<Response, ApiError>> + Send + 'static,
) -> Response {
    match tokio::spawn(write).await {
        Ok(Ok(response)) => response,
        Ok(Err(problem)) => problem.into_response(),
        // The layer that catches panics is further out.
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => ApiError::new(Kind::Unavailable).into_response(),
        },
    }
}

/// A write without a body, and its idempotency key.
pub(super) struct Sent {
    pub key: String,
    pub method: Method,
    pub uri: Uri,
}

/// Returns the earlier response to a log-out, for a token that it has ended.
pub(super) async fn after_log_out(door: &Door, token: &Secret, sent: &Sent) -> Option<Response> {
    let user = tokens::logged_out(&door.ctx, &door.keys, token).await;
    let print = fingerprint(&sent.method, &sent.uri, &[]);
    let answered = idempotency::answered(&door.ctx, &user.ok()?, &sent.key, &print).await;
    answered.ok()?.map(|(status, body)| again(status, body))
}

/// Returns what distinguishes one write from another.
fn fingerprint(method: &Method, uri: &Uri, body: &[u8]) -> Vec<u8> {
    let mut print = format!("{method} {uri}\n").into_bytes();
    print.extend_from_slice(body);
    print
}

async fn once_only(
    door: &Door,
    caller: &Caller,
    key: &str,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let bytes = input::bytes(body).await?;
    let print = fingerprint(&parts.method, &parts.uri, &bytes);
    // Apps of the same person must not share idempotency keys.
    let key = match &caller.client {
        Some(client) => format!("{client} {key}"),
        None => key.to_owned(),
    };
    let (write, earlier) = idempotency::begin(&door.ctx, &caller.user, &key, &print).await?;
    match earlier {
        Earlier::None => {}
        Earlier::Answered(status, body) => return Ok(again(status, body)),
        Earlier::Different => {
            return Err(ApiError::invalid(vec![FieldError::new(
                "header",
                "Idempotency-Key",
                "This key was already used for a different request. Use a new one.",
            )]));
        }
        Earlier::UnderWay => {
            let said = "The same request is already in progress.";
            return Err(ApiError::saying(Kind::Conflict, said).after(1));
        }
    }
    let request = Request::from_parts(parts, Body::from(bytes));
    let (parts, body) = answer(request, next).await;
    keep(door, caller, &write, parts.status, &body).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// Returns the response to a request, with its whole body.
async fn answer(request: Request, next: Next) -> (Parts, Bytes) {
    let (parts, body) = next.run(request).await.into_parts();
    let body = to_bytes(body, LARGEST_ANSWER).await;
    (parts, body.unwrap_or_default())
}

/// Keeps a response, unless it might differ the next time.
async fn keep(
    door: &Door,
    caller: &Caller,
    write: &idempotency::Write,
    status: StatusCode,
    body: &[u8],
) -> Result<(), AuthError> {
    let passes = status.is_server_error() || OF_THE_MOMENT.contains(&status);
    let text = std::str::from_utf8(body).ok().filter(|_| !passes);
    let answer = text.map(|text| (status.as_u16(), text));
    idempotency::end(&door.ctx, &caller.user, write, answer).await
}

fn again(status: u16, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let kind = if status.is_client_error() {
        MEDIA_TYPE
    } else {
        "application/json"
    };
    let empty = body.is_empty();
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    if !empty {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
    response
}
