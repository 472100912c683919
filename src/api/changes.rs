//! The change feed: what came, changed and went since one last asked, in the provider's own semantics.

use axum::extract::State;
use axum::{Extension, Json};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Door;
use super::input::{Query, Sense};
use super::problem::{FieldError, Problem};
use super::words::TransactionJson;
use crate::auth::Caller;
use crate::domain::user::User;
use crate::ledger::records::{self, Change};

const PAGE: u32 = 100;

/// Where to read on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct From {
    /// The `next_cursor` of the last answer; none to begin with everything.
    #[param(max_length = 200)]
    cursor: Option<String>,
    /// How many changes: 100 unless told.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u32>,
}

impl Sense for From {}

/// What changed. Keep what is added or modified under its id, drop what is removed, and then keep `next_cursor`:
/// the same answer read twice changes nothing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changes {
    /// Transactions that were not there before the cursor.
    added: Vec<TransactionJson>,
    /// Transactions that are different.
    modified: Vec<TransactionJson>,
    /// Transactions that are gone.
    removed: Vec<Removed>,
    /// What to send next time, whether there is more or not.
    next_cursor: String,
    /// Whether there is more already.
    has_more: bool,
}

/// A transaction that is gone.
#[derive(Debug, Serialize, ToSchema)]
pub struct Removed {
    id: String,
    account_id: String,
}

/// What was added, modified and removed since a cursor.
#[utoipa::path(get, path = "/changes", tag = "Changes", security(("token" = []), ("key" = ["read"])),
    params(From), responses((status = 200, body = Changes, description = "What changed.")))]
pub async fn list(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Query(from): Query<From>,
) -> Result<Json<Changes>, Problem> {
    let unknown = || {
        let said = "Send a next_cursor as it came, or none to begin with everything.";
        Problem::invalid(vec![FieldError::query("cursor", said)])
    };
    let after = match from.cursor.as_deref() {
        None | Some("") => 0,
        Some(cursor) => read_cursor(cursor, &caller.user).ok_or_else(unknown)?,
    };
    let limit = from.limit.unwrap_or(PAGE);
    let page = records::changes(&door.ctx, &caller.user, after, limit).await?;
    // A place that the books never had: they were put back from a backup, and everything is read anew.
    let page = page.ok_or_else(unknown)?;
    let mut changes = Changes {
        added: Vec::new(),
        modified: Vec::new(),
        removed: Vec::new(),
        next_cursor: cursor(page.place, &caller.user),
        has_more: page.more,
    };
    for change in page.changes {
        match change {
            Change::Added(record) => changes.added.push(TransactionJson::listed(*record)),
            Change::Modified(record) => changes.modified.push(TransactionJson::listed(*record)),
            Change::Removed(id, account_id) => changes.removed.push(Removed { id, account_id }),
        }
    }
    Ok(Json(changes))
}

/// A place in one person's sequence, in a text that says nothing to its reader.
fn cursor(place: i64, user: &User) -> String {
    URL_SAFE_NO_PAD.encode(format!("1.{}.{place}", user.id))
}

/// Another person's cursor is no cursor.
fn read_cursor(text: &str, user: &User) -> Option<i64> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let text = std::str::from_utf8(&bytes).ok()?;
    let place = text.strip_prefix("1.")?.strip_prefix(user.id.as_str())?;
    let place: i64 = place.strip_prefix('.')?.parse().ok()?;
    (place >= 0).then_some(place)
}
