//! The timetable: work that is requested without anyone asking for it.
//!
//! It is only an alarm clock. What is due, and when, is kept in the database, so a bell that was missed while the
//! machine slept delays the work only until the next bell. The sync of each connection every six hours does not come
//! from here: each sync schedules the next one (`sync/pace.rs`), and a bell only schedules connections for which nothing
//! is scheduled. [`domain::job::JobKind`] describes the jobs that exist.

use std::time::Duration;

use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tokio_util::sync::CancellationToken;

use crate::backup;
use crate::context::Ctx;
use crate::rates;
use crate::sync::{self, SyncError};

/// When each bell rings: second, minute, hour, day, month and day of the week, in UTC.
const TIMETABLE: [(&str, Bell); 6] = [
    ("0 * * * * *", Bell::Rates),
    ("20 */10 * * * *", Bell::Forgotten),
    ("40 17 * * * *", Bell::CleanUp),
    ("50 27 * * * *", Bell::Backup),
    ("0 43 3 * * *", Bell::Optimize),
    ("0 11 4 1 * *", Bell::Institutions),
];
/// The first clean-up comes this soon after the start, for machines that never run for a whole hour.
const FIRST_CLEAN_UP: Duration = Duration::from_secs(60);

/// Why a bell had no effect.
#[derive(Debug, thiserror::Error)]
enum BellError {
    #[error(transparent)]
    Sync(#[from] SyncError),
    #[error(transparent)]
    Rates(#[from] rates::RatesError),
    #[error(transparent)]
    Backup(#[from] backup::RequestError),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bell {
    /// Schedules connections for which nothing is scheduled.
    Forgotten,
    /// Requests a clean-up of what has expired.
    CleanUp,
    /// Requests an update of the database's statistics.
    Optimize,
    /// Schedules institutions for which nothing is scheduled.
    Institutions,
    /// Fetches the exchange rates that are due and sends the newest to subscribers.
    Rates,
    /// Requests new search words for rows that an earlier version wrote.
    SearchWords,
    /// Requests a backup when one is due.
    Backup,
}

/// Rings the bells until the program stops.
pub(super) async fn keep(ctx: Ctx, stop: CancellationToken) {
    ring(&ctx, Bell::Forgotten).await;
    ring(&ctx, Bell::Institutions).await;
    ring(&ctx, Bell::SearchWords).await;
    ring(&ctx, Bell::Rates).await;
    ring(&ctx, Bell::Backup).await;
    let alarm = set(&TIMETABLE, move |bell| {
        let ctx = ctx.clone();
        async move { ring(&ctx, bell).await }
    });
    let mut alarm = match alarm.await {
        Ok(alarm) => alarm,
        Err(error) => {
            tracing::error!(%error, "the timetable cannot be kept");
            return;
        }
    };
    stop.cancelled().await;
    if let Err(error) = alarm.shutdown().await {
        tracing::warn!(%error, "the timetable did not end");
    }
}

/// Sets up a scheduler with the bells.
async fn set<Rung>(
    timetable: &[(&str, Bell)],
    ring: impl Fn(Bell) -> Rung + Clone + Send + Sync + 'static,
) -> Result<JobScheduler, JobSchedulerError>
where
    Rung: Future<Output = ()> + Send + 'static,
{
    let alarm = JobScheduler::new().await?;
    for (when, bell) in timetable {
        let (ring, bell) = (ring.clone(), *bell);
        let rung = Job::new_async(*when, move |_, _| Box::pin(ring(bell)))?;
        alarm.add(rung).await?;
    }
    let (first, ring) = (FIRST_CLEAN_UP, ring.clone());
    let once = Job::new_one_shot_async(first, move |_, _| Box::pin(ring(Bell::CleanUp)))?;
    alarm.add(once).await?;
    alarm.start().await?;
    Ok(alarm)
}

async fn ring(ctx: &Ctx, bell: Bell) {
    if let Err(error) = asked(ctx, bell).await {
        tracing::error!(%error, ?bell, "the timetable's work could not be asked for");
    }
}

async fn asked(ctx: &Ctx, bell: Bell) -> Result<(), BellError> {
    match bell {
        Bell::Forgotten => sync::arm_forgotten(ctx).await?,
        Bell::CleanUp => sync::request_clean_up(ctx).await?,
        Bell::Optimize => sync::request_optimize(ctx).await?,
        Bell::Institutions => sync::want_institutions(ctx).await?,
        Bell::SearchWords => sync::want_search_words(ctx).await?,
        Bell::Rates => rates::tick(ctx).await?,
        Bell::Backup => backup::request_due(ctx).await?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_time_can_be_read() {
        let mut alarm = set(&TIMETABLE, |_| async {}).await.expect("a timetable");
        alarm.shutdown().await.expect("it ends");
    }

    #[tokio::test]
    async fn the_bells_ring() {
        let (rung, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let each_second = [("* * * * * *", Bell::Forgotten)];
        let mut alarm = set(&each_second, move |bell| {
            let rung = rung.clone();
            async move {
                let _ = rung.send(bell);
            }
        })
        .await
        .expect("a timetable");
        for _ in 0..2 {
            let bell = tokio::time::timeout(Duration::from_secs(30), heard.recv()).await;
            assert_eq!(bell.expect("it rings"), Some(Bell::Forgotten));
        }
        alarm.shutdown().await.expect("it ends");
    }
}
