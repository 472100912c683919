//! The operations on connections: link, list, sync, repair and end.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::Door;
use super::bodies::{ConnectionJson, JobJson, StandingJson};
use super::challenges::ChallengeJson;
use super::error::{ApiError, FieldError, Kind};
use super::input::{Body, Path, Query, Sense};
use super::otp::Otp;
use crate::auth::{self, Caller};
use crate::ledger::records;
use crate::queue;
use crate::sync::{self, LinkOutcome, SyncError};
use domain::connection::LinkStatus;
use domain::id::ConnectionId;
use domain::job::JobKind;
use domain::problem::Reason;
use domain::secret::Secret;

/// The result of Link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Finished {
    #[schema(min_length = 1, max_length = 500, example = "public-sandbox-…")]
    public_token: String,
    /// The second argument of Link's `onSuccess`, unchanged; institution and accounts are read from it.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, Value>>,
    /// Links the bank although its accounts look like those of a bank that is already linked. Send the same token again
    /// with this after a 409, if the person says that the accounts are different ones.
    #[serde(default)]
    #[schema(default = false)]
    link_anyway: bool,
}

impl Sense for Finished {}

/// A person's connections.
#[derive(Debug, Serialize, ToSchema)]
pub struct Connections {
    connections: Vec<ConnectionJson>,
}

/// A connection, and the job that was started for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Begun {
    connection: ConnectionJson,
    job: JobJson,
}

/// The job that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Asked {
    job: JobJson,
}

/// The current state of a connection.
#[derive(Debug, Serialize, ToSchema)]
pub struct Status {
    connection_id: String,
    #[serde(flatten)]
    standing: StandingJson,
    /// The bank's questions while `link_status` is `challenged`; null otherwise. All of them must be answered at once.
    challenges: Option<Vec<ChallengeJson>>,
    /// The progress of the first sync; null once the connection is being ended.
    progress: Option<ProgressJson>,
}

/// The progress of the first sync.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Progress)]
pub struct ProgressJson {
    #[schema(minimum = 0, maximum = 100)]
    percent: u8,
    done: bool,
    /// A sentence like "4 accounts found. 1,240 transactions so far, back to March 2025."
    sentence: String,
}

/// What to do with the connection's transactions.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// Whether to keep the transactions that were fetched, for reading; true by default.
    #[param(default = true)]
    keep_transactions: Option<bool>,
}

impl Sense for Ending {}

/// Link a bank with the public token from Link.
///
/// Exchanges the token, and starts to fetch accounts and transactions. Each token leads to its own bank; sending the
/// same token again returns the same connection.
#[utoipa::path(post, path = "/connections", tag = "Banks", security(("token" = []), ("key" = ["manage"])),
    request_body = Finished,
    responses((status = 202, body = Begun, description = "Linked. The job gets its accounts and transactions."),
        (status = 409, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "This bank is already linked, as `connection_id`, and the token wasn't exchanged. If \
             these are different accounts, send the same token again with `link_anyway`."),
        (status = 502, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "The provider returned an error.")))]
pub async fn create(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Body(sent): Body<Finished>,
) -> Result<(StatusCode, Json<Begun>), ApiError> {
    let anyway = sent.link_anyway;
    let metadata = Value::Object(sent.metadata.unwrap_or_default());
    let result = sync::read_link_result(&door.ctx, Secret::new(sent.public_token), &metadata);
    let outcome = sync::finish_link_of_program(&door.ctx, &caller.user, result, anyway).await;
    let id = match outcome.map_err(sync_refusal)? {
        LinkOutcome::Linked(id) | LinkOutcome::Repaired(id) | LinkOutcome::Unneeded(id) => id,
        LinkOutcome::AlreadyLinked {
            connection_id,
            institution,
            accounts,
            ..
        } => {
            let said = format!(
                "{institution} is already linked. Repair the connection, or choose its accounts."
            );
            return Err(ApiError::saying(Kind::Conflict, said)
                .with("connection_id", connection_id.as_str())
                .with("accounts", accounts));
        }
        LinkOutcome::Lost => {
            let said = "The provider's response was lost. Open Link again.";
            return Err(ApiError::saying(Kind::Bank, said));
        }
        LinkOutcome::Exited(_)
        | LinkOutcome::Unchanged { .. }
        | LinkOutcome::Challenged(_)
        | LinkOutcome::Open => {
            return Err(ApiError::new(Kind::Conflict));
        }
    };
    let connection = records::connection(&door.ctx, &caller.user, id.as_str()).await?;
    if connection.connection.unlink_asked_at.is_some() {
        // This token linked the bank once, and the connection has been ended since.
        return Err(used());
    }
    let job = queue::job_on(&door.ctx, &caller.user, JobKind::Sync, &id).await?;
    let begun = Begun {
        connection: connection.into(),
        job: job.into(),
    };
    Ok((StatusCode::ACCEPTED, Json(begun)))
}

