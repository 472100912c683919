//! Where a provider sends the webhooks of a connection.

use super::work::{Done, RunError};
use crate::context::Ctx;
use crate::domain::id::ConnectionId;
use crate::providers::plaid::{Key, problem};

/// Tells the provider where webhooks go now: nowhere, when Passbook cannot be reached from outside.
pub(super) async fn tell_address(ctx: &Ctx, id: &ConnectionId) -> Result<Done, RunError> {
    let Some((connection, sealed, _)) = ctx.store.connection_to_sync(id).await? else {
        return Ok(Done::default());
    };
    if connection.unlink_asked_at.is_some() {
        return Ok(Done::default());
    }
    let token = ctx
        .vault
        .unseal(&sealed, id.as_str(), connection.user_id.as_str())
        .map_err(|_| problem("INVALID_INPUT", "KEY_DOES_NOT_OPEN", None))?;
    let key = Key {
        token: &token,
        connection: id,
    };
    let address = ctx.config.webhook_url();
    ctx.providers
        .plaid
        .update_webhook(key, address.as_deref())
        .await?;
    tracing::info!(connection = %id, webhooks = address.is_some(), "told where webhooks go");
    Ok(Done {
        next: None,
        result: Some(format!(r#"{{"webhooks":{}}}"#, address.is_some())),
    })
}
