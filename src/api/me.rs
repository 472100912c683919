//! The operation that returns the person whom a program acts for.

use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use domain::user::{PersonName, UserName};

/// The person whom the token or key belongs to. Apps may read it too, so it holds only what people are told that apps
/// will know.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    id: String,
    email: String,
    username: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
}

/// Get the person whom the token or key belongs to.
#[utoipa::path(get, path = "/me", tag = "Accounts and transactions", security(("token" = []), ("key" = ["read"])),
    responses((status = 200, body = Me, description = "The person.")))]
pub async fn show(Extension(Caller { user, .. }): Extension<Caller>) -> Json<Me> {
    let given = |name: &PersonName| Some(name.as_str().to_owned()).filter(|name| !name.is_empty());
    Json(Me {
        id: user.id.as_str().to_owned(),
        email: user.email.as_str().to_owned(),
        username: user
            .user_name
            .as_ref()
            .map(UserName::as_str)
            .map(str::to_owned),
        first_name: given(&user.first_name),
        last_name: given(&user.last_name),
    })
}
