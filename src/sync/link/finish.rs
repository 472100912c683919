//! The end of an attempt: with a result, by asking the provider what came of it, or without one.

use super::super::{LinkOutcome, SyncError};
use super::exit::{leave, leave_with, without_result};
use super::token::{Wanted, came_to, link_new_bank, resume};
use super::{attempt_to_open, link_attempt};
use crate::context::Ctx;
use domain::id::{ConnectionId, LinkId};
use domain::link::{LinkAttempt, LinkResult, LinkState};
use domain::problem::{Problem, Reason};
use domain::user::User;
use store::Repair;

/// What is said of an attempt whose link token is gone: the provider cannot be asked what came of it.
fn expired(attempt: &LinkAttempt) -> &'static str {
    match attempt.connection_id {
        None => "This link to your bank has expired. Link the bank again.",
        Some(_) => "That took longer than allowed, so nothing changed. Try again.",
    }
}

/// Ends an attempt with what Link's script handed over. Done twice, it has the same result.
///
/// # Errors
/// When the attempt is not this person's, or the provider refuses the exchange.
pub async fn finish_link(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
    result: LinkResult,
) -> Result<LinkOutcome, SyncError> {
    finish(ctx, user, id, &result.on_one_line(), true).await
}

/// Links what a program hands over: a public token and what Link said, of a session that was begun here or
/// elsewhere. Nothing names its attempt, so the token stands for itself. Done twice, it has the same result. With
/// `anyway`, a bank that looks like one that is linked is linked all the same.
///
/// # Errors
/// When the provider refuses the exchange.
pub async fn finish_link_of_program(
    ctx: &Ctx,
    user: &User,
    result: LinkResult,
    anyway: bool,
) -> Result<LinkOutcome, SyncError> {
    let wanted = Wanted {
        result: &result.on_one_line(),
        attended: true,
        anyway,
    };
    link_new_bank(ctx, user, None, wanted).await
}

/// Ends an attempt by asking the provider what came of it (Hosted Link).
///
/// # Errors
/// As [`finish_link`].
pub async fn finish_hosted(ctx: &Ctx, user: &User, id: &LinkId) -> Result<LinkOutcome, SyncError> {
    finish_by_asking(ctx, user, id, true).await
}

/// Does for a person what their browser would have done: goes on with an exchange that was begun, else asks
/// the provider what came of the attempt. One that was left without a result stays open, because its owner
/// may open the provider's page again.
pub(in crate::sync) async fn finish_unasked(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
) -> Result<LinkOutcome, SyncError> {
    let attempt = link_attempt(ctx, user, id).await?;
    if let Some(outcome) = came_to(ctx, user, &attempt).await? {
        return Ok(outcome);
    }
    if let Some(outcome) = resume(ctx, user, id).await? {
        return Ok(outcome);
    }
    if attempt.expires_at <= ctx.clock.now() {
        return Err(SyncError::NotFound);
    }
    finish_by_asking(ctx, user, id, false).await
}

/// With `attended`, an attempt that was left without a result is over.
async fn finish_by_asking(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
    attended: bool,
) -> Result<LinkOutcome, SyncError> {
    let attempt = attempt_to_open(ctx, user, id).await?;
    if let Some(outcome) = came_to(ctx, user, &attempt).await? {
        return Ok(outcome);
    }
    let Some(token) = &attempt.token else {
        return leave(ctx, user, &attempt, Some(expired(&attempt).to_owned())).await;
    };
    match ctx.providers.plaid.link_state(token).await? {
        LinkState::Open => Ok(LinkOutcome::Open),
        LinkState::Exited(_) if !attended => Ok(without_result(&attempt, None)),
        LinkState::Exited(Some(problem)) => {
            leave_with(ctx, user, &attempt, "Your bank", &problem).await
        }
        LinkState::Exited(None) => leave(ctx, user, &attempt, None).await,
        LinkState::Finished(results) => {
            let first = results.into_iter().next();
            if first.is_none() && attempt.connection_id.is_none() {
                return Ok(LinkOutcome::Exited(None));
            }
            finish(ctx, user, id, &first.unwrap_or_default(), attended).await
        }
    }
}

pub(super) async fn finish(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
    result: &LinkResult,
    attended: bool,
) -> Result<LinkOutcome, SyncError> {
    let attempt = link_attempt(ctx, user, id).await?;
    if attempt.connection_id.is_none() && !result.public_token.expose().is_empty() {
        let wanted = Wanted {
            result,
            attended,
            anyway: attempt.links_anyway,
        };
        return link_new_bank(ctx, user, Some(&attempt), wanted).await;
    }
    if let Some(outcome) = came_to(ctx, user, &attempt).await? {
        return Ok(outcome);
    }
    match &attempt.connection_id {
        Some(connection) => repaired(ctx, &attempt, connection, result).await,
        None => Err(Problem::ours(Reason::TokenUsed).into()),
    }
}

/// In update mode nothing is exchanged: the connection keeps its key.
async fn repaired(
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
        chose_accounts: attempt.chooses_accounts,
        shared: &shared,
    };
    ctx.store.end_repair(&repair, ctx.clock.now()).await?;
    ctx.work.notify_one();
    Ok(LinkOutcome::Repaired(connection.clone()))
}
