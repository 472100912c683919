//! The operations that edit many transactions at once, and undo it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Door;
use super::error::ApiError;
use super::input::{Body, Path, Sense};
use crate::auth::Caller;
use crate::ledger::{self, Chosen};
use domain::id::TransactionId;
use domain::own::Edits;

/// Which transactions to edit, and how.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkEditBody {
    /// The ids of the transactions, at least one. Unknown ids are ignored.
    #[schema(max_items = 500)]
    transactions: Vec<String>,
    /// The category to set, broad or fine, such as `FOOD_AND_DRINK_GROCERIES`. Empty restores the bank's.
    #[serde(default)]
    #[schema(max_length = 80)]
    category: Option<String>,
    /// The tags to add to those that are there: single words.
    #[serde(default)]
    #[schema(max_items = 10)]
    tags: Option<Vec<String>>,
}

impl Sense for BulkEditBody {
    fn nonsense(sent: &Map<String, Value>) -> Vec<(String, String)> {
        let given = |name: &str| sent.get(name).is_some_and(|value| !value.is_null());
        let mut wrong = Vec::new();
        if sent
            .get("transactions")
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty)
        {
            wrong.push((
                "transactions".to_owned(),
                "Send at least one id.".to_owned(),
            ));
        }
        if !given("category") && !given("tags") {
            wrong.push(("category".to_owned(), "Send a category or tags.".to_owned()));
        }
        wrong
    }
}

/// An edit of many transactions.
#[derive(Serialize, ToSchema)]
pub struct BulkEdit {
    /// The id by which the edit can be undone, for a day at least; null if no transaction was changed.
    id: Option<String>,
    /// How many transactions were changed. Those that had the values already are not counted.
    changed: u64,
}

/// An edit that was undone.
#[derive(Serialize, ToSchema)]
pub struct UndoneEdit {
    /// How many transactions were restored. Those edited since stay as they are.
    restored: u64,
}

/// Edit many transactions at once.
#[utoipa::path(post, path = "/bulk-edits", tag = "Accounts and transactions", security(("token" = []), ("key" = ["manage"])),
    request_body = BulkEditBody, responses((status = 201, body = BulkEdit, description = "The edit.")))]
pub async fn create(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Body(sent): Body<BulkEditBody>,
) -> Result<(StatusCode, Json<BulkEdit>), ApiError> {
    let ids = sent.transactions.iter();
    let ids = ids.filter_map(|id| TransactionId::parse(id)).collect();
    let edits = Edits {
        category: sent.category,
        tags: sent.tags,
        ..Edits::default()
    };
    let done = ledger::edit_many(&door.ctx, &caller.user, &Chosen::Ids(ids), edits).await?;
    let edit = BulkEdit {
        id: done.id.map(|id| id.to_string()),
        changed: done.changed,
    };
    Ok((StatusCode::CREATED, Json(edit)))
}

/// Undo an edit of many transactions.
#[utoipa::path(delete, path = "/bulk-edits/{id}", tag = "Accounts and transactions", security(("token" = []), ("key" = ["manage"])),
    params(("id" = String, Path, description = "The edit's id.")),
    responses((status = 200, body = UndoneEdit, description = "The edit was undone.")))]
pub async fn undo(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<UndoneEdit>, ApiError> {
    let restored = ledger::undo_edit(&door.ctx, &caller.user, &id).await?;
    Ok(Json(UndoneEdit { restored }))
}
