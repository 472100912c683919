//! Every minute: fetch what is due, and tell subscribers the newest.

use std::sync::Arc;
use std::time::Duration;

use super::fetch::{Why, in_turn};
use super::{RatesError, is_on, newest, pairs};
use crate::context::{Ctx, Told};

/// For so long subscribers wait for what is being fetched. What comes later they are told a minute later.
const WAIT: Duration = Duration::from_secs(5);

/// Fetches the pairs that are due, and tells every subscriber the newest quote of each pair.
pub async fn tick(ctx: &Ctx) -> Result<(), RatesError> {
    if !is_on(ctx) {
        return Ok(());
    }
    let its_ctx = ctx.clone();
    // It goes on behind: a fetch that is given up in the middle would not be written down.
    let round = tokio::spawn(async move { look_after_pairs(&its_ctx).await });
    let _ = tokio::time::timeout(WAIT, round).await;
    tell(ctx).await
}

/// Tells subscribers that the program stops, and returns when all have gone.
pub async fn end(ctx: &Ctx) {
    ctx.rates.told.send_replace(Told::Ended);
    ctx.rates.told.closed().await;
}

/// One pair after the other: sources want to be asked once a second.
async fn look_after_pairs(ctx: &Ctx) {
    // A round that is not over goes on; of those that come meanwhile one waits at most.
    let Ok(waits) = ctx.rates.next_round.try_lock() else {
        return;
    };
    let _round = ctx.rates.round.lock().await;
    drop(waits);
    let all = pairs(ctx);
    // Another one begins each minute: a source that one pair puts off is left alone by those that come after it.
    let first = usize::try_from(ctx.clock.now().as_second() / 60).unwrap_or(0) % all.len().max(1);
    for pair in all.iter().cycle().skip(first).take(all.len()) {
        match in_turn(ctx, pair, Why::Due).await {
            // Who refuses has been logged and written down.
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
