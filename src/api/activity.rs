//! The operation that lists a person's activity.

use axum::extract::State;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::Door;
use super::error::{ApiError, FieldError};
use super::input::{Query, Sense, foreign_cursor};
use crate::auth::Caller;
use crate::ledger;
use crate::ledger::history::view::ActivityFilter;

/// The filter and page of a list of activity.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Only this connection, by its id.
    #[param(max_length = 40)]
    connection: Option<String>,
    /// The `next_cursor` of the previous page.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// A page of activity.
#[derive(Debug, Serialize, ToSchema)]
pub struct Activity {
    /// The entries, the newest first.
    activity: Vec<Entry>,
    /// The `cursor` for the next page; null on the last page.
    next_cursor: Option<String>,
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActivityEntry)]
pub struct Entry {
    id: String,
    #[schema(format = DateTime)]
    at: String,
    /// The event's name, for programs.
    #[schema(example = "synced")]
    event: String,
    /// What happened, in words.
    sentence: String,
    /// An additional line; may be empty.
    detail: String,
    connection_id: Option<String>,
}

/// List the activity: links, syncs, repairs, log-ins and more.
#[utoipa::path(get, path = "/activity", tag = "Accounts and transactions", security(("token" = []), ("key" = ["read"])), extensions(("x-own" = json!(true))),
    params(Wanted), responses((status = 200, body = Activity, description = "A page of activity.")))]
pub async fn list(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Activity>, ApiError> {
    let one_bank = wanted.connection.is_some();
    let filter = ActivityFilter {
        bank: wanted.connection.unwrap_or_default(),
        after: wanted.cursor.unwrap_or_default(),
    };
    let page = ledger::activity(&door.ctx, &caller.user, &filter).await?;
    // An unknown connection, or another person's, has no entries.
    if let (Some(problem), false) = (page.problem, one_bank) {
        return Err(ApiError::invalid(vec![FieldError::query(
            "cursor", problem,
        )]));
    }
    let entries = page.days.into_iter().flat_map(|day| day.entries);
    Ok(Json(Activity {
        activity: entries
            .map(|dated| Entry {
                id: dated.entry.id,
                at: dated.at.exact,
                event: dated.entry.event,
                sentence: dated.entry.sentence,
                detail: dated.entry.detail,
                connection_id: dated.entry.connection_id,
            })
            .collect(),
        next_cursor: page.older,
    }))
}

impl Sense for Wanted {
    fn nonsense(sent: &Map<String, Value>) -> Vec<(String, String)> {
        let is_place = |text: &str| text.parse::<i64>().is_ok_and(|place| place > 0);
        foreign_cursor(sent, is_place).into_iter().collect()
    }
}
