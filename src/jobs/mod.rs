//! The door for background work: which kinds there are, who runs them, and when they are looked for.
//!
//! Each kind is a type in `kinds/` that calls a use-case. The workers claim due jobs from `queue/`, and the timetable
//! requests work at fixed times. This room decides nothing about the work itself.

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
use crate::{outgoing_webhooks, queue};
use domain::connection::Call;

/// How many jobs run at once.
const WORKERS: usize = 4;
/// The longest time that a worker sleeps when nothing wakes it.
const LOOK: Duration = Duration::from_secs(15);

/// The pause before work that panicked is restarted.
const AGAIN: Duration = Duration::from_secs(1);

/// Starts the workers, the timetable and the record writers.
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

/// Runs work that ends only when the program stops, and restarts it when it panics. Otherwise a panic would cost a
/// worker until the next start of the program.
async fn restarted<Work>(again: Duration, work: impl Fn() -> Work)
where
    Work: Future<Output = ()> + Send + 'static,
{
    loop {
        // The set aborts the work when it is dropped.
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

/// Runs work until the program stops. It can be dropped anywhere, because all of it can be resumed.
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
            // Every write wakes a worker. Whether it has to be sent to an endpoint is found out here.
            Ok(false) => match outgoing_webhooks::look(&ctx).await {
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
    // Two workers may see the same job. Only one gets the lease; the other looks again a little later.
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
