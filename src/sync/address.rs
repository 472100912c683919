//! Keeps each connection's webhook address at its provider equal to ours.

use super::sealed::access_token;
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use domain::connection::Lease;
use domain::id::ConnectionId;
use providers::{Key, Provider};
use store::StoreError;

/// Requests a job for every connection whose provider was last given another webhook address than ours. If we have no
/// address, the provider is told so.
pub async fn request_webhook_moves(ctx: &Ctx) -> Result<(), StoreError> {
    let mut moved = 0;
    let told = |provider: &&dyn Provider| provider.capabilities().webhook_addresses;
    for provider in ctx.providers.all().filter(told) {
        let wanted = ctx.config.webhook_url(provider.name());
        moved += ctx
            .store
            .request_webhook_moves(provider.name(), wanted.as_deref(), ctx.clock.now())
            .await?;
    }
    if moved > 0 {
        tracing::info!(connections = moved, "webhooks go elsewhere from now on");
        ctx.work.notify_one();
    }
    Ok(())
}

/// Gives the provider our webhook address, or none when Passbook cannot be reached from outside.
///
/// # Errors
/// When the provider refuses.
pub async fn tell_address(ctx: &Ctx, lease: &Lease, id: &ConnectionId) -> Result<Done, RunError> {
    let Some((connection, sealed, _)) = ctx.store.connection_to_sync(id).await? else {
        return Ok(Done::default());
    };
    if connection.unlink_asked_at.is_some() {
        return Ok(Done::default());
    }
    let token = access_token(ctx, &connection, &sealed)?;
    let key = Key {
        token: &token,
        connection: id,
    };
    let provider = ctx.providers.named(&connection.provider)?;
    let address = ctx.config.webhook_url(provider.name());
    provider.update_webhook(key, address.as_deref()).await?;
    ctx.store
        .record_webhook_told(lease, id, address.as_deref())
        .await?;
    tracing::info!(connection = %id, webhooks = address.is_some(), "told where webhooks go");
    Ok(Done {
        next: None,
        result: Some(format!(r#"{{"webhooks":{}}}"#, address.is_some())),
    })
}
