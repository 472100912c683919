//! The API for other programs: `/api/v1`, described by a document that is made from the routes themselves.
//!
//! Callers have no session: they send a token or a key (`guard`). Requests are checked against the description
//! (`input`), and every error response is a problem document (`problem`). `/ws/rates` (`live`) and the OAuth endpoints
//! (`oauth`) are here too. It contains no logic of its own: each operation parses a request, calls one use-case and
//! renders the result.

mod accounts;
mod activity;
mod banks;
mod bodies;
mod bulk_edits;
mod challenges;
mod changes;
mod connections;
mod cors;
mod credentials;
mod document;
pub mod error;
mod example;
mod guard;
mod idempotency;
mod input;
mod institutions;
mod jobs;
mod link_tokens;
mod live;
mod me;
mod oauth;
mod operation;
mod otp;
mod postman;
mod quotes;
mod rate_limits;
mod reference;
mod tokens;
mod transactions;
mod unread_body;
mod visit;
mod webhooks;
mod widget;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::{Extension, Json};
use routes::Routes;
use serde_json::Value;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

pub use document::description;
pub use operation::{Access, Operation, Operations, operations};
pub use postman::collection;

use crate::auth::SigningKeys;
use crate::context::{Ctx, ReachedAt};
use error::{ApiError, Kind, MEDIA_TYPE};
use live::Seats;
pub use live::{KeptOpen, PATH as LIVE_PATH};
pub use rate_limits::Limits;

/// The longest time for a request: more than the slowest call to a bank.
const PATIENCE: Duration = Duration::from_secs(95);

/// The state that operations share.
#[derive(Clone, Debug)]
struct Door {
    ctx: Ctx,
    keys: SigningKeys,
    operations: Arc<Operations>,
    by_caller: Arc<Limits>,
    by_address: Arc<Limits>,
    seats: Arc<Seats>,
    document: Arc<Value>,
    stylesheet: &'static str,
}

/// Returns everything under `/api`, `/ws/rates` for at most `subscribers` subscribers, and the token operations also
/// under `/users/auth`, where clients of older servers expect them.
pub fn router(ctx: &Ctx, stylesheet: &'static str, subscribers: usize) -> Routes {
    let (described, document) = document::routes().split_for_parts();
    let document = document::complete(document);
    let operations = operations(&document);
    let described = Routes::listed(described, operations.keys().cloned());
    let (tokens, of_tokens) = document::token_routes().split_for_parts();
    let of_tokens = operation::operations(&document::complete(of_tokens));
    let tokens = Routes::listed(tokens, of_tokens.into_keys());
    let most = ctx.config.api_requests_a_minute;
    let door = Door {
        ctx: ctx.clone(),
        keys: SigningKeys::default(),
        operations: Arc::new(operations),
        by_caller: Arc::new(Limits::new(most)),
        by_address: Arc::new(Limits::new(most.saturating_mul(2))),
        seats: Seats::new(subscribers),
        document: Arc::new(document),
        stylesheet,
    };
    let guard = from_fn_with_state(door.clone(), guard::stand);
    let described = described
        .fallback(nothing)
        .method_not_allowed_fallback(wrong_method)
        .layer(guard.clone());
    let tokens = tokens
        .method_not_allowed_fallback(wrong_method)
        .layer(guard);
    let about = Routes::new()
        .get("/openapi.json", openapi)
        .get("/docs", docs)
        .get("/postman.json", postman_collection)
        .fallback(nothing);
    let routes = Routes::new()
        .nest("/api/v1", described)
        .nest("/api", about)
        .merge(tokens)
        .nest("/users/auth", Routes::new().fallback(nothing))
        .nest("/.well-known", Routes::new().fallback(nothing))
        .get(live::PATH, live::open)
        .method_not_allowed_fallback(wrong_method)
        // A nested fallback does not cover these.
        .any("/.well-known/", nothing)
        .any("/api/", nothing)
        .any("/users/auth/", nothing);
    let counted = |routes: Routes<Door>| {
        routes
            .layer(from_fn_with_state(door.clone(), guard::count))
            .layer(DefaultBodyLimit::max(input::LARGEST))
            .layer(TimeoutLayer::with_status_code(
                StatusCode::GATEWAY_TIMEOUT,
                PATIENCE,
            ))
            .layer(CatchPanicLayer::new())
    };
    let routes = counted(routes)
        .layer(from_fn(only_problems))
        // OAuth errors have a format of their own.
        .merge(counted(oauth::routes()))
        .layer(from_fn(unread_body::tell));
    routes
        .layer(from_fn_with_state(door.clone(), cors::stand))
        .with_state(door)
}

async fn nothing() -> ApiError {
    ApiError::new(Kind::NotFound)
}

async fn wrong_method() -> ApiError {
    ApiError::new(Kind::Method)
}

async fn openapi(State(door): State<Door>) -> Json<Value> {
    Json(Value::clone(&door.document))
}

async fn postman_collection(
    State(door): State<Door>,
    Extension(ReachedAt(here)): Extension<ReachedAt>,
) -> Json<Value> {
    Json(collection(&door.document, &here))
}

async fn docs(
    State(door): State<Door>,
    Extension(ReachedAt(here)): Extension<ReachedAt>,
) -> Response {
    let page = reference::page(&door.document, door.stylesheet, &here);
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(page)).into_response()
}

/// Turns every error into a problem document, wherever it arises.
async fn only_problems(request: Request, next: Next) -> Response {
    let head = *request.method() == Method::HEAD;
    let response = next.run(request).await;
    let status = response.status();
    let is_problem = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes() == MEDIA_TYPE.as_bytes());
    if is_problem || head || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let mut problem = ApiError::new(Kind::from_status(status)).into_response();
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = response.headers().get(&name) {
            problem.headers_mut().insert(name, value.clone());
        }
    }
    problem
}
