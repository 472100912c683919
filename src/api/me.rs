//! Who a program acts for.

use axum::{Extension, Json};

use super::tokens::Person;
use crate::auth::Caller;

/// The person whom the token or key belongs to.
#[utoipa::path(get, path = "/me", tag = "Reading", security(("token" = []), ("key" = ["read"])),
    responses((status = 200, body = Person, description = "The person.")))]
pub async fn show(Extension(caller): Extension<Caller>) -> Json<Person> {
    Json(Person::from(&caller.user))
}
