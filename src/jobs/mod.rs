//! Work in the background: who does it, and when it is looked for. The work itself is in the use-cases.

mod records;
mod timetable;

use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::context::Ctx;
use crate::domain::connection::Call;
use crate::{notify, sync};

/// How many pieces of work are done at once.
const WORKERS: usize = 4;
/// How long a worker sleeps at most when nobody rings.
const LOOK: Duration = Duration::from_secs(15);

/// Starts the workers, the timetable and those who keep records.
pub fn spawn(
    ctx: &Ctx,
    calls: UnboundedReceiver<Call>,
    tasks: &mut JoinSet<()>,
    stop: &CancellationToken,
) {
    for _ in 0..WORKERS {
        tasks.spawn(until(stop.clone(), work_forever(ctx.clone())));
    }
    tasks.spawn(timetable::keep(ctx.clone(), stop.clone()));
    tasks.spawn(records::keep_calls(ctx.clone(), calls, stop.clone()));
    tasks.spawn(records::keep_refusals(ctx.clone(), stop.clone()));
}

/// Work is given up when the program stops: all of it can be taken up again where it was.
async fn until(stop: CancellationToken, work: impl Future<Output = ()>) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = work => {}
    }
}

async fn work_forever(ctx: Ctx) {
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
                tracing::error!(%error, "what a piece of work came to could not be written");
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
