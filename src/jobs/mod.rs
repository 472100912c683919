//! Work in the background: what sorts there are, who does it, and when it is looked for. Each sort is a type in
//! `kinds/`; what it calls is in the use-cases.

mod kinds;
mod records;
mod registry;
mod timetable;

pub use registry::run;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::context::Ctx;
use crate::{notify, queue};
use domain::connection::Call;

/// How many pieces of work are done at once.
const WORKERS: usize = 4;
/// How long a worker sleeps at most when nobody rings.
const LOOK: Duration = Duration::from_secs(15);

/// How long it takes until what panicked is begun again.
const AGAIN: Duration = Duration::from_secs(1);

/// Starts the workers, the timetable and those who keep records.
pub fn spawn(
    ctx: &Ctx,
    calls: UnboundedReceiver<Call>,
    tasks: &mut JoinSet<()>,
    stop: &CancellationToken,
) {
    for _ in 0..WORKERS {
        let (ctx, stop) = (ctx.clone(), stop.clone());
        let work = move || until(stop.clone(), work_forever(ctx.clone()));
        tasks.spawn(restarted(AGAIN, work));
    }
    let (its_ctx, its_stop) = (ctx.clone(), stop.clone());
    let timetable = move || timetable::keep(its_ctx.clone(), its_stop.clone());
    tasks.spawn(restarted(AGAIN, timetable));
    let calls = Arc::new(Mutex::new(calls));
    let (its_ctx, its_stop) = (ctx.clone(), stop.clone());
    let records = move || records::keep_calls(its_ctx.clone(), calls.clone(), its_stop.clone());
    tasks.spawn(restarted(AGAIN, records));
    let (its_ctx, its_stop) = (ctx.clone(), stop.clone());
    let refusals = move || records::keep_refusals(its_ctx.clone(), its_stop.clone());
    tasks.spawn(restarted(AGAIN, refusals));
}

/// Does work that ends by itself only when the program stops. When it panics, it is begun again: a panic must not cost
/// a worker until the next restart.
async fn restarted<Work>(again: Duration, work: impl Fn() -> Work)
where
    Work: Future<Output = ()> + Send + 'static,
{
    loop {
        // Dropped, the set ends the work too.
        let mut running = JoinSet::new();
        running.spawn(work());
        match running.join_next().await {
            Some(Err(error)) if error.is_panic() => {
                tracing::error!("background work panicked and is begun again");
                tokio::time::sleep(again).await;
            }
            _ => return,
        }
    }
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
        match queue::run_due(&ctx, run).await {
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
    let due = queue::next_due(ctx).await.ok().flatten();
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn work_that_panics_is_begun_again_until_it_ends_by_itself() {
        let begun = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&begun);
        let work = move || {
            let time = counted.fetch_add(1, Ordering::SeqCst);
            async move { assert!(time >= 3, "a fault of ours") }
        };
        let ended = tokio::time::timeout(
            Duration::from_secs(30),
            restarted(Duration::from_millis(1), work),
        );
        ended.await.expect("it ends");
        assert_eq!(begun.load(Ordering::SeqCst), 4);
    }
}
