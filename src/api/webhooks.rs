//! The operations on webhooks: the addresses of other programs that are called when there is news.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::Door;
use super::error::ApiError;
use super::input::{Checked, Path, Query, Sense, foreign_cursor};
use super::otp::Otp;
use crate::auth::Caller;
use crate::outgoing_webhooks::{self, Delivery, EndpointRow};
use domain::id::{EndpointId, MessageId};

/// The webhook to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// The URL to call. It begins with https:// and must be reachable from the internet.
    #[schema(
        min_length = 1,
        max_length = 2000,
        example = "https://example.org/passbook"
    )]
    url: String,
    /// What the webhook is for, in your own words.
    #[serde(default)]
    #[schema(max_length = 100, value_type = Option<String>)]
    description: Option<String>,
}

impl Sense for NewWebhook {}

/// An address that is called when there is news.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Webhook)]
pub struct WebhookJson {
    #[schema(min_length = 26, max_length = 26)]
    id: String,
    url: String,
    /// What the webhook is for; may be empty.
    description: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last accepted a message.
    #[schema(format = DateTime)]
    last_delivered_at: Option<String>,
    /// Since when it is disabled; null while it is enabled.
    #[schema(format = DateTime)]
    disabled_at: Option<String>,
    /// Why it is disabled, and what to do.
    disabled_because: Option<String>,
}

/// A person's webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub struct Webhooks {
    webhooks: Vec<WebhookJson>,
}

/// A webhook and the secret that signs its messages. The secret is shown only here.
#[derive(Serialize, ToSchema)]
pub struct WebhookWithSecret {
    webhook: WebhookJson,
    /// The secret, in the format of Standard Webhooks.
    #[schema(example = "whsec_…")]
    secret: String,
}

/// A message to a webhook, and the result of sending it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryJson {
    /// The id that the receiver sees as `webhook-id`.
    id: String,
    #[schema(example = "transactions.changed")]
    r#type: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// The state of the message: `waiting`, `arrived` or `given_up`.
    state: String,
    /// How many times it was sent.
    attempts: i64,
    /// The HTTP status of the last response; null when there was none.
    status: Option<u16>,
    /// Why there was no response: `refused_address`, `unknown_name`, `unreachable`, `tls` or `timeout`.
    failure: Option<String>,
    /// How long the last attempt took, in milliseconds.
    duration_ms: Option<i64>,
    #[schema(format = DateTime)]
    last_attempt_at: Option<String>,
    #[schema(format = DateTime)]
    next_attempt_at: Option<String>,
}

/// A page of messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deliveries {
    /// The messages, the newest first.
    deliveries: Vec<DeliveryJson>,
    /// The `cursor` for the next page; null on the last page.
    next_cursor: Option<String>,
}

/// A message that is being sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnItsWay {
    delivery_id: String,
}

/// The page of a list of messages.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Older {
    /// The `next_cursor` of the previous page.
    #[param(max_length = 200)]
    cursor: Option<String>,
}

/// List all webhooks, the oldest first.
#[utoipa::path(get, path = "/webhooks", tag = "Changes and webhooks", security(("token" = []), ("key" = ["read"])), extensions(("x-own" = json!(true))),
    responses((status = 200, body = Webhooks, description = "All webhooks.")))]
pub async fn list(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Webhooks>, ApiError> {
    let rows = outgoing_webhooks::endpoints(&door.ctx, &caller.user).await?;
    let webhooks = rows.into_iter().map(WebhookJson::from).collect();
    Ok(Json(Webhooks { webhooks }))
}

/// Add a webhook, which receives all changes from now on.
///
/// Keep the secret: it is shown only here.
#[utoipa::path(post, path = "/webhooks", tag = "Changes and webhooks", security(("token" = []), ("key" = ["manage"])),
    extensions(("x-secret" = json!(true)), ("x-own" = json!(true)), ("x-step-up" = json!(true))), params(Otp),
    request_body = NewWebhook,
    responses((status = 201, body = WebhookWithSecret, description = "The webhook and its secret.")))]
pub async fn create(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    mut checked: Checked<NewWebhook>,
) -> Result<(StatusCode, Json<WebhookWithSecret>), ApiError> {
    if let Some(fields) = checked.sent.as_object() {
        let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
        let more = outgoing_webhooks::problems_of(&door.ctx, text("url"), text("description"));
        checked.more(more);
    }
    let sent = checked.into_body()?;
    let description = sent.description.unwrap_or_default();
    let id = outgoing_webhooks::add(&door.ctx, &caller.user, &sent.url, &description).await?;
    let with_secret = with_secret(&door, &caller, &id).await?;
    Ok((StatusCode::CREATED, Json(with_secret)))
}

/// Get a webhook.
#[utoipa::path(get, path = "/webhooks/{id}", tag = "Changes and webhooks", security(("token" = []), ("key" = ["read"])), extensions(("x-own" = json!(true))),
    params(("id" = String, Path, description = "The webhook's id.")),
    responses((status = 200, body = WebhookJson, description = "The webhook.")))]
pub async fn one(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<WebhookJson>, ApiError> {
    let detail = outgoing_webhooks::endpoint(&door.ctx, &caller.user, &id, "").await?;
    Ok(Json(detail.row.into()))
}

/// Delete a webhook and the record of its messages.
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "Changes and webhooks", security(("token" = []), ("key" = ["manage"])), extensions(("x-own" = json!(true))),
    params(("id" = String, Path, description = "The webhook's id.")),
    responses((status = 204, description = "The webhook was deleted.")))]
