//! Each minute: fetches the pairs that are due and sends subscribers the newest quotes.

use std::sync::Arc;
use std::time::Duration;

use super::fetch::{Why, in_turn};
use super::{RatesError, is_on, newest, pairs};
use crate::context::{Ctx, Told};

/// How long subscribers wait for the round of fetches. Quotes that come later go out with the next tick.
const WAIT: Duration = Duration::from_secs(5);

/// Fetches the pairs that are due, and sends every subscriber the newest quote of each pair.
pub async fn tick(ctx: &Ctx) -> Result<(), RatesError> {
    if !is_on(ctx) {
        return Ok(());
    }
    let its_ctx = ctx.clone();
    // The round runs in a task of its own, because a fetch dropped halfway would not be recorded.
    let round = tokio::spawn(async move { fetch_due_pairs(&its_ctx).await });
    let _ = tokio::time::timeout(WAIT, round).await;
    tell(ctx).await
}

/// Tells subscribers that the program is stopping, and returns when all have disconnected.
pub async fn end(ctx: &Ctx) {
    ctx.rates.told.send_replace(Told::Ended);
    ctx.rates.told.closed().await;
}

/// Fetches one pair after the other, because sources want at most one request a second.
async fn fetch_due_pairs(ctx: &Ctx) {
    // Lets the current round finish, with at most one more queued behind it.
    let Ok(queued) = ctx.rates.next_round.try_lock() else {
        return;
    };
    let _round = ctx.rates.round.lock().await;
    drop(queued);
    let all = pairs(ctx);
    // Each round starts with a different pair: a source that refuses one is left alone for a while, also for the pairs
    // that follow.
    let first = usize::try_from(ctx.clock.now().as_second() / 60).unwrap_or(0) % all.len().max(1);
    for pair in all.iter().cycle().skip(first).take(all.len()) {
        match in_turn(ctx, pair, Why::Due).await {
            // Refusals have already been logged and recorded.
            Ok(_) | Err(RatesError::Refused(_)) => {}
            Err(error) => tracing::error!(%error, %pair, "a rate could not be fetched"),
        }
    }
}

async fn tell(ctx: &Ctx) -> Result<(), RatesError> {
    let mut quotes = Vec::new();
    for pair in pairs(ctx) {
        quotes.extend(newest(ctx, pair).await?);
    }
    let quotes = Arc::new(quotes);
    ctx.rates.told.send_if_modified(|told| {
        if matches!(told, Told::Ended) {
            return false;
        }
        *told = Told::Newest(quotes);
        true
    });
    Ok(())
}
