//! The API's page of transactions without a check, and an empty response with and without the check of a token.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{self, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::id::{TransactionId, UserId};
use domain::search;
use domain::secret::Secret;
use passbook::auth::{self, SigningKeys};
use passbook::context::Ctx;
use passbook::ledger::PAGE;
use store::{Narrowing, Place, Position};

use crate::{Outcome, books};

/// The pages that are compared: a name, and the word to search for.
pub const PAGES: [(&str, &str); 5] = [
    ("newest", ""),
    (DEEP, ""),
    ("rare", books::RARE),
    ("common", books::COMMON),
    ("old", books::OLD),
];
/// The page that begins in the middle of the books.
pub const DEEP: &str = "deep";
/// The file that holds its place: a day and the id of the row before.
pub const PLACE: &str = "api-deep.place";

/// Returns the name of the file with a page's bytes.
pub fn file(name: &str) -> String {
    format!("api-{name}.json")
}

#[derive(Clone)]
struct Control {
    ctx: Ctx,
    keys: SigningKeys,
    user: UserId,
    pages: Arc<Vec<Page>>,
}

struct Page {
    name: &'static str,
    narrowing: Narrowing,
    after: Option<Position>,
    body: Bytes,
}

/// Returns routes for the pages whose bytes were stored.
pub async fn router(ctx: &Ctx, dir: &Path) -> Outcome<Router> {
    let known = ctx.store.user_to_log_in(books::EMAIL).await?;
    let (user, _) = known.ok_or("nobody is there")?;
    let place = place(dir);
    let kept = |(name, word): (&'static str, &str)| {
        Some(Page {
            name,
            narrowing: Narrowing {
                words: search::words(word),
                ..Narrowing::default()
            },
            after: (name == DEEP).then(|| place.clone()).flatten(),
            body: super::kept(dir, &file(name))?,
        })
    };
    let control = Control {
        ctx: ctx.clone(),
        keys: SigningKeys::default(),
        user: user.id,
        pages: Arc::new(PAGES.into_iter().filter_map(kept).collect()),
    };
    Ok(Router::new()
        .route("/api/{name}", get(page))
        .route("/nothing", get(async || "nothing"))
        .route("/nothing/checked", get(checked))
        .with_state(control))
}

fn place(dir: &Path) -> Option<Position> {
    let bytes = super::kept(dir, PLACE)?;
    let (day, id) = std::str::from_utf8(&bytes).ok()?.split_once(' ')?;
    Some(Position {
        day: day.parse().ok()?,
        id: TransactionId::parse(id)?,
    })
}

async fn page(
    State(control): State<Control>,
    extract::Path(wanted): extract::Path<String>,
) -> Response {
    let Some(page) = control.pages.iter().find(|page| page.name == wanted) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let store = &control.ctx.store;
    let rows = store
        .page_of_transactions(
            &control.user,
            &page.narrowing,
            &Place::after(page.after.as_ref()),
            PAGE + 1,
        )
        .await;
    match std::hint::black_box(rows) {
        Ok(_) => (
            [(header::CONTENT_TYPE, "application/json")],
            page.body.clone(),
        )
            .into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Makes the check of the API, and does nothing else.
async fn checked(State(control): State<Control>, headers: HeaderMap) -> Response {
    let bearer = headers.get(header::AUTHORIZATION);
    let bearer = bearer.and_then(|bearer| bearer.to_str().ok()?.strip_prefix("Bearer "));
    let bearer = Secret::new(bearer.unwrap_or_default());
    match auth::caller(&control.ctx, &control.keys, &bearer).await {
        Ok(caller) => {
            std::hint::black_box(caller);
            "nothing".into_response()
        }
        Err(_) => StatusCode::UNAUTHORIZED.into_response(),
    }
}
