//! The timetable: what is asked for without anybody asking.
//!
//! It is an alarm clock and no more. What is due, and when, stands in the database: a bell that was missed
//! because the machine slept costs nothing but the time until the next one. That a connection is looked at
//! every six hours is no bell's doing either; each sync arms the next, and a bell arms what nobody armed.

use std::time::Duration;

use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tokio_util::sync::CancellationToken;

use crate::backup;
use crate::context::Ctx;
use crate::rates;
use crate::sync::{self, SyncError};

/// When which bell rings: second, minute, hour, day, month, day of the week, in UTC.
const TIMETABLE: [(&str, Bell); 6] = [
    ("0 * * * * *", Bell::Rates),
    ("20 */10 * * * *", Bell::Forgotten),
    ("40 17 * * * *", Bell::CleanUp),
    ("50 27 * * * *", Bell::Backup),
    ("0 43 3 * * *", Bell::Optimize),
    ("0 11 4 1 * *", Bell::Institutions),
];
/// A machine that never runs for a whole hour forgets what has run out all the same.
const FIRST_CLEAN_UP: Duration = Duration::from_secs(60);

/// Why a bell rang in vain.
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
    /// Arms connections that wait for nothing.
    Forgotten,
    /// Asks for what has run out to be forgotten.
    CleanUp,
    /// Asks for the database's statistics to be looked after.
    Optimize,
    /// Arms institutions that wait for nothing.
    Institutions,
    /// Fetches the exchange rates that are due, and tells subscribers the newest.
    Rates,
    /// Asks for the words of rows that an earlier version wrote.
    SearchWords,
    /// Asks for a backup when one is due.
    Backup,
}

/// Keeps the timetable until the program stops.
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

/// Sets an alarm clock to the bells.
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
