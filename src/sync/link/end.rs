//! Ends link attempts: the browser brings a result or none, or the provider is asked for it.

use jiff::SignedDuration;

use super::super::SyncError;
use super::super::pace::after;
use super::begin::opened;
use super::granted::fail;
use super::leave::{leave, leave_with, unconfirmed, without_result};
use super::new_bank::{link_new_bank, resume};
use super::repair::repaired;
use super::{LinkOutcome, attempt, came_to};
use crate::context::Ctx;
use crate::queue;
use domain::attempt::{AttemptState, LinkAttempt};
use domain::id::LinkId;
use domain::job::JobKind;
use domain::link::{LinkResult, LinkState};
use domain::problem::{Problem, Reason};
use domain::text::one_line;
use domain::user::User;

/// How long to wait before asking the provider again.
const ASK_AGAIN: SignedDuration = SignedDuration::from_secs(60);

/// What Link's script reports when the person leaves without a result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkExit {
    /// The provider's error code. Empty when the person simply left.
    pub error_code: String,
    /// The institution's name, if one was chosen.
    pub institution: String,
    /// The provider's request id.
    pub request_id: String,
}

/// Ends an attempt with the result from Link's script. Idempotent.
///
/// # Errors
/// When the attempt is not this person's, or the provider refuses the exchange.
pub async fn finish_link(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
    result: LinkResult,
) -> Result<LinkOutcome, SyncError> {
    finish(ctx, user, id, &result.on_one_line()).await
}

/// Ends an attempt when the person says that they are done at the provider: asks the provider for the result.
///
/// # Errors
/// The same as for [`finish_link`].
pub async fn finish_hosted(ctx: &Ctx, user: &User, id: &LinkId) -> Result<LinkOutcome, SyncError> {
    let attempt = attempt(ctx, user, id).await?;
    if let Some(outcome) = came_to(ctx, user, &attempt).await? {
        return Ok(outcome);
    }
    match ask(ctx, user, &attempt).await? {
        Asked::Outcome(outcome) => Ok(outcome),
        Asked::Exited(None) => leave(ctx, user, &attempt, None).await,
        Asked::Exited(Some(problem)) => {
            leave_with(ctx, user, &attempt, "Your bank", &problem).await
        }
    }
}

/// Does what the person's browser would have done: resumes an exchange that was begun, or asks the provider for the
/// result. An attempt that was left without a result stays open, because its owner may open the provider's page again.
pub(in crate::sync) async fn finish_unasked(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
) -> Result<LinkOutcome, SyncError> {
    let attempt = attempt(ctx, user, id).await?;
    if let Some(outcome) = came_to(ctx, user, &attempt).await? {
        return Ok(outcome);
    }
    if let Some(outcome) = resume(ctx, user, &attempt).await? {
        return Ok(outcome);
    }
    if attempt.typed {
        return finish_typed(ctx, user, &attempt).await;
    }
    if attempt.expires_at <= ctx.clock.now() {
        return Err(SyncError::NotFound);
    }
    Ok(match ask(ctx, user, &attempt).await? {
        Asked::Outcome(outcome) => outcome,
        Asked::Exited(_) => without_result(&attempt, None),
    })
}

/// Ends an attempt whose log-in was typed here. The person is not on the provider's page, so an attempt that ended
/// there is over.
async fn finish_typed(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
) -> Result<LinkOutcome, SyncError> {
    let problem = if opened(ctx, attempt.clone()).await?.token.is_none() {
        // Passbook was stopped before the provider received the log-in.
        Problem::ours(Reason::InputLost)
    } else {
        match ask(ctx, user, attempt).await {
            // Asking again would not help, or would be too late.
            Err(SyncError::Provider(problem))
                if !problem.remedy().passes() || attempt.expires_at <= ctx.clock.now() =>
            {
                problem
            }
            Err(error) => return Err(error),
            Ok(Asked::Outcome(outcome @ (LinkOutcome::Open | LinkOutcome::Challenged(_)))) => {
                if attempt.expires_at > ctx.clock.now() {
                    if matches!(outcome, LinkOutcome::Challenged(_)) {
                        let now = ctx.clock.now();
                        ctx.store.challenge_link(&attempt.id, now).await?;
                    }
                    return Ok(outcome);
                }
                let asks = attempt.state == AttemptState::Challenged;
                let in_time = matches!(outcome, LinkOutcome::Open) && !asks;
                Problem::ours(if in_time {
                    Reason::Timeout
                } else {
                    Reason::AnsweredTooLate
                })
            }
            Ok(Asked::Outcome(outcome)) => return Ok(outcome),
            Ok(Asked::Exited(problem)) => {
                problem.unwrap_or_else(|| Problem::ours(Reason::LogInFailed))
            }
        }
    };
    fail(ctx, attempt, &problem).await?;
    Ok(without_result(attempt, None))
}

