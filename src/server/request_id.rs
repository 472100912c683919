//! A request id for every request: in the log, in the response, and on error pages.

use std::time::Instant;

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

const NAME: HeaderName = HeaderName::from_static("x-request-id");

/// Gives a request its id and logs it once. The query is not logged: it may hold a person's search, or an invitation.
pub(super) async fn number(mut request: Request, next: Next) -> Response {
    let id: String = ulid::Ulid::generate()
        .to_string()
        .to_ascii_lowercase()
        .chars()
        .skip(10)
        .collect();
    let value = HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("none"));
    // A client's own value for this header is not logged.
    request.headers_mut().insert(NAME, value.clone());
    let span = tracing::info_span!(
        "request",
        id,
        method = logged(request.method().as_str()),
        path = logged(request.uri().path())
    );
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    response.headers_mut().insert(NAME, value);
    let (status, ms) = (
        response.status().as_u16(),
        u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    );
    span.in_scope(|| {
        if status >= 500 {
            tracing::error!(status, ms, "answered");
        } else {
            tracing::debug!(status, ms, "answered");
        }
    });
    response
}

/// Returns the id of a request.
pub(super) fn from_headers(headers: &HeaderMap) -> Option<String> {
    headers.get(NAME)?.to_str().ok().map(str::to_owned)
}

/// Returns the part of a path or method that is logged. Addresses under the built-in bank's are keys to a person's
/// session there, and what follows a provider's name in the address of its webhooks is a secret. No path of ours is
/// longer than this limit, but anyone can request one that is.
pub(super) fn logged(path: &str) -> &str {
    const LONGEST: usize = 200;
    if path.starts_with("/sandbox/") {
        return "/sandbox/…";
    }
    let shown = match path.strip_prefix("/webhooks/") {
        Some(below) => &path[..path.len() - below.find('/').map_or(0, |at| below.len() - at)],
        None => path,
    };
    &shown[..shown.floor_char_boundary(LONGEST)]
}

#[cfg(test)]
mod tests {
    use super::logged;

    #[test]
    fn no_more_of_a_path_is_logged_than_ours_are_long() {
        assert_eq!(logged("/accounts"), "/accounts");
        assert_eq!(logged("/sandbox/link/session/id/key"), "/sandbox/…");
        assert_eq!(logged("/webhooks/plaid"), "/webhooks/plaid");
        assert_eq!(logged("/webhooks/mx/secret"), "/webhooks/mx");
        assert_eq!(logged("/webhooks/mx/secret/more"), "/webhooks/mx");
        assert_eq!(logged(&"é".repeat(50_000)).len(), 200);
        assert_eq!(logged(&format!("/{}", "é".repeat(50_000))).len(), 199);
    }
}
