//! Operations for linking banks with credentials that people type in a program. Credentials go to the provider and are
//! never stored or returned: for a write with an idempotency key, only a keyed fingerprint is kept
//! ([`super::idempotency`]).

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bodies::ConnectionJson;
use super::challenges::{Asked, Sent, answered};
use super::connections::parse_connection_id;
use super::error::{ApiError, FieldError, Kind};
use super::input::{Body, Path, Sense};
use super::{Door, banks};
use crate::auth::Caller;
use crate::ledger::records;
use crate::sync::{self, SyncError, TypedLink, TypedOutcome};
use domain::id::ConnectionId;
use domain::problem::Reason;
use domain::secret::Secret;

/// A bank, and the person's log-in there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TypedBank {
    /// The provider's name.
    #[schema(min_length = 1, max_length = 40, example = "mx")]
    provider: String,
    /// The provider's id of the bank.
    #[schema(min_length = 1, max_length = 200, example = "mxbank")]
    institution_id: String,
    /// A value for every field of the bank's log-in form. Secret. Empty for a bank where people log in on its own site.
    #[serde(default)]
    #[schema(inline, max_items = 20)]
    credentials: Vec<CredentialJson>,
}

impl Sense for TypedBank {}

/// The person's log-in at a bank, entered again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TypedAgain {
    /// A value for every field of the bank's log-in form. Secret. Empty for a bank where people log in on its own site.
    #[serde(default)]
    #[schema(inline, max_items = 20)]
    credentials: Vec<CredentialJson>,
}

impl Sense for TypedAgain {}

/// The value of a log-in field.
#[derive(Deserialize, ToSchema)]
#[schema(as = Credential)]
#[serde(deny_unknown_fields)]
pub struct CredentialJson {
    /// The field's id.
    #[schema(min_length = 1, max_length = 100)]
    field: String,
    /// The value that the person entered. Secret: it is passed on to the provider and never stored.
    #[schema(write_only, format = Password, min_length = 1, max_length = 500)]
    value: String,
}

/// The person's answers to a bank's challenges.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// An answer to each of the `challenges` in the connection's status. Secret.
    #[serde(default)]
    #[schema(inline, max_items = 20)]
    answers: Vec<AnswerJson>,
}

impl Sense for Answers {}

/// The answer to one challenge.
#[derive(Deserialize, ToSchema)]
#[schema(as = ChallengeAnswer)]
#[serde(deny_unknown_fields)]
pub struct AnswerJson {
    /// The challenge's id.
    #[schema(min_length = 1, max_length = 100)]
    challenge: String,
    /// The answer, or the value of the chosen option. Secret: it is passed on to the provider and never stored.
    #[schema(write_only, format = Password, min_length = 1, max_length = 500)]
    value: String,
}

/// The connection that is being linked or logged in to, or that is already linked.
#[derive(Debug, Serialize, ToSchema)]
pub struct BeingAsked {
    connection: ConnectionJson,
}

/// The bank's own log-in page.
#[derive(Serialize, ToSchema)]
pub struct OwnLogin {
    /// The URL to send the person to; null while the bank isn't waiting for them to log in.
    url: Option<String>,
}

/// Link a bank with the person's credentials.
///
/// The connection exists at once, and its status shows the result. While the bank is checking, the same request returns
/// the same connection.
#[utoipa::path(post, path = "/connections/credentials", tag = "Banks",
    security(("token" = []), ("key" = ["manage"])), request_body = TypedBank,
    responses((status = 202, body = BeingAsked, description = "Passbook is logging in to the bank."),
        (status = 200, body = BeingAsked, description = "Nothing was sent: Passbook is already logging in, or this log-in is already linked. The existing connection is returned."),
        (status = 409, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "This log-in is already linked, or the same request is in progress. Nothing was changed."),
        (status = 502, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "The provider couldn't return the bank's log-in fields. Nothing was started.")))]
pub async fn create(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Body(sent): Body<TypedBank>,
) -> Result<(StatusCode, Json<BeingAsked>), ApiError> {
    let (bank, fields) = banks::named(&door, &sent.provider, &sent.institution_id).await?;
    let asked: Vec<Asked<'_>> = fields.iter().map(Asked::field).collect();
    let typed = answered(&asked, filled(sent.credentials), "credentials", "field")?;
    let wanted = TypedLink {
        provider: &sent.provider,
        institution_id: &sent.institution_id,
        institution_name: &bank.name,
        typed: &typed,
    };
    let linked = sync::link_typed(&door.ctx, &caller.user, wanted).await;
    link_response(&door, &caller, &linked.map_err(banks::not_of_ours)?).await
}

/// Log in to a connection's bank again with new credentials.
#[utoipa::path(post, path = "/connections/{id}/credentials", tag = "Banks",
    security(("token" = []), ("key" = ["manage"])), request_body = TypedAgain,
    params(("id" = String, Path, description = "The id.")),
    responses((status = 202, body = BeingAsked, description = "Passbook is logging in to the bank."),
        (status = 200, body = BeingAsked, description = "Nothing was sent: Passbook is already logging in, or this log-in is already linked. The existing connection is returned."),
        (status = 409, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "This log-in is already linked, or the same request is in progress. Nothing was changed."),
        (status = 502, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "The provider returned an error.")))]
