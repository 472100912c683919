//! Where providers send webhooks: when our address changes, every connection is told.

use jiff::Timestamp;

use super::SyncError;
use super::work::RunError;
use crate::context::Ctx;
use crate::domain::connection::Lease;
use crate::domain::id::ConnectionId;
use crate::providers::plaid::{Key, problem};

/// Asks for every connection that was last told another address than ours to be told ours; without one, that
/// there is none.
///
/// # Errors
/// When the database fails.
pub async fn request_webhook_moves(ctx: &Ctx) -> Result<(), SyncError> {
    let wanted = ctx.config.webhook_url();
    let moved = ctx
        .store
        .request_webhook_moves("plaid", wanted.as_deref(), ctx.clock.now())
        .await?;
    if moved > 0 {
        tracing::info!(connections = moved, "webhooks go elsewhere from now on");
        ctx.work.notify_one();
    }
    Ok(())
}

/// Tells the provider about one connection, until it confirms.
pub(super) async fn move_webhook(
    ctx: &Ctx,
    lease: &Lease,
    id: &ConnectionId,
) -> Result<Option<Timestamp>, RunError> {
    let Some((connection, sealed, _)) = ctx.store.connection_to_sync(id).await? else {
        return Ok(None);
    };
    let wanted = ctx.config.webhook_url();
    let told = ctx.store.webhook_told(id).await?;
    if connection.unlink_asked_at.is_some()
        || told.as_deref() == Some(wanted.as_deref().unwrap_or(""))
    {
        return Ok(None);
    }
    let token = ctx
        .vault
        .unseal(&sealed, id.as_str(), connection.user_id.as_str())
        .map_err(|_| problem("INVALID_INPUT", "KEY_DOES_NOT_OPEN", None))?;
    let key = Key {
        token: &token,
        connection: id,
    };
    ctx.providers
        .plaid
        .update_webhook(key, wanted.as_deref())
        .await?;
    ctx.store
        .note_webhook_told(lease, id, wanted.as_deref())
        .await?;
    tracing::info!(connection = %id, "told where webhooks go");
    Ok(None)
}
