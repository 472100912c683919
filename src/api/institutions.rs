//! The operation that lists linked institutions.

use axum::extract::State;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::Door;
use super::error::ApiError;
use crate::auth::Caller;
use crate::ledger::records;

/// The linked institutions.
#[derive(Debug, Serialize, ToSchema)]
pub struct Institutions {
    institutions: Vec<Institution>,
}

/// A linked institution.
#[derive(Debug, Serialize, ToSchema)]
pub struct Institution {
    /// The provider's id.
    id: String,
    name: String,
    /// The institution's website.
    url: Option<String>,
    /// The institution's brand color.
    #[schema(example = "#1f4e79")]
    color: Option<String>,
    /// How many of the person's connections lead to it.
    connections: i64,
}

/// List the linked institutions.
#[utoipa::path(get, path = "/institutions", tag = "Accounts and transactions", security(("token" = []), ("key" = ["read"])),
    responses((status = 200, body = Institutions, description = "All institutions, by name.")))]
pub async fn list(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Institutions>, ApiError> {
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
