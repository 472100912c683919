//! CORS for scripts of other sites: those in the settings, and those of registered apps.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use tower::{Layer, ServiceExt};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::Door;
use crate::auth::oauth;

/// Adds CORS headers for allowed sites. All others get none, so browsers keep them out.
pub(super) async fn stand(State(door): State<Door>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN);
    let origin = origin.and_then(|origin| origin.to_str().ok());
    let is_allowed = match origin {
        None => false,
        Some(origin) => is_allowed(&door, origin).await,
    };
    if !is_allowed {
        return next.run(request).await;
    }
    match rules().layer(next).oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

async fn is_allowed(door: &Door, origin: &str) -> bool {
    let mut configured = door.ctx.config.api_origins.iter();
    if configured.any(|allowed| allowed == origin) {
        return true;
    }
    // If the database fails, the answer is no.
    oauth::is_origin(&door.ctx, origin).await.unwrap_or(false)
}

fn rules() -> CorsLayer {
    let idempotency = HeaderName::from_static("idempotency-key");
    let told = [
        "ratelimit",
        "ratelimit-policy",
        "x-request-id",
        "idempotency-replayed",
    ];
    let told = told.map(HeaderName::from_static);
    let told = told.into_iter().chain([header::RETRY_AFTER, header::ETAG]);
    CorsLayer::new()
        // Only allowed origins come this far.
        .allow_origin(AllowOrigin::mirror_request())
        .allow_methods([Method::GET, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_NONE_MATCH,
            idempotency,
        ])
        .expose_headers(told.collect::<Vec<_>>())
        .max_age(Duration::from_secs(600))
}
