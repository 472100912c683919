//! What a provider is asked to do after a good sync, where it does not do it by itself: to fetch all the history that
//! the bank gives, once, and to ask the bank, once a day.

use jiff::{SignedDuration, Timestamp};

use super::pace::after;
use crate::context::Ctx;
use crate::queue::RunError;
use domain::connection::Connection;
use domain::feed::UpdateStatus;
use domain::provider::Reads;
use providers::{Key, Provider};

/// When to look once more after the history is complete: some rows come late.
const STRAGGLERS: SignedDuration = SignedDuration::from_mins(3);
/// When to look for the history that was asked for.
const HISTORY: SignedDuration = SignedDuration::from_secs(20);
/// How often providers ask the banks by themselves.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Asks for what is due; when to come again sooner than usual, if at all. A provider that refuses does not make the sync
/// fail.
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
            .note_aggregation_asked(&connection.id, now)
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

/// Has all history fetched, after which everything is read from the beginning once more; when to look for it.
async fn extend_history(
    ctx: &Ctx,
    connection: &Connection,
    provider: &dyn Provider,
    key: Key<'_>,
) -> Result<SignedDuration, RunError> {
    let (id, now) = (&connection.id, ctx.clock.now());
    let Err(problem) = provider.extend_history(key).await else {
        ctx.store.note_history_asked(id, now, true).await?;
        return Ok(HISTORY);
    };
    tracing::info!(connection = %id, code = problem.code, request_id = problem.request_id,
        "no more history was asked for");
    // The next sync tries again, unless that would be in vain: then all is there that there will be.
    if problem.remedy().passes() {
        return Ok(STRAGGLERS);
    }
    ctx.store.note_history_asked(id, now, false).await?;
    Ok(SignedDuration::ZERO)
}
