//! Requests that follow a successful sync, for providers that need them: to fetch the bank's whole history, once, and
//! to ask the bank for news, once a day.

use jiff::{SignedDuration, Timestamp};

use super::pace::after;
use crate::context::Ctx;
use crate::queue::RunError;
use domain::connection::Connection;
use domain::feed::UpdateStatus;
use domain::provider::Reads;
use providers::{Key, Provider};

/// When to look once more after the history is complete, because some rows come late.
const STRAGGLERS: SignedDuration = SignedDuration::from_mins(3);
/// When to look for the history after it was requested.
const HISTORY: SignedDuration = SignedDuration::from_secs(20);
/// How often providers ask the banks on their own.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Makes the requests that are due. Returns when to come back sooner than usual, if at all. A provider's refusal does
/// not fail the sync.
pub(super) async fn nudge(
    ctx: &Ctx,
    connection: &Connection,
    provider: &dyn Provider,
    key: Key<'_>,
    status: UpdateStatus,
    heard_at: Option<Timestamp>,
) -> Result<Option<Timestamp>, RunError> {
    let can = provider.capabilities();
    if status != UpdateStatus::Historical || can.reads == Reads::Cursor {
        return Ok(None);
    }
    let nudges = ctx.store.nudges(&connection.id).await?;
    let now = ctx.clock.now();
    let mut soon = connection.history_complete_at.is_none();
    if can.extends_history && nudges.history_asked_at.is_none() {
        let look = extend_history(ctx, connection, provider, key).await?;
        return Ok(Some(after(now, look)));
    }
    let long_ago = |at: Timestamp| now.duration_since(at) > DAY;
    if can.daily_refresh
        && heard_at.is_some_and(long_ago)
        && nudges.aggregation_asked_at.is_none_or(long_ago)
    {
        ctx.store
            .record_aggregation_asked(&connection.id, now)
            .await?;
        match provider.refresh(key, None).await {
            Ok(()) => soon = true,
            Err(problem) => {
                tracing::info!(connection = %connection.id, code = problem.code, request_id = problem.request_id,
                    "the provider did not ask the bank");
            }
        }
    }
    Ok(soon.then(|| after(now, STRAGGLERS)))
}

/// Requests all history, after which everything is read from the beginning once more. Returns how long to wait before
/// looking for it.
async fn extend_history(
    ctx: &Ctx,
    connection: &Connection,
    provider: &dyn Provider,
    key: Key<'_>,
) -> Result<SignedDuration, RunError> {
    let (id, now) = (&connection.id, ctx.clock.now());
    let Err(problem) = provider.extend_history(key).await else {
        ctx.store.record_history_asked(id, now, true).await?;
        return Ok(HISTORY);
    };
    tracing::info!(connection = %id, code = problem.code, request_id = problem.request_id,
        "no more history was asked for");
    // The next sync tries again, unless that would be pointless: then there is no more history to get.
    if problem.remedy().passes() {
        return Ok(STRAGGLERS);
    }
    ctx.store.record_history_asked(id, now, false).await?;
    Ok(SignedDuration::ZERO)
}