pub async fn again(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(sent): Body<TypedAgain>,
) -> Result<(StatusCode, Json<BeingAsked>), ApiError> {
    let record = records::connection(&door.ctx, &caller.user, &id).await?;
    let connection = record.connection;
    if connection.unlink_asked_at.is_some() {
        return Err(ApiError::new(Kind::NotFound));
    }
    let institution = connection.institution_id.as_deref().unwrap_or_default();
    let fields = sync::credential_fields(&door.ctx, &connection.provider, institution).await;
    let (_, fields) = fields.map_err(not_typed)?;
    let asked: Vec<Asked<'_>> = fields.iter().map(Asked::field).collect();
    let typed = answered(&asked, filled(sent.credentials), "credentials", "field")?;
    let begun = sync::log_in_again(&door.ctx, &caller.user, &connection.id, &typed).await;
    link_response(&door, &caller, &begun.map_err(not_typed)?).await
}

/// Answer all of a bank's challenges.
///
/// The bank may ask again; the connection's status shows it.
#[utoipa::path(post, path = "/connections/{id}/answers", tag = "Banks",
    security(("token" = []), ("key" = ["manage"])), request_body = Answers,
    params(("id" = String, Path, description = "The id.")),
    responses((status = 202, body = BeingAsked, description = "Passbook is logging in to the bank."),
        (status = 409, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "There are no challenges to answer right now, or the same request is in progress."),
        (status = 502, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "The provider returned an error.")))]
pub async fn answer(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(sent): Body<Answers>,
) -> Result<(StatusCode, Json<BeingAsked>), ApiError> {
    let id = parse_connection_id(&id)?;
    let challenges = sync::challenges(&door.ctx, &caller.user, &id).await?;
    if sent.answers.is_empty() {
        let errors = vec![FieldError::body("answers", "This is missing.")];
        return Err(ApiError::invalid(errors));
    }
    if challenges.is_empty() {
        return Err(asks_nothing());
    }
    let asked: Vec<Asked<'_>> = challenges.iter().map(Asked::challenge).collect();
    let sent = sent.answers.into_iter().map(|one| Sent {
        id: one.challenge,
        value: Secret::new(one.value),
    });
    let answers = answered(&asked, sent.collect(), "answers", "challenge")?;
    let taken = sync::answer_challenges(&door.ctx, &caller.user, &id, &answers).await;
    taken.map_err(|error| match error {
        // The challenges were open a moment ago and no longer are.
        SyncError::NotFound => asks_nothing(),
        error => error.into(),
    })?;
    being_asked(&door, &caller, &id).await
}

/// Get the address of the bank's own log-in page, while the bank is waiting for the person.
#[utoipa::path(get, path = "/connections/{id}/own-login", tag = "Banks",
    security(("token" = []), ("key" = ["manage"])), extensions(("x-secret" = json!(true))),
    params(("id" = String, Path, description = "The id.")),
    responses((status = 200, body = OwnLogin, description = "The log-in page.")))]
pub async fn own_login(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<OwnLogin>, ApiError> {
    let url = sync::own_login_url(&door.ctx, &caller.user, &parse_connection_id(&id)?).await?;
    Ok(Json(OwnLogin {
        url: url.map(|url| url.expose().to_owned()),
    }))
}

/// Returns the connection: 202 if the log-in was sent to the bank, 200 if nothing had to be sent.
async fn link_response(
    door: &Door,
    caller: &Caller,
    outcome: &TypedOutcome,
) -> Result<(StatusCode, Json<BeingAsked>), ApiError> {
    let (_, body) = being_asked(door, caller, outcome.connection()).await?;
    let status = match outcome {
        TypedOutcome::Sent(_) => StatusCode::ACCEPTED,
        TypedOutcome::BeingAsked(_) | TypedOutcome::Linked(_) => StatusCode::OK,
    };
    Ok((status, body))
}

async fn being_asked(
    door: &Door,
    caller: &Caller,
    id: &ConnectionId,
) -> Result<(StatusCode, Json<BeingAsked>), ApiError> {
    let record = records::connection(&door.ctx, &caller.user, id.as_str()).await?;
    let connection = record.into();
    Ok((StatusCode::ACCEPTED, Json(BeingAsked { connection })))
}

fn filled(credentials: Vec<CredentialJson>) -> Vec<Sent> {
    let filled = credentials.into_iter().map(|one| Sent {
        id: one.field,
        value: Secret::new(one.value),
    });
    filled.collect()
}

/// Explains that the connection's provider uses Link instead.
fn not_typed(error: SyncError) -> ApiError {
    match error {
        SyncError::Provider(refusal) if refusal.reason == Reason::NotSupported => {
            let said =
                "This bank can't be linked with credentials. Open Link with POST /link-tokens.";
            ApiError::invalid(vec![FieldError::body("credentials", said)])
        }
        error => error.into(),
    }
}

fn asks_nothing() -> ApiError {
    ApiError::saying(
        Kind::Conflict,
        "There are no challenges to answer right now.",
    )
}
