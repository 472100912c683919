//! Forgetting what has run out, and arming what nobody armed.

use jiff::{SignedDuration, Timestamp};

use super::SyncError;
use super::pace::{POLL, after};
use crate::context::Ctx;
use crate::queue::{self, Done, RunError};
use domain::job::JobKind;
use store::{CleanUp, SIGHTINGS_KEPT};

/// What happened is kept so long.
const HISTORY: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Attempts to log in count for a day; beyond it nobody asks about them.
const THROTTLES: SignedDuration = SignedDuration::from_hours(2 * 24);
/// As long as `auth` knows a device, and an address.
const DEVICES: SignedDuration = SignedDuration::from_hours(365 * 24);
const ADDRESSES: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Whoever comes back from a provider's page late still finds what came of it there.
const LINK_TOKENS: SignedDuration = SignedDuration::from_hours(24);
/// Nobody needs longer on a provider's page, unless the tab was closed.
const TAB_CLOSED: SignedDuration = SignedDuration::from_mins(10);

/// How long a row that the bank removed can come back with what the person wrote on it: longer than any
/// pending row waits for its posting, and than a bank takes to move to another system.
const GONE_ROWS: SignedDuration = SignedDuration::from_hours(180 * 24);

/// Forgets what has run out.
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
    forgotten.push(("changes", ctx.store.forget_removed(now).await?));
    // What was forgotten is still in the log. With a reader in the way it goes the next time.
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

/// Arms what waits for nothing and should: a connection is looked at hours after it was last heard of, an
/// end that is not confirmed goes on, and what came of an attempt on the provider's own page is asked for,
/// because no webhook may have told.
pub async fn arm_forgotten(ctx: &Ctx) -> Result<(), SyncError> {
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

/// Asks for what has run out to be forgotten.
pub async fn request_clean_up(ctx: &Ctx) -> Result<(), SyncError> {
    let now = ctx.clock.now();
    Ok(queue::request(ctx, JobKind::CleanUp, "history", now).await?)
}

/// Asks for the database's statistics to be looked after (sqlite.org/pragma.html#pragma_optimize).
pub async fn request_optimize(ctx: &Ctx) -> Result<(), SyncError> {
    let now = ctx.clock.now();
    Ok(queue::request(ctx, JobKind::Optimize, "database", now).await?)
}

/// Has the database look after its statistics.
pub async fn optimize(ctx: &Ctx) -> Result<Done, RunError> {
    ctx.store.optimize().await?;
    Ok(Done::default())
}

fn before(moment: Timestamp, by: SignedDuration) -> Timestamp {
    after(moment, -by)
}
