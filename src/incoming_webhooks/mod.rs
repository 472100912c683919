//! The door for messages that providers send on their own initiative.
//!
//! The callers have no session; a webhook is trusted for its signature alone. A response never says what was wrong with
//! a webhook. This room only limits the size and time of requests; `sync::take_webhook` verifies and stores them.

mod deletion;

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use routes::Routes;
use tower_http::timeout::TimeoutLayer;

use crate::context::Ctx;
use crate::sync::{self, Webhook};

/// The largest webhooks list what was removed, and stay far below this.
const LARGEST_BODY: usize = 64 << 10;
/// After ten seconds providers no longer wait for the response.
const PATIENCE: Duration = Duration::from_secs(10);

/// `POST /webhooks/{provider}`; paths below it, for providers that prove themselves by the address; and Facebook's
/// callback for data deletion.
pub fn router(ctx: &Ctx) -> Routes {
    Routes::new()
        .post("/webhooks/facebook/deletion", deletion::asked)
        .post("/webhooks/{provider}", knocked)
        .post("/webhooks/{provider}/{*path}", knocked_below)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            PATIENCE,
        ))
        .with_state(ctx.clone())
}

async fn knocked(
    State(ctx): State<Ctx>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    take(&ctx, &provider, "", &headers, body).await
}

async fn knocked_below(
    State(ctx): State<Ctx>,
    Path((provider, path)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    take(&ctx, &provider, &path, &headers, body).await
}

/// Takes a webhook. Every provider regards only 200 as delivered, and waits after 429 as long as `Retry-After` asks.
async fn take(
    ctx: &Ctx,
    provider: &str,
    path: &str,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return rejection.status().into_response(),
    };
    match sync::take_webhook(ctx, provider, headers, path, &body).await {
        Ok(Webhook::Taken) => StatusCode::OK.into_response(),
        Ok(Webhook::Nobody) => StatusCode::NOT_FOUND.into_response(),
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
