//! The operations to sign up, and to get, refresh and end tokens.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Door;
use super::bodies::time;
use super::error::{ApiError, Kind};
use super::input::{Body, Checked, Sense};
use super::visit::visit;
use crate::auth::{self, AuthError, Caller, Registration, tokens};
use crate::context::ClientAddress;
use domain::secret::Secret;
use domain::user::User;

/// The person to sign up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "it describes; what is sent is read as far as it can be"
)]
pub struct Register {
    /// The name to log in with: 3 to 32 letters, digits, dots, dashes and underscores.
    #[schema(min_length = 3, max_length = 32, example = "countess")]
    username: String,
    #[schema(max_length = 254, example = "ada@example.org")]
    email: String,
    /// At least 15 characters, and not easy to guess.
    #[schema(
        min_length = 15,
        max_length = 1024,
        example = "copper lantern walks north"
    )]
    password: String,
    #[serde(default)]
    #[schema(max_length = 100)]
    first_name: Option<String>,
    #[serde(default)]
    #[schema(max_length = 100)]
    last_name: Option<String>,
    #[serde(default)]
    #[schema(format = Date)]
    birthday: Option<String>,
    /// The invitation code, where one is needed.
    #[serde(default)]
    #[schema(max_length = 100)]
    invitation: Option<String>,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub struct Person {
    id: String,
    username: Option<String>,
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
    #[schema(format = Date)]
    birthday: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

/// The person's name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    /// The user name or the e-mail address.
    #[schema(max_length = 254, example = "countess")]
    username: String,
    #[schema(max_length = 1024, example = "copper lantern walks north")]
    password: String,
    /// A code of the authenticator app, or a recovery code. Needed when two-step verification is on.
    #[serde(default)]
    #[schema(max_length = 100, example = "123456")]
    otp: Option<String>,
}

/// The refresh token to exchange.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    #[schema(max_length = 2048)]
    refresh: String,
}

/// A pair of tokens.
#[derive(Serialize, ToSchema)]
pub struct Tokens {
    /// The access token, valid for 30 minutes. Send it as `Authorization: Bearer`.
    access: String,
    /// The refresh token. It can be exchanged once, within 7 days, and no later than a year after the log-in.
    refresh: String,
}

impl Sense for Register {}
impl Sense for LogIn {}
impl Sense for Refresh {}

/// Sign up a person, as far as the admin allows it.
#[utoipa::path(post, path = "/users/auth/register", tag = "Sign-up and tokens", security(()), request_body = Register,
    responses((status = 201, body = Person, description = "The person has signed up."),
        (status = 403, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "Sign-up is closed.")))]
pub async fn register(
    State(door): State<Door>,
    Extension(address): Extension<ClientAddress>,
    headers: HeaderMap,
    Checked {
        sent, mut errors, ..
    }: Checked<Register>,
) -> Result<(StatusCode, Json<Person>), ApiError> {
    // A caller who may not sign up need not learn what else is wrong.
    let invitation = sent["invitation"].as_str().unwrap_or_default();
    auth::may_sign_up(&door.ctx, invitation).await?;
    let visit = visit(&address, &headers);
    if !errors.is_empty() {
        // The valid fields are checked all the same, so that every problem is reported at once.
        let more = auth::problems_of_registration(&door.ctx, registration(&sent), &visit).await?;
        let more = ApiError::field_errors(more);
        let fields: Vec<String> = errors.iter().map(|error| error.field.clone()).collect();
        errors.extend(more.into_iter().filter(|e| !fields.contains(&e.field)));
        return Err(ApiError::invalid(errors));
    }
    let user = auth::register(&door.ctx, registration(&sent), &visit).await?;
    Ok((StatusCode::CREATED, Json(Person::from(&user))))
}

/// Get a pair of tokens for a username or email and its password.
#[utoipa::path(post, path = "/users/auth/token", tag = "Sign-up and tokens", security(()), request_body = LogIn,
    extensions(("x-secret" = json!(true))),
    responses((status = 200, body = Tokens, description = "A new pair of tokens."),
        (status = 401, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "The username and password don't match."),
        (status = 403, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "Two-step verification is on, and `otp` is missing: `code` is `step_up_required`.")))]
pub async fn token(
    State(door): State<Door>,
    Extension(address): Extension<ClientAddress>,
    headers: HeaderMap,
    Body(sent): Body<LogIn>,
) -> Result<Json<Tokens>, ApiError> {
    let password = Secret::new(sent.password);
    let code = sent.otp.map(Secret::new);
    let visit = visit(&address, &headers);
    let (ctx, name) = (&door.ctx, &sent.username);
    let user = auth::log_in_with_code(ctx, name, &password, code.as_ref(), &visit).await?;
    pair(tokens::issue(&door.ctx, &door.keys, &user).await)
}

/// Exchange a refresh token for a new pair.
///
/// A refresh token works once: using it again more than ten seconds later ends every token of the log-in. All tokens
/// end a year after the log-in; then log in again.
#[utoipa::path(post, path = "/users/auth/refresh", tag = "Sign-up and tokens", security(()), request_body = Refresh,
    extensions(("x-secret" = json!(true))),
    responses((status = 200, body = Tokens, description = "A new pair of tokens."),
        (status = 401, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "The token is invalid.")))]
pub async fn refresh(
    State(door): State<Door>,
    Body(sent): Body<Refresh>,
) -> Result<Json<Tokens>, ApiError> {
    let token = Secret::new(sent.refresh);
    match tokens::refresh(&door.ctx, &door.keys, &token).await {
        Err(AuthError::BadToken) => Err(ApiError::saying(
            Kind::Unauthorized,
            "This refresh token is invalid or was already used. Log in again.",
        )),
        other => pair(other),
    }
}

/// End every token of the log-in that this access token belongs to, at once.
#[utoipa::path(post, path = "/users/auth/logout", tag = "Sign-up and tokens", security(("token" = [])),
    responses((status = 204, description = "Logged out.")))]
pub async fn logout(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
) -> Result<StatusCode, ApiError> {
    let family = caller
        .family
        .ok_or_else(|| ApiError::new(Kind::Forbidden))?;
    tokens::log_out(&door.ctx, &family).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn pair(pair: Result<tokens::TokenPair, AuthError>) -> Result<Json<Tokens>, ApiError> {
    let pair = pair?;
    Ok(Json(Tokens {
        access: pair.access.expose().to_owned(),
        refresh: pair.refresh.expose().to_owned(),
    }))
}

/// Reads a registration from a body; a missing or invalid field becomes empty.
fn registration(sent: &Value) -> Registration {
    let text = |name: &str| sent[name].as_str().map(str::to_owned);
    let required = |name: &str| text(name).unwrap_or_default();
    Registration {
        user_name: required("username"),
        email: required("email"),
        password: Secret::new(required("password")),
        first_name: text("first_name"),
        last_name: text("last_name"),
        birthday: text("birthday"),
        invitation: text("invitation").map(Secret::new),
    }
}

impl From<&User> for Person {
    fn from(user: &User) -> Self {
        let name = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty());
        Self {
            id: user.id.to_string(),
            username: user.user_name.as_ref().map(|it| it.as_str().to_owned()),
            email: user.email.as_str().to_owned(),
            first_name: name(user.first_name.as_str()),
            last_name: name(user.last_name.as_str()),
            birthday: user.birthday.map(|day| day.to_string()),
            created_at: time(user.created_at),
        }
    }
}
