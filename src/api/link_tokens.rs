//! The operation that creates tokens for Link.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Door;
use super::bodies::time;
use super::error::{ApiError, FieldError, Kind};
use super::input::{Body, Sense};
use crate::auth::Caller;
use crate::context::ReachedAt;
use crate::sync::{self, SyncError};
use domain::attempt::LinkPurpose;
use domain::id::ConnectionId;
use domain::problem::Reason;
use domain::secret::Secret;

/// What to open Link for. An empty object means a new bank.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// The connection to repair, or whose accounts to choose; leave it out for a new bank.
    #[serde(default)]
    #[schema(max_length = 40)]
    connection_id: Option<String>,
    /// Choose the connection's accounts again instead of repairing it. Only with `connection_id`.
    #[serde(default)]
    choose_accounts: Option<bool>,
    /// Whether to create a page of the provider's as well, for people without Link's script.
    #[serde(default)]
    hosted: Option<bool>,
}

impl Sense for Purpose {
    fn nonsense(sent: &Map<String, Value>) -> Vec<(String, String)> {
        let chooses = sent.get("choose_accounts") == Some(&Value::Bool(true));
        if !chooses || sent.get("connection_id").is_some_and(|id| !id.is_null()) {
            return Vec::new();
        }
        let detail = "Send the connection_id of the connection whose accounts you want to choose.";
        vec![("choose_accounts".to_owned(), detail.to_owned())]
    }
}

/// A token to open Link with.
#[derive(Serialize, ToSchema)]
pub struct LinkToken {
    link_token: String,
    #[schema(format = DateTime)]
    expires_at: String,
    /// The provider's page, if `hosted` was set.
    hosted_url: Option<String>,
    /// The page on which Passbook itself opens Link with this token, for a person who is logged in there.
    page: String,
}

/// Create a token to open Link with.
#[utoipa::path(post, path = "/link-tokens", tag = "Banks", security(("token" = []), ("key" = ["manage"])),
    request_body = Purpose, extensions(("x-secret" = json!(true))),
    responses((status = 201, body = LinkToken, description = "The link token."),
        (status = 404, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "The connection doesn't exist."),
        (status = 502, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "The provider returned an error.")))]
pub async fn create(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Extension(ReachedAt(here)): Extension<ReachedAt>,
    Body(sent): Body<Purpose>,
) -> Result<(StatusCode, Json<LinkToken>), ApiError> {
    let purpose = match &sent.connection_id {
        None => LinkPurpose::NewBank,
        Some(id) => {
            let id = ConnectionId::parse(id).ok_or_else(|| ApiError::new(Kind::NotFound))?;
            match sent.choose_accounts.unwrap_or(false) {
                true => LinkPurpose::AddAccounts(id),
                false => LinkPurpose::Repair(id),
            }
        }
    };
    let hosted = sent.hosted.unwrap_or(false).then_some(here.as_str());
    let link = sync::begin_link(&door.ctx, &caller.user, purpose, hosted).await;
    let link = link.map_err(without_link)?;
    let exposed = |secret: Option<Secret>| secret.map(|secret| secret.expose().to_owned());
    let token = LinkToken {
        link_token: exposed(link.token).unwrap_or_default(),
        expires_at: time(link.attempt.expires_at),
        hosted_url: exposed(link.hosted_url),
        page: format!("{here}/link/{}", link.attempt.id),
    };
    Ok((StatusCode::CREATED, Json(token)))
}

/// Explains that the connection's provider has no Link, or that its Link cannot do this.
fn without_link(error: SyncError) -> ApiError {
    match error {
        SyncError::Provider(refusal) if refusal.reason == Reason::NotSupported => {
            let said = "Link can't do this for this bank. If it takes credentials, send them to POST \
                /connections/{id}/credentials.";
            ApiError::invalid(vec![FieldError::body("connection_id", said)])
        }
        error => error.into(),
    }
}