/// List all connections, the oldest first.
#[utoipa::path(get, path = "/connections", tag = "Banks", security(("token" = []), ("key" = ["read"])),
    responses((status = 200, body = Connections, description = "All connections.")))]
pub async fn list(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Connections>, ApiError> {
    let connections = records::connections(&door.ctx, &caller.user).await?;
    let connections = connections.into_iter().map(ConnectionJson::from).collect();
    Ok(Json(Connections { connections }))
}

/// Get a connection.
#[utoipa::path(get, path = "/connections/{id}", tag = "Banks", security(("token" = []), ("key" = ["read"])),
    params(("id" = String, Path, description = "The id.")),
    responses((status = 200, body = ConnectionJson, description = "The connection.")))]
pub async fn one(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<ConnectionJson>, ApiError> {
    let connection = records::connection(&door.ctx, &caller.user, &id).await?;
    Ok(Json(connection.into()))
}

/// End a connection.
///
/// The provider is asked to unlink the bank until it confirms.
#[utoipa::path(delete, path = "/connections/{id}", tag = "Banks", security(("token" = []), ("key" = ["manage"])),
    extensions(("x-step-up" = json!(true))),
    params(("id" = String, Path, description = "The id."), Ending, Otp),
    responses((status = 202, body = Asked, description = "The connection is being unlinked.")))]
pub async fn end(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(ending): Query<Ending>,
) -> Result<(StatusCode, Json<Asked>), ApiError> {
    let id = parse_connection_id(&id)?;
    let keep = ending.keep_transactions.unwrap_or(true);
    sync::unlink(&door.ctx, &caller.user, &id, keep).await?;
    asked(&door, &caller, JobKind::Unlink, &id).await
}

/// Ask for a sync of a connection.
#[utoipa::path(post, path = "/connections/{id}/sync", tag = "Banks", security(("token" = []), ("key" = ["sync"])),
    params(("id" = String, Path, description = "The id.")),
    responses((status = 202, body = Asked, description = "The sync has been queued.")))]
pub async fn sync(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Asked>), ApiError> {
    let id = parse_connection_id(&id)?;
    sync::request_sync(&door.ctx, &caller.user, &id).await?;
    asked(&door, &caller, JobKind::Sync, &id).await
}

/// Get a connection's state, and the bank's questions.
///
/// It may be polled every second. With the last response's ETag in `If-None-Match`, the response is 304 without a body
/// while nothing has changed.
#[utoipa::path(get, path = "/connections/{id}/status", tag = "Banks", security(("token" = []), ("key" = ["read"])),
    params(("id" = String, Path, description = "The id."),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of the last response.")),
    responses((status = 200, body = Status, description = "The connection's status.",
         headers(("ETag" = String, description = "Changes whenever the response does."))),
        (status = 304, description = "Nothing has changed."),
        (status = 502, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "The bank's questions couldn't be loaded. Try again.")))]
pub async fn status(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let record = records::connection(&door.ctx, &caller.user, &id).await?;
    let progress = sync::progress(&door.ctx, &caller.user, &record.connection.id).await;
    let progress = match progress {
        Ok(progress) => Some(progress),
        Err(SyncError::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    let challenges = match record.connection.link_status() {
        LinkStatus::Challenged => {
            let asked = sync::challenges(&door.ctx, &caller.user, &record.connection.id).await?;
            Some(asked.into_iter().map(ChallengeJson::from).collect())
        }
        _ => None,
    };
    let status = Status {
        connection_id: record.connection.id.to_string(),
        standing: StandingJson::from_record(&record),
        challenges,
        progress: progress.map(|progress| ProgressJson {
            percent: progress.percent,
            done: progress.done,
            sentence: progress.sentence,
        }),
    };
    let body = serde_json::to_vec(&status).unwrap_or_default();
    let tag = format!("\"{}\"", auth::fingerprint(&body));
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|one| one.trim().trim_start_matches("W/"))
        .any(|one| one == tag || one == "*");
    let told = [
        (header::ETAG, tag),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, told).into_response());
    }
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((told, kind, body).into_response())
}

async fn asked(
    door: &Door,
    caller: &Caller,
    kind: JobKind,
    id: &ConnectionId,
) -> Result<(StatusCode, Json<Asked>), ApiError> {
    let job = queue::job_on(&door.ctx, &caller.user, kind, id).await?;
    Ok((StatusCode::ACCEPTED, Json(Asked { job: job.into() })))
}

pub(super) fn parse_connection_id(id: &str) -> Result<ConnectionId, ApiError> {
    ConnectionId::parse(id).ok_or_else(|| ApiError::new(Kind::NotFound))
}

/// Turns a token that the provider does not know into a field error.
fn sync_refusal(error: SyncError) -> ApiError {
    match error {
        SyncError::Provider(problem) if problem.reason == Reason::TokenUsed => used(),
        error => error.into(),
    }
}

fn used() -> ApiError {
    ApiError::invalid(vec![FieldError::body(
        "public_token",
        "This token is unknown, expired or already used. Open Link again.",
    )])
}
