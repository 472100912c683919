//! Each minute: fetches the pairs that are due and sends subscribers the newest quotes.

use std::sync::Arc;
use std::time::Duration;

use super::fetch::{Why, in_turn};
use super::{RatesError, is_on, newest, pairs};
use crate::context::{Ctx, Told};

/// How long subscribers wait for the round of fetches. Later quotes are sent a minute later.
const WAIT: Duration = Duration::from_secs(5);

/// Fetches the pairs that are due, and sends every subscriber the newest quote of each pair.
pub async fn tick(ctx: &Ctx) -> Result<(), RatesError> {
    if !is_on(ctx) {
        return Ok(());
    }
    let its_ctx = ctx.clone();
    // The round runs in a task of its own, because a fetch dropped halfway would not be written down.
    let round = tokio::spawn(async move { look_after_pairs(&its_ctx).await });
    let _ = tokio::time::timeout(WAIT, round).await;
    tell(ctx).await
}

/// Tells subscribers that the program is stopping, and returns when all have disconnected.
pub async fn end(ctx: &Ctx) {
    ctx.rates.told.send_replace(Told::Ended);
    ctx.rates.told.closed().await;
}

/// Fetches one pair after the other, because sources want at most one request a second.
async fn look_after_pairs(ctx: &Ctx) {
    // A round in progress goes on, and at most one more waits for it.
    let Ok(waits) = ctx.rates.next_round.try_lock() else {
        return;
    };
    let _round = ctx.rates.round.lock().await;
    drop(waits);
    let all = pairs(ctx);
    // Each minute starts with a different pair, because a source that refuses one pair is not asked for those that
    // follow.
    let first = usize::try_from(ctx.clock.now().as_second() / 60).unwrap_or(0) % all.len().max(1);
    for pair in all.iter().cycle().skip(first).take(all.len()) {
        match in_turn(ctx, pair, Why::Due).await {
            // Refusals have already been logged and written down.
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
