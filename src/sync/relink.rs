//! What a person decides about their accounts and notices.

use std::collections::HashSet;

use super::{SyncError, linked};
use crate::context::Ctx;
use domain::connection::AlertKind;
use domain::id::{AccountId, ConnectionId};
use domain::user::User;
use store::Pair;

/// The outcome of saying which accounts are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchOutcome {
    /// Done. Holds the number of accounts that continue earlier ones.
    Matched(usize),
    /// All accounts are different; the question is dismissed.
    AllDifferent,
    /// Two earlier accounts cannot both be the same new one.
    Twice,
    /// Something has changed since the question was asked.
    Stale,
}

/// Merges accounts of an earlier link with accounts of a connection. `same` pairs an earlier account with the new one
/// that it is; accounts that are not named are different. Idempotent.
///
/// # Errors
/// [`SyncError::NotFound`] when the connection is not this person's.
pub async fn confirm_matches(
    ctx: &Ctx,
    user: &User,
    id: &ConnectionId,
    same: Vec<(AccountId, AccountId)>,
) -> Result<MatchOutcome, SyncError> {
    linked(ctx, user, id).await?;
    if same.is_empty() {
        put_off(ctx, user, id, AlertKind::Match).await?;
        return Ok(MatchOutcome::AllDifferent);
    }
    let mut taken = HashSet::new();
    if !same.iter().all(|(_, new)| taken.insert(new.clone())) {
        return Ok(MatchOutcome::Twice);
    }
    let pairs: Vec<Pair> = same
        .into_iter()
        .map(|(old, new)| Pair { old, new })
        .collect();
    if !ctx
        .store
        .adopt(&user.id, id, &pairs, ctx.clock.now())
        .await?
    {
        return Ok(MatchOutcome::Stale);
    }
    tracing::info!(user = %user.id, connection = %id, accounts = pairs.len(), "accounts go on from an earlier link");
    ctx.work.notify_one();
    Ok(MatchOutcome::Matched(pairs.len()))
}

/// Dismisses a question or a notice: "not now".
///
/// # Errors
/// [`SyncError::NotFound`], also for what cannot be dismissed.
pub async fn put_off(
    ctx: &Ctx,
    user: &User,
    id: &ConnectionId,
    kind: AlertKind,
) -> Result<(), SyncError> {
    let now = ctx.clock.now();
    if !kind.can_wait() || !ctx.store.put_off(&user.id, id, kind, now).await? {
        return Err(SyncError::NotFound);
    }
    Ok(())
}

/// Deletes an account that the bank no longer lists, with everything that was fetched for it.
///
/// # Errors
/// [`SyncError::NotFound`], also while the bank lists it.
pub async fn forget_account(ctx: &Ctx, user: &User, id: &AccountId) -> Result<(), SyncError> {
    if !ctx.store.forget_account(&user.id, id).await? {
        return Err(SyncError::NotFound);
    }
    tracing::info!(user = %user.id, account = %id, "an account was deleted");
    Ok(())
}
