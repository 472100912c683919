//! The control: bare axum that asks the database for the same and writes the same bytes, which it has ready.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use passbook::auth::session_store::Sessions;
use passbook::clock::Clock;
use passbook::domain::id::UserId;
use passbook::domain::search;
use passbook::ledger::PAGE;
use passbook::store::{Narrowing, Store};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_sessions::SessionStore;

use crate::{Outcome, books};

/// The word that makes this program the control.
pub const WORD: &str = "control";

/// The pages that are compared: a name, and the word that is looked for.
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

/// Serves until it is killed. The pages' bytes lie beside the books.
pub fn run(mut words: impl Iterator<Item = String>) -> Outcome<()> {
    let address: SocketAddr = words.next().ok_or("no address")?.parse()?;
    let dir = PathBuf::from(words.next().ok_or("no directory")?);
    crate::runtime()?.block_on(async {
        let store = Store::open(&dir.join("passbook.db")).await?;
        let sessions = Sessions {
            store: store.clone(),
            clock: Clock::system(),
        };
        let mut pages = Vec::new();
        for (name, word) in PAGES {
            let body = std::fs::read(dir.join(format!("{name}.html")))?;
            pages.push((name, word, Bytes::from(body)));
        }
        let control = Control {
            store,
            sessions: Arc::new(sessions),
            pages: Arc::new(pages),
        };
        let router = Router::new()
            .route("/page/{name}", get(page))
            .route("/readyz", get(async || "ready"))
            .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
            .with_state(control);
        let listener = tokio::net::TcpListener::bind(address).await?;
        axum::serve(listener, router).await?;
        Ok(())
    })
}

async fn page(
    State(control): State<Control>,
    Path(wanted): Path<String>,
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

/// Everything that the page reads, in the same order.
async fn read(control: &Control, headers: &HeaderMap, word: &str) -> Option<()> {
    let cookie = headers.get(header::COOKIE)?.to_str().ok()?;
    let id = cookie.strip_prefix("passbook=")?.parse().ok()?;
    let record = control.sessions.load(&id).await.ok()??;
    let id = UserId::parse(record.data.get("user")?.as_str()?)?;
    let user = control.store.user(&id).await.ok()??;
    let accounts = control.store.accounts(&user.id).await.ok()?;
    let categories = control.store.categories(&user.id).await.ok()?;
    let narrowing = Narrowing {
        words: search::words(word),
        ..Narrowing::default()
    };
    let rows = control
        .store
        .page_of_transactions(&user.id, &narrowing, None, PAGE + 1)
        .await
        .ok()?;
    std::hint::black_box((accounts, categories, rows));
    Some(())
}
