//! Finishes link attempts whose browser never came back from the provider's page.

use jiff::SignedDuration;

use super::link::{finish_unasked, next_look};
use super::pace::after;
use super::{LinkOutcome, SyncError};
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use domain::attempt::LinkAttempt;
use domain::id::LinkId;
use domain::problem::{Remedy, asked_wait};

/// Does what the browser of the attempt's owner would have done.
///
/// # Errors
/// When the provider is temporarily unavailable.
pub async fn finish_unattended(ctx: &Ctx, id: &LinkId) -> Result<Done, RunError> {
    let Some(attempt) = ctx.store.link_of_anybody(id).await? else {
        return Ok(Done::default());
    };
    match try_to_finish(ctx, &attempt).await {
        // A challenge waits for the person, just as an open pane does.
        Ok(LinkOutcome::Open | LinkOutcome::Challenged(_)) => {
            let next = match attempt.typed {
                true => next_look(ctx, &attempt),
                false => after(ctx.clock.now(), SignedDuration::from_mins(1)),
            };
            Ok(Done {
                next: Some(next),
                result: None,
            })
        }
        Ok(outcome) => {
            tracing::info!(attempt = %id, ?outcome, "an attempt to link was looked after");
            Ok(Done::default())
        }
        Err(SyncError::NotFound | SyncError::NotLinkedYet | SyncError::NoLongerLinked) => {
            Ok(Done::default())
        }
        Err(SyncError::Store(error)) => Err(error.into()),
        // The person is waiting for the bank. Until the attempt expires, it is asked at the usual pace.
        Err(SyncError::Provider(problem)) if attempt.typed && problem.remedy().passes() => {
            tracing::info!(attempt = %id, code = problem.code, request_id = problem.request_id,
                "what came of a log-in cannot be asked just now");
            let asked = problem.retry_after.map_or(SignedDuration::ZERO, asked_wait);
            let next = next_look(ctx, &attempt).max(after(ctx.clock.now(), asked));
            Ok(Done {
                next: Some(next),
                result: None,
            })
        }
        Err(SyncError::Provider(problem)) => match problem.remedy() {
            Remedy::Retry | Remedy::Restart | Remedy::Wait => Err(problem.into()),
            // No one is there to fix it; the person may begin again.
            _ => {
                tracing::warn!(attempt = %id, code = problem.code, request_id = problem.request_id,
                    "an attempt to link cannot be finished");
                Ok(Done::default())
            }
        },
    }
}

async fn try_to_finish(ctx: &Ctx, attempt: &LinkAttempt) -> Result<LinkOutcome, SyncError> {
    let user = ctx.store.user(&attempt.user_id).await?;
    let user = user.ok_or(SyncError::NotFound)?;
    finish_unasked(ctx, &user, &attempt.id).await
}