/// Ends an attempt that Link's script reports as left without a result. The provider is asked first, because an exit
/// can follow a success that never arrived here.
///
/// # Errors
/// [`SyncError::NotFound`], or the errors of [`finish_link`] when the provider has a result.
pub async fn exit_link(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
    exit: LinkExit,
) -> Result<LinkOutcome, SyncError> {
    let attempt = attempt(ctx, user, id).await?;
    if let Some(outcome) = came_to(ctx, user, &attempt).await? {
        return Ok(outcome);
    }
    if let Some(outcome) = ask_before_exit(ctx, user, &attempt).await? {
        return Ok(outcome);
    }
    if exit.error_code.is_empty() {
        return leave(ctx, user, &attempt, None).await;
    }
    let name = if exit.institution.is_empty() {
        "Your bank"
    } else {
        &one_line(&exit.institution)
    };
    // Both come from the browser and go back to it, so only characters of a code or a number are kept.
    let request_id = Some(plain(&exit.request_id)).filter(|id| !id.is_empty());
    let provider = ctx.providers.named(&attempt.provider)?;
    let problem = provider.told_problem(&plain(&exit.error_code), request_id);
    leave_with(ctx, user, &attempt, name, &problem).await
}

/// The provider's answer about an attempt.
enum Asked {
    /// An outcome.
    Outcome(LinkOutcome),
    /// The person left without a result. Holds the problem, if there was one.
    Exited(Option<Problem>),
}

async fn ask(ctx: &Ctx, user: &User, attempt: &LinkAttempt) -> Result<Asked, SyncError> {
    let link = opened(ctx, attempt.clone()).await?;
    let Some(token) = &link.token else {
        let expired = leave(ctx, user, attempt, Some(expired(attempt).to_owned())).await?;
        return Ok(Asked::Outcome(expired));
    };
    let provider = ctx.providers.named(&attempt.provider)?;
    Ok(match provider.link_state(token).await? {
        LinkState::Open => Asked::Outcome(LinkOutcome::Open),
        LinkState::Challenged(challenges) => Asked::Outcome(LinkOutcome::Challenged(challenges)),
        LinkState::Exited(problem) => Asked::Exited(problem),
        LinkState::Finished(results) => match results.into_iter().next() {
            None if attempt.purpose.connection().is_none() => Asked::Exited(None),
            first => {
                let first = first.unwrap_or_default();
                Asked::Outcome(finish(ctx, user, &attempt.id, &first).await?)
            }
        },
    })
}

/// Asks the provider before an exit is believed. `None` when the attempt is over without a result.
async fn ask_before_exit(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
) -> Result<Option<LinkOutcome>, SyncError> {
    let Some(token) = opened(ctx, attempt.clone()).await?.token else {
        return Ok(None);
    };
    let provider = ctx.providers.named(&attempt.provider)?;
    match provider.link_state(&token).await {
        Ok(LinkState::Finished(results)) => {
            let first = results.into_iter().next().unwrap_or_default();
            finish(ctx, user, &attempt.id, &first).await.map(Some)
        }
        Ok(LinkState::Open | LinkState::Challenged(_) | LinkState::Exited(_)) => Ok(None),
        Err(refusal) if refusal.remedy().passes() => {
            // It is unknown whether the bank was linked, so the attempt stays open and is looked at again.
            let soon = after(ctx.clock.now(), ASK_AGAIN);
            queue::request(ctx, JobKind::Link, attempt.id.as_str(), soon).await?;
            let reason = unconfirmed(attempt).to_owned();
            Ok(Some(without_result(attempt, Some(reason))))
        }
        Err(refusal) => {
            tracing::info!(attempt = %attempt.id, code = refusal.code, request_id = refusal.request_id,
                "the provider does not say what came of an attempt that was left");
            Ok(None)
        }
    }
}

/// Takes a result. With a public token, a new connection is made; without one, a connection was repaired.
async fn finish(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
    result: &LinkResult,
) -> Result<LinkOutcome, SyncError> {
    let attempt = attempt(ctx, user, id).await?;
    let has_token = !result.public_token.expose().is_empty();
    if attempt.purpose.connection().is_none() && has_token {
        let anyway = attempt.purpose.links_anyway();
        return link_new_bank(ctx, user, Some(&attempt), result, anyway).await;
    }
    if let Some(outcome) = came_to(ctx, user, &attempt).await? {
        return Ok(outcome);
    }
    match attempt.purpose.connection() {
        Some(connection) => repaired(ctx, &attempt, connection, result).await,
        None => Err(Problem::ours(Reason::TokenUsed).into()),
    }
}

/// Returns the sentence for an attempt whose link token is gone, so that the provider cannot be asked about it.
fn expired(attempt: &LinkAttempt) -> &'static str {
    match attempt.purpose.connection() {
        None => "This link to your bank has expired. Link the bank again.",
        Some(_) => "That took longer than allowed, so nothing changed. Try again.",
    }
}

fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-')
        .take(64)
        .collect()
}
