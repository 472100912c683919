//! A page of quotes, without a check of the caller.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{self, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::rate::Pair;
use passbook::context::Ctx;

use crate::rates::{PAGE, PAIRS, PER_PAGE, file};

#[derive(Clone)]
struct Control {
    ctx: Ctx,
    pages: Arc<Vec<(Pair, Bytes)>>,
}

/// Returns routes for the pages whose bytes were stored.
pub fn router(ctx: &Ctx, dir: &Path) -> Router {
    let pages = PAIRS.into_iter().filter_map(|(pair, _)| {
        let body = super::kept(dir, &file(pair))?;
        Some((Pair::parse(pair)?, body))
    });
    let control = Control {
        ctx: ctx.clone(),
        pages: Arc::new(pages.collect()),
    };
    Router::new()
        .route("/quotes/{pair}", get(page))
        .with_state(control)
}

async fn page(
    State(control): State<Control>,
    extract::Path(wanted): extract::Path<String>,
) -> Response {
    let pages = &control.pages;
    let found = Pair::parse(&wanted).and_then(|pair| pages.iter().find(|(of, _)| *of == pair));
    let Some((pair, body)) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let store = &control.ctx.store;
    let Ok(Some((_, last))) = store.quote_places(pair, None, None).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let top = last - (PAGE - 1) * PER_PAGE;
    match std::hint::black_box(store.quotes_between(pair, top - PER_PAGE + 1, top).await) {
        Ok(_) => ([(header::CONTENT_TYPE, "application/json")], body.clone()).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
