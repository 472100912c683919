//! The door for what providers tell by themselves. Nobody who knocks here has a session; what they say is
//! believed for its signature alone, and what was wrong with it is told to nobody.

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

/// The longest list what was removed, and stay far below.
const LARGEST_BODY: usize = 64 << 10;
/// After ten seconds nobody listens to the answer any more.
const PATIENCE: Duration = Duration::from_secs(10);

/// `POST /webhooks/{provider}`, and below it where a provider proves itself by its address; and Facebook's callback for
/// people who want their data deleted.
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

/// 200 and nothing else is arrival to every provider, and 429 has them wait as long as they are asked to.
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
