//! Ends attempts without a result, and explains that to the person.

use super::super::SyncError;
use super::repair::{is_well, unneeded};
use super::{LinkOutcome, attempt, came_to};
use crate::context::Ctx;
use domain::attempt::LinkAttempt;
use domain::problem::{Problem, Reason};
use domain::text::isolated;
use domain::user::User;

/// Ends an attempt that failed with a problem.
pub(super) async fn leave_with(
    ctx: &Ctx,
    user: &User,
    attempt: &LinkAttempt,
    institution: &str,
    problem: &Problem,
) -> Result<LinkOutcome, SyncError> {
    if problem.reason == Reason::NothingToRepair
        && let Some(connection) = attempt.purpose.connection()
    {
        ctx.store.leave_link(&attempt.id, ctx.clock.now()).await?;
        return unneeded(ctx, user, connection).await;
    }
    let reason = sentence(institution, problem, attempt);
    leave(ctx, user, attempt, Some(reason)).await
}

/// Ends an attempt without a result. An attempt whose token awaits its exchange goes on regardless.
pub(super) async fn leave(
    ctx: &Ctx,
    user: &User,
    left: &LinkAttempt,
    reason: Option<String>,
) -> Result<LinkOutcome, SyncError> {
    if !ctx.store.leave_link(&left.id, ctx.clock.now()).await? {
        let now = attempt(ctx, user, &left.id).await?;
        let underway = "Your bank is still being linked. Nothing is lost; we’ll keep trying.";
        let outcome = came_to(ctx, user, &now).await?;
        return Ok(outcome.unwrap_or_else(|| LinkOutcome::Exited(Some(underway.to_owned()))));
    }
    if let (Some(connection), None, false) = (
        left.purpose.connection(),
        &reason,
        left.purpose.chooses_accounts(),
    ) && is_well(ctx, user, connection).await?
    {
        return unneeded(ctx, user, connection).await;
    }
    Ok(without_result(left, reason))
}

/// Returns the outcome of an attempt without a result. A connection that was to be repaired is unchanged.
pub(super) fn without_result(attempt: &LinkAttempt, reason: Option<String>) -> LinkOutcome {
    match attempt.purpose.connection() {
        None => LinkOutcome::Exited(reason),
        Some(connection) => LinkOutcome::Unchanged {
            connection_id: connection.clone(),
            reason,
        },
    }
}

/// Returns the sentence for when the provider cannot be asked about an attempt that was left.
pub(super) fn unconfirmed(attempt: &LinkAttempt) -> &'static str {
    match attempt.purpose.connection() {
        None => {
            "We couldn’t check whether your bank was linked. If you finished logging in, it will appear here in a few \
             minutes."
        }
        Some(_) => {
            "We couldn’t check whether that worked. If you finished at your bank, this connection will catch up in a \
             few minutes."
        }
    }
}

fn sentence(institution: &str, problem: &Problem, attempt: &LinkAttempt) -> String {
    tracing::info!(attempt = %attempt.id, code = problem.code, request_id = problem.request_id,
        "a link was left with an error");
    let quoted: String = institution.chars().take(80).collect();
    let end = match attempt.purpose.connection() {
        None => "No bank was linked.",
        Some(_) => "Nothing was changed.",
    };
    let words = problem.words_while_linking();
    format!(
        "{} {words} {end}\nReference: {}",
        isolated(&quoted),
        problem.reference()
    )
}
