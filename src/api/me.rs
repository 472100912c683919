//! The operations on the person whom a program acts for.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Door;
use super::bodies::present;
use super::error::ApiError;
use super::input::{Body, Sense};
use super::otp::Otp;
use super::visit::visit;
use crate::auth::{self, Caller, NewNames};
use crate::context::ClientAddress;
use domain::user::{PersonName, User, UserName};

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
    Json(Me::from(&user))
}

/// What to change about the person. An absent field stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeEdits {
    #[serde(default)]
    #[schema(max_length = 100)]
    first_name: Option<String>,
    #[serde(default)]
    #[schema(max_length = 100)]
    last_name: Option<String>,
    /// The name to log in with: 3 to 32 letters, digits, dots, dashes and underscores. Null or empty removes it; the
    /// email address still works.
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 32, value_type = Option<String>)]
    username: Option<String>,
}

impl Sense for MeEdits {
    fn nonsense(sent: &Map<String, Value>) -> Vec<(String, String)> {
        let text = |name: &str| sent.get(name).and_then(Value::as_str);
        let name = |field: &'static str| Some((field, PersonName::parse(text(field)?).err()?));
        let user_name = text("username").filter(|typed| !typed.trim().is_empty());
        let user_name = user_name.and_then(|typed| UserName::parse(typed).err());
        let user_name = user_name.map(|said| ("username", said));
        let wrong = [name("first_name"), name("last_name"), user_name];
        let told = wrong.into_iter().flatten();
        told.map(|(field, said)| (field.to_owned(), said.to_owned()))
            .collect()
    }
}

/// Change the person's names. Only the person's own programs can, with an access token.
#[utoipa::path(patch, path = "/me", tag = "Accounts and transactions", security(("token" = [])),
    extensions(("x-own" = json!(true)), ("x-step-up" = json!(true))), params(Otp), request_body = MeEdits,
    responses((status = 200, body = Me, description = "The person, with the new names.")))]
pub async fn edit(
    State(door): State<Door>,
    Extension(Caller { user, .. }): Extension<Caller>,
    Extension(address): Extension<ClientAddress>,
    headers: HeaderMap,
    Body(sent): Body<MeEdits>,
) -> Result<Json<Me>, ApiError> {
    let now = |name: &PersonName| name.as_str().to_owned();
    let user_name = || user.user_name.as_ref().map_or("", UserName::as_str);
    let names = NewNames {
        first_name: sent.first_name.unwrap_or_else(|| now(&user.first_name)),
        last_name: sent.last_name.unwrap_or_else(|| now(&user.last_name)),
        user_name: sent.username.unwrap_or_else(|| user_name().to_owned()),
    };
    let visit = visit(&address, &headers);
    let user = auth::change_names(&door.ctx, &user, &names, &visit).await?;
    Ok(Json(Me::from(&user)))
}

impl From<&User> for Me {
    fn from(user: &User) -> Self {
        let given =
            |name: &PersonName| Some(name.as_str().to_owned()).filter(|name| !name.is_empty());
        Self {
            id: user.id.as_str().to_owned(),
            email: user.email.as_str().to_owned(),
            username: user
                .user_name
                .as_ref()
                .map(UserName::as_str)
                .map(str::to_owned),
            first_name: given(&user.first_name),
            last_name: given(&user.last_name),
        }
    }
}
