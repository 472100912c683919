//! The door for what providers tell by themselves. Nobody who knocks here has a session; what they say is
//! believed for its signature alone, and what was wrong with it is told to nobody.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tower_http::timeout::TimeoutLayer;

use crate::context::Ctx;
use crate::sync::{self, Webhook};

/// Plaid's longest list what was removed, and stay far below.
const LARGEST_BODY: usize = 64 << 10;
/// After ten seconds nobody listens to the answer any more.
const PATIENCE: Duration = Duration::from_secs(10);

/// `POST /webhooks/plaid`.
pub fn router(ctx: &Ctx) -> Router {
    Router::new()
        .route("/webhooks/plaid", post(plaid))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            PATIENCE,
        ))
        .with_state(ctx.clone())
}

/// Plaid takes 200 and nothing else for arrival, and waits as long as it is asked to with 429.
async fn plaid(
    State(ctx): State<Ctx>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return rejection.status().into_response(),
    };
    match sync::take_webhook(&ctx, signature(&headers), &body).await {
        Ok(Webhook::Taken) => StatusCode::OK.into_response(),
        Ok(Webhook::Refused) => StatusCode::UNAUTHORIZED.into_response(),
        Ok(Webhook::Later(seconds)) => {
            let wait = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
            (StatusCode::TOO_MANY_REQUESTS, wait).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a webhook could not be written down");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// The one signature, if there is exactly one and it is plain text.
fn signature(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all("plaid-verification").iter();
    match (all.next(), all.next()) {
        (Some(one), None) => one.to_str().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_signature_of_plain_text_counts() {
        let of = |values: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for value in values {
                let value = HeaderValue::from_bytes(value).expect("a value");
                headers.append("Plaid-Verification", value);
            }
            signature(&headers).map(str::to_owned)
        };
        assert_eq!(of(&[b"a.b.c"]).as_deref(), Some("a.b.c"));
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[b"a.b.c", b"a.b.c"]), None);
        assert_eq!(of(&["\u{fc}".as_bytes()]), None);
    }
}
