//! The operation of the change feed: what was added, modified and removed, with the semantics of providers' feeds.

use axum::extract::State;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::Door;
use super::bodies::TransactionJson;
use super::error::ApiError;
use super::input::{Query, Sense, foreign_cursor};
use crate::auth::Caller;
use crate::ledger;
use domain::transaction::Transaction;

const PAGE: u32 = 100;

/// The place in the feed.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct From {
    /// The `next_cursor` of the previous response; leave it out to start with everything.
    #[param(max_length = 200)]
    cursor: Option<String>,
    /// How many changes to return; 100 by default.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u32>,
}

impl Sense for From {
    fn nonsense(sent: &Map<String, Value>) -> Vec<(String, String)> {
        let foreign = foreign_cursor(sent, ledger::is_cursor);
        foreign.into_iter().collect()
    }
}

/// What changed since the cursor.
///
/// Store what is added or modified under its id, delete what is removed, and then store `next_cursor`. Reading the same
/// response twice changes nothing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changes {
    /// Transactions that are new since the cursor.
    added: Vec<TransactionJson>,
    /// Transactions that changed.
    modified: Vec<TransactionJson>,
    /// Transactions that no longer exist.
    removed: Vec<Removed>,
    /// The cursor for the next request, whether there is more or not.
    next_cursor: String,
    /// Whether more changes are waiting already.
    has_more: bool,
}

/// A transaction that no longer exists.
#[derive(Debug, Serialize, ToSchema)]
pub struct Removed {
    id: String,
    account_id: String,
}

/// List what was added, modified and removed since a cursor.
#[utoipa::path(get, path = "/changes", tag = "Changes and webhooks", security(("token" = []), ("key" = ["read"])),
    params(From),
    responses((status = 200, body = Changes, description = "A page of changes."),
        (status = 409, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "The cursor is too old, or ahead of the latest change. Start again without a cursor.")))]
pub async fn list(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Query(from): Query<From>,
) -> Result<Json<Changes>, ApiError> {
    let limit = Some(from.limit.unwrap_or(PAGE));
    let page = ledger::changes(&door.ctx, &caller.user, from.cursor.as_deref(), limit).await?;
    let changes = page.changes;
    let rows = |rows: Vec<Transaction>| rows.into_iter().map(TransactionJson::listed).collect();
    Ok(Json(Changes {
        added: rows(changes.added),
        modified: rows(changes.modified),
        removed: changes
            .removed
            .into_iter()
            .map(|row| Removed {
                id: row.id.to_string(),
                account_id: row.account_id.to_string(),
            })
            .collect(),
        next_cursor: page.next_cursor,
        has_more: changes.has_more,
    }))
}
