//! Deletes what has expired, and schedules work for which nothing is scheduled.

use jiff::{SignedDuration, Timestamp};

use super::pace::{POLL, after};
use super::{SyncError, departure};
use crate::context::Ctx;
use crate::queue::{self, Done, RunError};
use domain::job::JobKind;
use store::{CleanUp, SIGHTINGS_KEPT};

/// How long history is kept.
const HISTORY: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How long log-in attempts are kept. The throttle counts only those of the last day.
const THROTTLES: SignedDuration = SignedDuration::from_hours(2 * 24);
/// As long as `auth` recognizes a device, and an address.
const DEVICES: SignedDuration = SignedDuration::from_hours(365 * 24);
const ADDRESSES: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How long link tokens are kept, so that a person who returns late from a provider's page still sees the result.
const LINK_TOKENS: SignedDuration = SignedDuration::from_hours(24);
/// The longest time that a person spends on a provider's page. After that the tab was probably closed.
const TAB_CLOSED: SignedDuration = SignedDuration::from_mins(10);

/// How long a row that the bank removed can come back with the person's own values: longer than any pending row waits
/// to be posted, and longer than a bank takes to move to another system.
const GONE_ROWS: SignedDuration = SignedDuration::from_hours(180 * 24);

/// Deletes everything that has expired.
pub async fn clean_up(ctx: &Ctx) -> Result<Done, RunError> {
    let now = ctx.clock.now();
    let horizons = CleanUp {
        now,
        history: before(now, HISTORY),
        throttles: before(now, THROTTLES),
        devices: before(now, DEVICES),
        addresses: before(now, ADDRESSES),
        sightings: before(now, SIGHTINGS_KEPT),
        link_tokens: before(now, LINK_TOKENS),
    };
    let mut forgotten = ctx.store.clean_up(&horizons).await?;
    let entries = ctx.store.forget_old_activity(now.as_millisecond()).await?;
    forgotten.push(("activity", entries));
    forgotten.push(("oldest_calls", ctx.store.forget_oldest_calls().await?));
    let rows = ctx.store.forget_gone(before(now, GONE_ROWS)).await?;
    forgotten.push(("gone_rows", rows));
    forgotten.push(("messages", ctx.store.forget_messages(now).await?));
    forgotten.push(("mails", ctx.store.forget_mails(now).await?));
    forgotten.push(("changes", ctx.store.forget_removed(now).await?));
    // The write-ahead log still holds what was deleted. If a reader is in the way, the next clean-up empties it.
    ctx.store.empty_write_ahead_log().await?;
    let counts: Vec<String> = forgotten
        .iter()
        .filter(|(_, rows)| *rows > 0)
        .map(|(what, rows)| format!(r#""{what}":{rows}"#))
        .collect();
    Ok(Done {
        next: None,
        result: Some(format!("{{{}}}", counts.join(","))),
    })
}

/// Schedules work that should be scheduled but is not: a sync some hours after the last one, the end of a connection
/// that is not confirmed yet, and a look at the result of an attempt on the provider's own page, because no webhook may
/// have reported it.
///
/// Also deletes the people who are leaving and wait for nothing more.
pub async fn arm_forgotten(ctx: &Ctx) -> Result<(), SyncError> {
    if let Err(error) = departure::finish_departures(ctx).await {
        // The others must not wait for one person.
        tracing::error!(%error, "people who are leaving could not be deleted");
    }
    let now = ctx.clock.now();
    let connections = ctx.store.arm_forgotten(now, POLL).await?;
    let begun = before(now, TAB_CLOSED);
    let attempts = ctx.store.arm_forgotten_links(now, begun).await?;
    if connections + attempts > 0 {
        tracing::info!(
            connections,
            attempts,
            "what waited for nothing is looked at again"
        );
        ctx.work.notify_one();
    }
    Ok(())
}

/// Requests a clean-up.
pub async fn request_clean_up(ctx: &Ctx) -> Result<(), SyncError> {
    let now = ctx.clock.now();
    Ok(queue::request(ctx, JobKind::CleanUp, "history", now).await?)
}

/// Requests an update of the database's statistics (sqlite.org/pragma.html#pragma_optimize).
pub async fn request_optimize(ctx: &Ctx) -> Result<(), SyncError> {
    let now = ctx.clock.now();
    Ok(queue::request(ctx, JobKind::Optimize, "database", now).await?)
}

/// Has the database update its statistics.
pub async fn optimize(ctx: &Ctx) -> Result<Done, RunError> {
    ctx.store.optimize().await?;
    Ok(Done::default())
}

fn before(moment: Timestamp, by: SignedDuration) -> Timestamp {
    after(moment, -by)
}
