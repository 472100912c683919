//! Work in the background: who does it, and when it is looked for. The work itself is in the use-cases.

use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::context::Ctx;
use crate::domain::connection::Call;
use crate::{auth, notify, sync};

/// How many connections are synced at once.
const WORKERS: usize = 4;
/// How long a worker sleeps at most when nobody rings.
const LOOK: Duration = Duration::from_secs(15);
/// How often refused webhooks are written down.
const WRITE_REFUSALS: Duration = Duration::from_secs(1);
/// How often what has run out is cleared away.
const CLEAN_UP: Duration = Duration::from_secs(3600);

/// Starts the workers.
pub fn spawn(
    ctx: &Ctx,
    calls: UnboundedReceiver<Call>,
    tasks: &mut JoinSet<()>,
    stop: &CancellationToken,
) {
    for _ in 0..WORKERS {
        tasks.spawn(until(stop.clone(), sync_forever(ctx.clone())));
    }
    tasks.spawn(until(stop.clone(), clean_up_forever(ctx.clone())));
    tasks.spawn(record_calls(ctx.clone(), calls, stop.clone()));
    tasks.spawn(write_refusals(ctx.clone(), stop.clone()));
}

/// Work is given up when the program stops: all of it can be taken up again where it was.
async fn until(stop: CancellationToken, work: impl Future<Output = ()>) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = work => {}
    }
}

async fn sync_forever(ctx: Ctx) {
    loop {
        match sync::run_due(&ctx).await {
            Ok(true) => {}
            // Whoever wrote something rang; whether anybody wants to be told of it is seen here.
            Ok(false) => match notify::look(&ctx).await {
                Ok(true) => {}
                Ok(false) => sleep_until_due(&ctx).await,
                Err(error) => {
                    tracing::error!(%error, "nobody could be told what is new");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            },
            Err(error) => {
                tracing::error!(%error, "a sync could not be written");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn sleep_until_due(ctx: &Ctx) {
    let due = sync::next_due(ctx).await.ok().flatten();
    let now = ctx.clock.now().as_millisecond();
    let wait = due.map_or(LOOK, |due| {
        Duration::from_millis(u64::try_from(due - now).unwrap_or(0)).min(LOOK)
    });
    // Two workers may see the same work; only one gets the lease, and the other looks again a little later.
    let wait = wait.max(Duration::from_millis(20));
    tokio::select! {
        () = ctx.work.notified() => {}
        () = tokio::time::sleep(wait) => {}
    }
}

async fn clean_up_forever(ctx: Ctx) {
    loop {
        if let Err(error) = auth::forget_expired(&ctx).await {
            tracing::error!(%error, "what has run out could not be cleared away");
        }
        if let Err(error) = notify::forget(&ctx).await {
            tracing::error!(%error, "old changes could not be cleared away");
        }
        tokio::time::sleep(CLEAN_UP).await;
    }
}

/// Writes the record of calls, as many at once as have come together.
async fn record_calls(ctx: Ctx, mut calls: UnboundedReceiver<Call>, stop: CancellationToken) {
    let mut batch = Vec::new();
    loop {
        let got = tokio::select! {
            got = calls.recv_many(&mut batch, 200) => got,
            () = stop.cancelled() => calls.len().min(200),
        };
        if got == 0 {
            return;
        }
        while batch.len() < got {
            match calls.try_recv() {
                Ok(call) => batch.push(call),
                Err(_) => break,
            }
        }
        if let Err(error) = sync::record_calls(&ctx, &batch).await {
            tracing::error!(%error, "the record of calls could not be written");
        }
        batch.clear();
    }
}

/// Writes down which webhooks were refused; what came in last, when the program stops.
async fn write_refusals(ctx: Ctx, stop: CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = tokio::time::sleep(WRITE_REFUSALS) => {}
            () = stop.cancelled() => {}
        }
        if let Err(error) = sync::write_refusals(&ctx).await {
            tracing::error!(%error, "the record of refused webhooks could not be written");
        }
    }
}
