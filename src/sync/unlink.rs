//! Ending a connection: asked for by the person, carried out until the provider confirms it.

use super::sealed::access_token;
use super::{SyncError, linked};
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use domain::connection::Lease;
use domain::id::ConnectionId;
use domain::problem::Reason;
use domain::user::User;
use providers::Key;

/// Ends a connection. Its rows stay to be read, or go, as the person wants. The provider is told in the
/// background, as often as it takes: a connection that it does not know to be ended goes on costing money.
///
/// # Errors
/// [`SyncError::NotFound`]; [`SyncError::NoLongerLinked`] when it was ended before.
pub async fn unlink(
    ctx: &Ctx,
    user: &User,
    id: &ConnectionId,
    keep_rows: bool,
) -> Result<(), SyncError> {
    if !ctx
        .store
        .ask_unlink(&user.id, id, keep_rows, ctx.clock.now())
        .await?
    {
        linked(ctx, user, id).await?;
        return Err(SyncError::NotFound);
    }
    tracing::info!(user = %user.id, connection = %id, keep_rows, "asked to unlink");
    ctx.work.notify_one();
    Ok(())
}

/// Deletes what was kept of an ended connection; while the provider has not confirmed the end, as soon as it does.
///
/// # Errors
/// [`SyncError::NotFound`], also when nothing of it is kept.
pub async fn delete_kept(ctx: &Ctx, user: &User, id: &ConnectionId) -> Result<(), SyncError> {
    if !ctx.store.delete_kept(&user.id, id, ctx.clock.now()).await? {
        return Err(SyncError::NotFound);
    }
    tracing::info!(user = %user.id, connection = %id, "what was kept was deleted");
    Ok(())
}

/// Tells the provider, and wipes the token once it has confirmed.
///
/// # Errors
/// When the provider does not confirm it; when the database fails.
pub async fn confirm_unlink(ctx: &Ctx, lease: &Lease, id: &ConnectionId) -> Result<Done, RunError> {
    let Some((connection, sealed, _)) = ctx.store.connection_to_sync(id).await? else {
        return Ok(Done::default());
    };
    if connection.unlink_asked_at.is_none() || connection.unlinked_at.is_some() {
        return Ok(Done::default());
    }
    let token = access_token(ctx, &connection, &sealed)?;
    let key = Key {
        token: &token,
        connection: id,
    };
    let provider = ctx.providers.named(&connection.provider)?;
    // One that the provider was never told of has nothing to be ended there.
    let removed = match token.expose().is_empty() {
        true => Ok(()),
        false => provider.remove(key).await,
    };
    match removed {
        Ok(()) => {}
        // It has ended there already: by an earlier attempt whose answer was lost, or by the bank.
        Err(refusal) if refusal.reason == Reason::Gone => {}
        Err(problem) => {
            tracing::warn!(connection = %id, code = problem.code, request_id = problem.request_id, "not unlinked yet");
            return Err(problem.into());
        }
    }
    if ctx.store.is_last_at_provider(&connection).await? {
        provider.forget_person(connection.user_id.as_str()).await?;
    }
    ctx.store.end_connection(lease, id, ctx.clock.now()).await?;
    tracing::info!(connection = %id, "unlinked");
    Ok(Done::default())
}
