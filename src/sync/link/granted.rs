//! Stores what a provider grants for a typed log-in, and finds the connection that it belongs to.

use super::super::SyncError;
use super::super::pace::after;
use super::super::sealed::seal;
use super::credentials::{FIRST_LOOK, PATIENCE, TypedOutcome, attempt, begin};
use crate::context::Ctx;
use domain::attempt::LinkAttempt;
use domain::id::ConnectionId;
use domain::problem::Problem;
use domain::secret::Secret;
use domain::user::User;
use providers::{Begun, Provider};
use store::{StoreError, TypedGrant};

/// Returns an existing link token as if its link had just begun.
pub(super) fn begun(ctx: &Ctx, token: &Secret) -> Begun {
    Begun {
        token: token.clone(),
        expires_at: after(ctx.clock.now(), PATIENCE),
        hosted_url: None,
    }
}

/// Stores the grant and schedules the first request for its result.
///
/// # Errors
/// When the provider rejects the request.
pub(super) async fn keep_grant(
    ctx: &Ctx,
    user: &User,
    provider: &dyn Provider,
    attempt: &LinkAttempt,
    id: &ConnectionId,
    begun: &Begun,
) -> Result<TypedOutcome, SyncError> {
    let Some(item_id) = keep(ctx, user, provider, attempt, id, begun).await? else {
        return Ok(TypedOutcome::Sent(id.clone()));
    };
    // The provider reports the Item of another connection of this person.
    let other = ctx.store.drop_typed_duplicate(&user.id, id, &item_id);
    let other = other.await?.ok_or(SyncError::NotFound)?;
    go_on(ctx, user, provider, other, begun).await
}

/// Schedules the request for the result of a log-in, if the connection needed one. Does nothing if the connection works
/// or if a log-in is already in progress.
///
/// # Errors
/// When the provider rejects the request.
pub(super) async fn go_on(
    ctx: &Ctx,
    user: &User,
    provider: &dyn Provider,
    id: ConnectionId,
    begun: &Begun,
) -> Result<TypedOutcome, SyncError> {
    let connection = ctx.store.connection(&user.id, &id).await?;
    let connection = connection.ok_or(SyncError::NotFound)?;
    if connection.link_phase.is_some() {
        return Ok(TypedOutcome::BeingAsked(id));
    }
    if connection.problem.is_none() {
        return Ok(TypedOutcome::Linked(id));
    }
    let attempt = attempt(ctx, user, provider, &id);
    begin(ctx, &attempt, None).await?;
    match keep(ctx, user, provider, &attempt, &id, begun).await? {
        None => Ok(TypedOutcome::Sent(id)),
        Some(_) => Err(SyncError::NotFound),
    }
}

/// Stores the grant. Returns the provider's id of the connection if another connection already has it, else `None`.
async fn keep(
    ctx: &Ctx,
    user: &User,
    provider: &dyn Provider,
    attempt: &LinkAttempt,
    id: &ConnectionId,
    begun: &Begun,
) -> Result<Option<String>, SyncError> {
    let grant = provider.exchange(&begun.token).await?;
    let (now, owner) = (ctx.clock.now(), user.id.as_str());
    let sealed_url = begun.hosted_url.as_ref();
    let sealed_url = sealed_url.map(|url| seal(ctx, url, attempt.id.as_str(), owner));
    let sealed_url = sealed_url.transpose()?;
    let kept = TypedGrant {
        link: &attempt.id,
        connection: id,
        item_id: &grant.item_id,
        sealed_token: &seal(ctx, &grant.access_token, id.as_str(), owner)?,
        sealed_link_token: &seal(ctx, &begun.token, attempt.id.as_str(), owner)?,
        sealed_hosted_url: sealed_url.as_deref(),
        expires_at: begun.expires_at.min(after(now, PATIENCE)),
        due: after(now, FIRST_LOOK),
    };
    match ctx.store.keep_typed_grant(&kept).await {
        Ok(_) => {
            ctx.work.notify_one();
            Ok(None)
        }
        Err(StoreError::Taken(_)) => Ok(Some(grant.item_id)),
        Err(error) => Err(error.into()),
    }
}

/// Ends a failed attempt and stores the reason with its connection.
pub(super) async fn fail(
    ctx: &Ctx,
    attempt: &LinkAttempt,
    problem: &Problem,
) -> Result<(), SyncError> {
    let told = Problem {
        message: problem.words_while_linking().to_owned(),
        ..problem.clone()
    };
    let now = ctx.clock.now();
    ctx.store.fail_typed_link(attempt, &told, now).await?;
    Ok(())
}
