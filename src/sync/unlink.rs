//! Ends connections: requested by the person, and retried until the provider confirms.

use super::sealed::access_token;
use super::{SyncError, linked};
use crate::context::Ctx;
use crate::queue::{self, Done, RunError};
use domain::connection::Lease;
use domain::id::ConnectionId;
use domain::job::JobKind;
use domain::problem::Reason;
use domain::user::User;
use providers::Key;

/// Ends a connection. Its rows are kept or deleted, as the person chooses. The provider is told in the background, as
/// often as it takes: until it knows, the connection keeps costing money.
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

/// Deletes what was kept of an ended connection, or, while the provider has not confirmed the end, has it deleted then.
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

/// Ends the connection at the provider, and wipes the token once the provider has confirmed.
///
/// # Errors
/// When the provider does not confirm it.
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
    // The provider was never told of this connection, so there is nothing to end.
    let removed = match token.expose().is_empty() {
        true => Ok(()),
        false => provider.remove(key).await,
    };
    match removed {
        Ok(()) => {}
        // It has already ended there, through an earlier attempt whose answer was lost, or through the bank.
        Err(refusal) if refusal.reason == Reason::Gone => {}
        Err(problem) => {
            tracing::warn!(connection = %id, code = problem.code, request_id = problem.request_id, "not unlinked yet");
            return Err(problem.into());
        }
    }
    if ctx.store.is_last_at_provider(&connection).await? {
        provider.forget_person(connection.user_id.as_str()).await?;
    }
    let now = ctx.clock.now();
    let person_gone = ctx.store.end_connection(lease, id, now).await?;
    tracing::info!(connection = %id, "unlinked");
    if person_gone {
        tracing::info!(user = %connection.user_id, "the person was deleted");
        // The write-ahead log still holds what was deleted.
        queue::request(ctx, JobKind::CleanUp, "history", now).await?;
    }
    Ok(Done::default())
}
