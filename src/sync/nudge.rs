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
/// How often providers ask the banks by themselves.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Asks for what is due; when to come again sooner than usual, if at all. A provider that refuses does not make the sync
/// fail.
///
/// # Errors
/// When the database fails.
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
    if nudges.history_asked_at.is_none() {
        soon |= extend_history(ctx, connection, provider, key).await?;
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

/// Has all history fetched; whether that has begun. Then everything is read from the beginning once more.
async fn extend_history(
    ctx: &Ctx,
    connection: &Connection,
    provider: &dyn Provider,
    key: Key<'_>,
) -> Result<bool, RunError> {
    let (id, now) = (&connection.id, ctx.clock.now());
    match provider.extend_history(key).await {
        Ok(true) => {
            ctx.store.note_history_asked(id, now, true).await?;
            return Ok(true);
        }
        Ok(false) => {}
        Err(problem) => {
            tracing::info!(connection = %id, code = problem.code, request_id = problem.request_id,
                "no more history was asked for");
            // The next sync tries again, unless that would be in vain.
            if !problem.remedy().passes() {
                ctx.store.note_history_asked(id, now, false).await?;
            }
        }
    }
    Ok(false)
}