pub async fn delete(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    outgoing_webhooks::remove(&door.ctx, &caller.user, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Replace a webhook's secret. The old one also signs for one more day.
#[utoipa::path(post, path = "/webhooks/{id}/secret", tag = "Changes and webhooks", security(("token" = []), ("key" = ["manage"])),
    extensions(("x-secret" = json!(true)), ("x-own" = json!(true)), ("x-step-up" = json!(true))),
    params(("id" = String, Path, description = "The webhook's id."), Otp),
    responses((status = 200, body = WebhookWithSecret, description = "The webhook and its new secret.")))]
pub async fn rotate(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<WebhookWithSecret>, ApiError> {
    let id = outgoing_webhooks::rotate(&door.ctx, &caller.user, &id).await?;
    Ok(Json(with_secret(&door, &caller, &id).await?))
}

/// Enable a webhook that was disabled; what it missed is sent at once.
#[utoipa::path(post, path = "/webhooks/{id}/enable", tag = "Changes and webhooks", security(("token" = []), ("key" = ["manage"])), extensions(("x-own" = json!(true))),
    params(("id" = String, Path, description = "The webhook's id.")),
    responses((status = 200, body = WebhookJson, description = "The webhook.")))]
pub async fn enable(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<WebhookJson>, ApiError> {
    outgoing_webhooks::switch_on(&door.ctx, &caller.user, &id).await?;
    let detail = outgoing_webhooks::endpoint(&door.ctx, &caller.user, &id, "").await?;
    Ok(Json(detail.row.into()))
}

/// Send a test message, of the type `ping`.
#[utoipa::path(post, path = "/webhooks/{id}/test", tag = "Changes and webhooks", security(("token" = []), ("key" = ["manage"])), extensions(("x-own" = json!(true))),
    params(("id" = String, Path, description = "The webhook's id.")),
    responses((status = 202, body = OnItsWay, description = "The message is being sent.")))]
pub async fn test(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<OnItsWay>), ApiError> {
    let message = outgoing_webhooks::ping(&door.ctx, &caller.user, &id).await?;
    let delivery_id = message.to_string();
    Ok((StatusCode::ACCEPTED, Json(OnItsWay { delivery_id })))
}

/// List the messages to a webhook, with the results.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", tag = "Changes and webhooks", security(("token" = []), ("key" = ["read"])), extensions(("x-own" = json!(true))),
    params(("id" = String, Path, description = "The webhook's id."), Older),
    responses((status = 200, body = Deliveries, description = "A page of messages.")))]
pub async fn deliveries(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(older): Query<Older>,
) -> Result<Json<Deliveries>, ApiError> {
    let before = older.cursor.unwrap_or_default();
    let detail = outgoing_webhooks::endpoint(&door.ctx, &caller.user, &id, &before).await?;
    let deliveries = detail.deliveries.into_iter().map(DeliveryJson::from);
    Ok(Json(Deliveries {
        deliveries: deliveries.collect(),
        next_cursor: detail.older,
    }))
}

/// Send a message again, whatever its state.
#[utoipa::path(post, path = "/webhooks/{id}/deliveries/{delivery}/send", tag = "Changes and webhooks",
    security(("token" = []), ("key" = ["manage"])), extensions(("x-own" = json!(true))),
    params(("id" = String, Path, description = "The webhook's id."),
        ("delivery" = String, Path, description = "The message's id.")),
    responses((status = 202, body = OnItsWay, description = "The message is being sent.")))]
pub async fn send_again(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path((id, delivery)): Path<(String, String)>,
) -> Result<(StatusCode, Json<OnItsWay>), ApiError> {
    outgoing_webhooks::send_again(&door.ctx, &caller.user, &id, &delivery).await?;
    let on_its_way = OnItsWay {
        delivery_id: delivery,
    };
    Ok((StatusCode::ACCEPTED, Json(on_its_way)))
}

async fn with_secret(
    door: &Door,
    caller: &Caller,
    id: &EndpointId,
) -> Result<WebhookWithSecret, ApiError> {
    let secret = outgoing_webhooks::secret(&door.ctx, &caller.user, id).await?;
    let detail = outgoing_webhooks::endpoint(&door.ctx, &caller.user, id.as_str(), "").await?;
    Ok(WebhookWithSecret {
        webhook: detail.row.into(),
        secret: secret.expose().to_owned(),
    })
}

impl From<EndpointRow> for WebhookJson {
    fn from(row: EndpointRow) -> Self {
        Self {
            id: row.id,
            url: row.url,
            description: row.description,
            created_at: row.created.exact,
            last_delivered_at: row.last_arrived.map(|when| when.exact),
            disabled_because: row.off_since.is_some().then_some(row.off_because),
            disabled_at: row.off_since.map(|when| when.exact),
        }
    }
}

impl From<Delivery> for DeliveryJson {
    fn from(one: Delivery) -> Self {
        Self {
            id: one.id,
            r#type: one.kind,
            created_at: one.created.exact,
            state: one.state,
            attempts: one.attempts,
            status: one.status,
            failure: one.failure,
            duration_ms: one.duration_ms,
            last_attempt_at: one.last.map(|when| when.exact),
            next_attempt_at: one.next,
        }
    }
}

impl Sense for Older {
    fn nonsense(sent: &Map<String, Value>) -> Vec<(String, String)> {
        let foreign = foreign_cursor(sent, |text| MessageId::parse(text).is_some());
        foreign.into_iter().collect()
    }
}
