//! What happened, in words and by name.

use axum::extract::State;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::Door;
use super::input::{Query, Sense, foreign_cursor};
use super::problem::{FieldError, Problem};
use crate::auth::Caller;
use crate::ledger;
use crate::ledger::proof::view::ActivityFilter;

/// Which entries are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// One connection, by its id.
    #[param(max_length = 40)]
    connection: Option<String>,
    /// Where the page before ended: its `next_cursor`.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// A page of what happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct Activity {
    /// The newest first.
    activity: Vec<Entry>,
    /// What to send as `cursor` for the page that follows; null on the last.
    next_cursor: Option<String>,
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActivityEntry)]
pub struct Entry {
    id: String,
    #[schema(format = DateTime)]
    at: String,
    /// Its name, for programs.
    #[schema(example = "synced")]
    event: String,
    /// What happened, in words.
    sentence: String,
    /// One line more; may be empty.
    detail: String,
    connection_id: Option<String>,
}

/// What happened: links, syncs, repairs, log-ins, …
#[utoipa::path(get, path = "/activity", tag = "Reading", security(("token" = []), ("key" = ["read"])), extensions(("x-own" = json!(true))),
    params(Wanted), responses((status = 200, body = Activity, description = "A page.")))]
pub async fn list(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Activity>, Problem> {
    let one_bank = wanted.connection.is_some();
    let filter = ActivityFilter {
        bank: wanted.connection.unwrap_or_default(),
        after: wanted.cursor.unwrap_or_default(),
    };
    let page = ledger::activity(&door.ctx, &caller.user, &filter).await?;
    // A connection that is nobody's, or somebody else's, has no entries.
    if let (Some(problem), false) = (page.problem, one_bank) {
        return Err(Problem::invalid(vec![FieldError::query("cursor", problem)]));
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
