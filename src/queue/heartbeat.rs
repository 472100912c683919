//! Supervises a run: a heartbeat renews its lease, and a panic does not take the worker down.

use std::time::Duration;

use tokio::task::JoinSet;

use super::outcome::{Done, RunError};
use store::StoreError;

/// Awaits a run and calls `beat` at the interval `every` to renew its lease. A run whose lease another worker has taken
/// over is aborted at the next beat. A panic counts as a failure of the run; the worker carries on.
pub(super) async fn with_heartbeat<Beat>(
    run: impl Future<Output = Result<Done, RunError>> + Send + 'static,
    every: Duration,
    beat: impl Fn() -> Beat,
) -> Result<Done, RunError>
where
    Beat: Future<Output = Result<(), StoreError>>,
{
    // When this future is dropped, the set is dropped too and aborts the run.
    let mut running = JoinSet::new();
    running.spawn(run);
    loop {
        tokio::select! {
            ended = running.join_next() => return match ended {
                Some(Ok(outcome)) => outcome,
                _ => Err(RunError::Crashed),
            },
            () = tokio::time::sleep(every) => {}
        }
        match beat().await {
            Err(StoreError::LeaseLost) => return Err(StoreError::LeaseLost.into()),
            Err(error) => tracing::warn!(%error, "a lease could not be held for longer"),
            Ok(()) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Notify;

    use super::*;

    const EVERY: Duration = Duration::from_millis(2);

    /// A run that lasts until the test ends it.
    async fn until(end: Arc<Notify>) -> Result<Done, RunError> {
        end.notified().await;
        Ok(Done::default())
    }

    #[tokio::test]
    async fn a_run_that_panics_is_a_failure() {
        let crash = async { panic!("a fault of ours") };
        let ended = with_heartbeat(crash, EVERY, || async { Ok(()) }).await;
        assert!(matches!(ended, Err(RunError::Crashed)), "{ended:?}");
    }

    #[tokio::test]
    async fn a_long_run_keeps_its_lease_though_the_database_is_busy_now_and_then() {
        let (beats, end) = (AtomicU32::new(0), Arc::new(Notify::new()));
        let beat = || {
            let beat = beats.fetch_add(1, Ordering::SeqCst);
            if beat == 5 {
                end.notify_one();
            }
            async move {
                if beat % 2 == 0 {
                    Ok(())
                } else {
                    Err(StoreError::Unreadable("file"))
                }
            }
        };
        let ended = with_heartbeat(until(Arc::clone(&end)), EVERY, beat).await;
        assert!(ended.is_ok(), "{ended:?}");
        assert!(beats.load(Ordering::SeqCst) >= 6);
    }

    #[tokio::test]
    async fn a_run_without_a_lease_is_given_up() {
        let ended = with_heartbeat(until(Arc::default()), EVERY, || async {
            Err(StoreError::LeaseLost)
        })
        .await;
        let lost = matches!(ended, Err(RunError::Store(StoreError::LeaseLost)));
        assert!(lost, "{ended:?}");
    }
}
