//! Institutions.

use axum::extract::State;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::Door;
use super::problem::Problem;
use crate::auth::Caller;
use crate::ledger::records;

/// The institutions that are linked.
#[derive(Debug, Serialize, ToSchema)]
pub struct Institutions {
    institutions: Vec<Institution>,
}

/// An institution.
#[derive(Debug, Serialize, ToSchema)]
pub struct Institution {
    /// The provider's id.
    id: String,
    name: String,
    /// Its site.
    url: Option<String>,
    /// Its colour.
    #[schema(example = "#1f4e79")]
    color: Option<String>,
    /// How many connections lead there.
    connections: i64,
}

/// The institutions that are linked.
#[utoipa::path(get, path = "/institutions", tag = "Reading", security(("token" = []), ("key" = ["read"])),
    responses((status = 200, body = Institutions, description = "Every one, by name.")))]
pub async fn list(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Institutions>, Problem> {
    let institutions = records::institutions(&door.ctx, &caller.user).await?;
    let institutions = institutions
        .into_iter()
        .map(|it| Institution {
            id: it.id,
            name: it.name,
            url: it.url,
            color: it.color,
            connections: it.connections,
        })
        .collect();
    Ok(Json(Institutions { institutions }))
}
