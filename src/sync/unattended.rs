//! Finishing an attempt to link whose browser never came back from the provider's page.

use jiff::{SignedDuration, Timestamp};

use super::link::finish_unasked;
use super::outcome::RunError;
use super::pace::after;
use super::{LinkOutcome, SyncError};
use crate::context::Ctx;
use domain::id::LinkId;
use domain::problem::Remedy;

/// Does for an attempt's owner what their browser would have done; when to come again, if at all.
pub(super) async fn finish_unattended(
    ctx: &Ctx,
    id: &LinkId,
) -> Result<Option<Timestamp>, RunError> {
    match try_to_finish(ctx, id).await {
        Ok(LinkOutcome::Open) => Ok(Some(after(ctx.clock.now(), SignedDuration::from_mins(1)))),
        Ok(outcome) => {
            tracing::info!(attempt = %id, ?outcome, "an attempt to link was looked after");
            Ok(None)
        }
        Err(SyncError::NotFound | SyncError::NoLongerLinked) => Ok(None),
        Err(SyncError::Store(error)) => Err(error.into()),
        Err(SyncError::Provider(problem)) => match problem.remedy {
            Remedy::Retry | Remedy::Restart | Remedy::Wait => Err(problem.into()),
            // Nobody is there to put it right; the person may begin again.
            _ => {
                tracing::warn!(attempt = %id, code = problem.code, request_id = problem.request_id,
                    "an attempt to link cannot be finished");
                Ok(None)
            }
        },
    }
}

async fn try_to_finish(ctx: &Ctx, id: &LinkId) -> Result<LinkOutcome, SyncError> {
    let attempt = ctx.store.link_of_anybody(id).await?;
    let attempt = attempt.ok_or(SyncError::NotFound)?;
    let user = ctx.store.user(&attempt.user_id).await?;
    let user = user.ok_or(SyncError::NotFound)?;
    finish_unasked(ctx, &user, id).await
}
