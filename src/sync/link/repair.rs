//! Handles a connection that was logged in again, or that was fine all along.

use super::super::{SyncError, request_sync};
use super::{LinkOutcome, key_of};
use crate::context::Ctx;
use crate::ledger;
use crate::ledger::view::{Attention, AttentionAction};
use domain::attempt::LinkAttempt;
use domain::connection::Connection;
use domain::id::ConnectionId;
use domain::link::LinkResult;
use domain::user::User;
use providers::Key;
use store::Repair;

/// Finishes a repair. In update mode nothing is exchanged: the connection keeps its key.
pub(super) async fn repaired(
    ctx: &Ctx,
    attempt: &LinkAttempt,
    connection: &ConnectionId,
    result: &LinkResult,
) -> Result<LinkOutcome, SyncError> {
    let shared: Vec<String> = result
        .accounts
        .iter()
        .map(|account| account.provider_id.clone())
        .collect();
    let repair = Repair {
        link: &attempt.id,
        connection,
        chose_accounts: attempt.purpose.chooses_accounts(),
        shared: &shared,
    };
    ctx.store.end_repair(&repair, ctx.clock.now()).await?;
    ctx.work.notify_one();
    Ok(LinkOutcome::Repaired(connection.clone()))
}

/// Ends a repair that was not needed. The problem that is shown may be hours old, so a sync is requested at once.
pub(super) async fn unneeded(
    ctx: &Ctx,
    user: &User,
    connection: &ConnectionId,
) -> Result<LinkOutcome, SyncError> {
    request_sync(ctx, user, connection).await?;
    Ok(LinkOutcome::Unneeded(connection.clone()))
}

/// Whether the provider says that a connection works and announces no trouble: it may have been repaired elsewhere.
/// `false` when the provider says nothing.
pub(super) async fn is_well(ctx: &Ctx, user: &User, id: &ConnectionId) -> Result<bool, SyncError> {
    let (_, token) = key_of(ctx, user, id).await?;
    let key = Key {
        token: &token,
        connection: id,
    };
    let Some(connection) = ctx.store.connection(&user.id, id).await? else {
        return Ok(false);
    };
    let provider = ctx.providers.named(&connection.provider)?;
    let Ok(facts) = provider.facts(key).await else {
        return Ok(false);
    };
    let now = Connection {
        problem: facts.problem,
        consent_expires_at: facts.consent_expires_at,
        ..connection
    };
    let wants_log_in = |what: Attention| {
        what.stopped
            || matches!(
                what.action,
                AttentionAction::Repair | AttentionAction::LogIn
            )
    };
    Ok(!ledger::attention(ctx, &now).is_some_and(wants_log_in))
}
