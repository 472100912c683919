//! The operations for a provider's own page for credentials and challenges, and for what was linked on it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bodies::ConnectionJson;
use super::connections::parse_connection_id;
use super::error::ApiError;
use super::input::{Body, Sense};
use super::{Door, banks};
use crate::auth::Caller;
use crate::ledger::records;
use crate::sync;

/// What to open the provider's page for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WidgetPurpose {
    /// The provider's name.
    #[schema(min_length = 1, max_length = 40, example = "mx")]
    provider: String,
    /// The connection to repair; leave it out for a new bank.
    #[serde(default)]
    #[schema(max_length = 40)]
    connection_id: Option<String>,
}

impl Sense for WidgetPurpose {}

/// The provider's own page.
#[derive(Serialize, ToSchema)]
pub struct WidgetUrl {
    /// The page's URL. It works once, and only for a few minutes.
    url: String,
}

/// The provider whose page was used.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WidgetUsed {
    /// The provider's name.
    #[schema(min_length = 1, max_length = 40, example = "mx")]
    provider: String,
}

impl Sense for WidgetUsed {}

/// What the person linked or repaired.
#[derive(Debug, Serialize, ToSchema)]
pub struct Taken {
    /// The connections that are new or were repaired; empty when there are none.
    connections: Vec<ConnectionJson>,
}

/// Get the address of a provider's own page for credentials and challenges.
///
/// When the person has finished there, call `POST /connections/from-widget`.
#[utoipa::path(post, path = "/widget-urls", tag = "Banks", security(("token" = []), ("key" = ["manage"])),
    request_body = WidgetPurpose, extensions(("x-secret" = json!(true))),
    responses((status = 201, body = WidgetUrl, description = "The widget's page."),
        (status = 404, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "The connection doesn't exist."),
        (status = 502, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "The provider returned an error.")))]
pub async fn open(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Body(sent): Body<WidgetPurpose>,
) -> Result<(StatusCode, Json<WidgetUrl>), ApiError> {
    let connection = sent
        .connection_id
        .as_deref()
        .map(parse_connection_id)
        .transpose()?;
    let (ctx, user) = (&door.ctx, &caller.user);
    let url = sync::widget_url(ctx, user, &sent.provider, None, connection.as_ref()).await;
    let url = url.map_err(banks::not_of_ours)?.expose().to_owned();
    Ok((StatusCode::CREATED, Json(WidgetUrl { url })))
}

/// Take over what the person linked or repaired on a provider's own page.
///
/// Repeating the request changes nothing.
#[utoipa::path(post, path = "/connections/from-widget", tag = "Banks",
    security(("token" = []), ("key" = ["manage"])), request_body = WidgetUsed,
    responses((status = 200, body = Taken, description = "The connections. Passbook is getting their data."),
        (status = 502, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "The provider returned an error.")))]
pub async fn take(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Body(sent): Body<WidgetUsed>,
) -> Result<Json<Taken>, ApiError> {
    let taken = sync::take_links(&door.ctx, &caller.user, &sent.provider).await;
    let mut connections = Vec::new();
    for id in taken.map_err(banks::not_of_ours)? {
        let record = records::connection(&door.ctx, &caller.user, id.as_str()).await?;
        connections.push(record.into());
    }
    Ok(Json(Taken { connections }))
}
