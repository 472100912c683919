//! The page of transactions, for a browser.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{self, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::id::UserId;
use domain::search;
use passbook::auth::session_store::Sessions;
use passbook::context::Ctx;
use passbook::ledger::PAGE;
use store::{Narrowing, Place, Store};
use tower_sessions::SessionStore;

use crate::books;

/// The pages that are compared: a name, and the word to search for.
pub const PAGES: [(&str, &str); 4] = [
    ("newest", ""),
    ("rare", books::RARE),
    ("common", books::COMMON),
    ("old", books::OLD),
];

#[derive(Clone)]
struct Control {
    store: Store,
    sessions: Arc<Sessions>,
    pages: Arc<Vec<(&'static str, &'static str, Bytes)>>,
}

/// Returns routes for the pages whose bytes were stored.
pub fn router(ctx: &Ctx, dir: &Path) -> Router {
    let kept = |(name, word)| Some((name, word, super::kept(dir, &format!("{name}.html"))?));
    let control = Control {
        store: ctx.store.clone(),
        sessions: Arc::new(Sessions {
            store: ctx.store.clone(),
            clock: ctx.clock.clone(),
        }),
        pages: Arc::new(PAGES.into_iter().filter_map(kept).collect()),
    };
    Router::new()
        .route("/page/{name}", get(page))
        .with_state(control)
}

async fn page(
    State(control): State<Control>,
    extract::Path(wanted): extract::Path<String>,
    headers: HeaderMap,
) -> Response {
    let found = control.pages.iter().find(|(name, ..)| *name == wanted);
    let Some((_, word, body)) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match read(&control, &headers, word).await {
        Some(()) => (
            [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
            body.clone(),
        )
            .into_response(),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

/// Makes every query of the page, in the same order.
async fn read(control: &Control, headers: &HeaderMap, word: &str) -> Option<()> {
    let cookie = headers.get(header::COOKIE)?.to_str().ok()?;
    let (_, id) = cookie.split_once('=')?;
    let id = id.parse().ok()?;
    let record = control.sessions.load(&id).await.ok()??;
    let id = UserId::parse(record.data.get("user")?.as_str()?)?;
    let user = control.store.user(&id).await.ok()??;
    let accounts = control.store.accounts(&user.id).await.ok()?;
    let summary = control.store.summary(&user.id).await.ok()?;
    let categories = summary.categories().await.ok()?;
    let narrowing = Narrowing {
        words: search::words(word),
        ..Narrowing::default()
    };
    let rows = control
        .store
        .page_of_transactions(&user.id, &narrowing, &Place::First, PAGE + 1)
        .await
        .ok()?;
    std::hint::black_box((accounts, categories, rows));
    Some(())
}
