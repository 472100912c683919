//! The end of an attempt without a result.

use jiff::SignedDuration;

use super::super::pace::after;
use super::super::{LinkExit, LinkOutcome, SyncError, request_sync};
use super::finish::finish;
use super::token::came_to;
use super::{attempt_to_open, link_attempt, token_of};
use crate::context::Ctx;
use crate::ledger;
use crate::ledger::view::{Attention, AttentionAction};
use crate::queue;
use domain::connection::Connection;
use domain::id::{ConnectionId, LinkId};
use domain::job::JobKind;
use domain::link::{LinkAttempt, LinkState};
use domain::problem::{Problem, Reason};
use domain::text::{isolated, one_line};
use domain::user::User;
use providers::plaid::{Key, problem};

/// What is said when the provider cannot be asked what came of an attempt that was left.
fn unconfirmed(attempt: &LinkAttempt) -> &'static str {
    match attempt.connection_id {
        None => {
            "We couldn't check whether your bank was linked. If you finished logging in, it will appear here in a few \
             minutes."
        }
        Some(_) => {
            "We couldn't check whether that worked. If you finished at your bank, this connection will catch up in a \
             few minutes."
        }
    }
}

/// After so long the provider is asked again.
const ASK_AGAIN: SignedDuration = SignedDuration::from_secs(60);

/// Ends an attempt that Link's script says was left without a result. The provider is asked first, because an exit
/// can follow a success that never arrived here.
///
/// # Errors
/// [`SyncError::NotFound`], or as [`super::finish_link`] when the provider has a result.
pub async fn exit_link(
    ctx: &Ctx,
    user: &User,
    id: &LinkId,
    exit: LinkExit,
) -> Result<LinkOutcome, SyncError> {
    let attempt = attempt_to_open(ctx, user, id).await?;
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
    // Both come from the browser and go back to it: only what can be a code or a number stays.
    let request_id = Some(plain(&exit.request_id)).filter(|id| !id.is_empty());
    let problem = problem("", &plain(&exit.error_code), request_id);
    leave_with(ctx, user, &attempt, name, &problem).await
}

/// What an exit that was reported turns out to be; `None` when the attempt is over without a result.
async fn ask_before_exit(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
) -> Result<Option<LinkOutcome>, SyncError> {
    let Some(token) = &attempt.token else {
        return Ok(None);
    };
    match ctx.providers.plaid.link_state(token).await {
        Ok(LinkState::Finished(results)) => {
            let first = results.into_iter().next().unwrap_or_default();
            finish(ctx, user, &attempt.id, &first, true).await.map(Some)
        }
        Ok(LinkState::Open | LinkState::Exited(_)) => Ok(None),
        Err(refusal) if refusal.remedy().passes() => {
            // Nobody knows whether the bank was linked, so the attempt stays open and is looked at again.
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

/// Ends an attempt that was left with a problem.
pub(super) async fn leave_with(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    institution: &str,
    problem: &Problem,
) -> Result<LinkOutcome, SyncError> {
    if problem.reason == Reason::NothingToRepair
        && let Some(connection) = &attempt.connection_id
    {
        ctx.store.leave_link(&attempt.id, ctx.clock.now()).await?;
        return unneeded(ctx, user, connection).await;
    }
    let reason = sentence(institution, problem, attempt);
    leave(ctx, user, attempt, Some(reason)).await
}

/// Ends an attempt without a result. One whose token waits for its exchange goes on all the same.
pub(super) async fn leave(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    reason: Option<String>,
) -> Result<LinkOutcome, SyncError> {
    if !ctx.store.leave_link(&attempt.id, ctx.clock.now()).await? {
        let attempt = link_attempt(ctx, user, &attempt.id).await?;
        let underway = "Your bank is being linked, and its answer is not here yet. Nothing is lost; it is tried again by itself.";
        return Ok(came_to(ctx, user, &attempt)
            .await?
            .unwrap_or_else(|| LinkOutcome::Exited(Some(underway.to_owned()))));
    }
    if let (Some(connection), None, false) =
        (&attempt.connection_id, &reason, attempt.chooses_accounts)
        && is_well(ctx, user, connection).await?
    {
        return unneeded(ctx, user, connection).await;
    }
    Ok(without_result(attempt, reason))
}

/// What is told of an attempt that has no result: a connection that was to be repaired is still there.
pub(super) fn without_result(attempt: &LinkAttempt, reason: Option<String>) -> LinkOutcome {
    match &attempt.connection_id {
        None => LinkOutcome::Exited(reason),
        Some(connection) => LinkOutcome::Unchanged {
            connection_id: connection.clone(),
            reason,
        },
    }
}

/// The trouble that is shown may be hours old, so the books are brought up to date at once.
async fn unneeded(
    ctx: &Ctx,
    user: &User,
    connection: &ConnectionId,
) -> Result<LinkOutcome, SyncError> {
    request_sync(ctx, user, connection).await?;
    Ok(LinkOutcome::Unneeded(connection.clone()))
}

/// Whether the provider says that a connection works and nothing announces that it soon won't: it may have been
/// repaired elsewhere. One that the provider says nothing about is not known to be well.
async fn is_well(ctx: &Ctx, user: &User, id: &ConnectionId) -> Result<bool, SyncError> {
    let token = token_of(ctx, user, id).await?;
    let key = Key {
        token: &token,
        connection: id,
    };
    let connection = ctx.store.connection(&user.id, id).await?;
    let (Some(connection), Ok(facts)) = (connection, ctx.providers.plaid.facts(key).await) else {
        return Ok(false);
    };
    let now = Connection {
        problem: facts.problem,
        consent_expires_at: facts.consent_expires_at,
        ..connection
    };
    let wants_log_in =
        |what: Attention| what.stopped || matches!(what.action, AttentionAction::Repair);
    Ok(!ledger::attention(ctx, &now).is_some_and(wants_log_in))
}

fn sentence(institution: &str, problem: &Problem, attempt: &LinkAttempt) -> String {
    tracing::info!(attempt = %attempt.id, code = problem.code, request_id = problem.request_id,
        "a link was left with an error");
    let quoted: String = institution.chars().take(80).collect();
    let end = match attempt.connection_id {
        None => "No bank was linked.",
        Some(_) => "Nothing has changed here.",
    };
    let number = problem
        .request_id
        .as_ref()
        .map_or(String::new(), |id| format!(", request {id}"));
    let words = problem.words_while_linking();
    format!(
        "{} {words} {end} ({}{number})",
        isolated(&quoted),
        problem.code
    )
}

fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-')
        .take(64)
        .collect()
}
