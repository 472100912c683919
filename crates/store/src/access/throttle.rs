//! Counters that throttle log-in attempts. Times are Unix milliseconds.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::oversight::activity::{About, record};
use crate::{Store, StoreError, Tx};
use domain::activity::{Event, Visit};
use domain::id::UserId;

/// The most counters that are kept. An attacker can create any number of them by inventing names and moving through
/// IPv6 networks. The ones with the fewest attempts are deleted first, and of those the oldest: a flood of new
/// counters must not free an account that is being guessed at.
const MOST_COUNTERS: i64 = 50_000;
/// The number of attempts between checks of that limit. Each attempt makes at most eight counters.
const LOOK_EVERY: u64 = 100;
/// The most people who can wait for a notice of a throttled log-in. Attempts are counted beyond that.
const MOST_WAITING: usize = 1_000;
/// The shortest time between two such notices to one person, in milliseconds.
const TOLD_EVERY: i64 = HOUR;
const HOUR: i64 = 60 * 60 * 1000;

/// A counter of attempts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// The hash of what it counts.
    pub key_hash: String,
    /// The number of attempts that are not throttled.
    pub free: i64,
}

/// Computes the wait after the last attempt, in milliseconds, from the number of attempts and the number of free
/// ones.
pub type Wait = fn(i64, i64) -> i64;

/// Throttled log-ins that have not been written yet.
#[derive(Debug, Default)]
pub(crate) struct Throttled {
    waiting: Mutex<Waiting>,
    attempts: AtomicU64,
}

#[derive(Debug, Default)]
struct Waiting {
    by_hour: HashMap<i64, i64>,
    people: HashMap<UserId, Visit>,
}

impl Throttled {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Counts an attempt before it is made, so that parallel attempts cannot slip past the limit. A refused attempt
    /// is not counted; the inner error is the remaining wait in milliseconds. Counters from before `forgotten_before`
    /// start again, and so do counters from the future, because the clock has been set back since.
    pub async fn count_attempt(
        &self,
        counters: &[&Counter],
        wait: Wait,
        now: i64,
        forgotten_before: i64,
    ) -> Result<Result<(), i64>, StoreError> {
        let mut tx = self.begin().await?;
        for counter in counters {
            let last: Option<(i64, i64)> =
                sqlx::query_as("SELECT attempts, last_at FROM login_throttle WHERE key_hash = $1")
                    .bind(&counter.key_hash)
                    .fetch_optional(&mut *tx)
                    .await?;
            let last = last.filter(|(_, at)| *at > forgotten_before && *at <= now);
            let (attempts, until) = last.map_or((0, 0), |(attempts, at)| {
                (attempts, at + wait(attempts, counter.free))
            });
            if until > now {
                return Ok(Err(until - now));
            }
            sqlx::query(
                "INSERT INTO login_throttle (key_hash, attempts, last_at) VALUES ($1, $2, $3)
                 ON CONFLICT (key_hash) DO UPDATE SET attempts = excluded.attempts, last_at = excluded.last_at",
            )
            .bind(&counter.key_hash)
            .bind(attempts + 1)
            .bind(now)
            .execute(&mut *tx)
            .await?;
        }
        let before = self.throttled.attempts.fetch_add(1, Ordering::Relaxed);
        if before.is_multiple_of(LOOK_EVERY) {
            forget_most(&mut tx, now).await?;
        }
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Records a failed attempt in the activity of the person concerned, if there is one.
    pub async fn attempt_failed(
        &self,
        counters: &[Counter],
        event: Option<(&UserId, &Event)>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        // The attempt was counted before it was made. This statement only makes both cases write.
        sqlx::query("UPDATE login_throttle SET attempts = attempts WHERE key_hash = $1")
            .bind(counters.first().map(|counter| counter.key_hash.as_str()))
            .execute(&mut *tx)
            .await?;
        if let Some((person, event)) = event {
            record(&mut tx, About::Person(person), event, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Deletes some counters and decrements others, after an attempt that succeeded.
    pub async fn attempt_succeeded(
        &self,
        cleared: &[Counter],
        uncounted: &[Counter],
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let clear = "DELETE FROM login_throttle WHERE key_hash = $1";
        let uncount =
            "UPDATE login_throttle SET attempts = MAX(attempts - 1, 0) WHERE key_hash = $1";
        for (sql, counters) in [(clear, cleared), (uncount, uncounted)] {
            for counter in counters {
                let done = sqlx::query(sql).bind(&counter.key_hash);
                done.execute(&mut *tx).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// Counts a throttled log-in in memory; [`Store::write_throttled`] writes it.
    pub fn record_throttled(&self, person: Option<&UserId>, visit: &Visit, now: Timestamp) {
        let hour = now.as_millisecond().div_euclid(HOUR) * HOUR;
        let mut waiting = self.throttled.lock();
        *waiting.by_hour.entry(hour).or_default() += 1;
        if let Some(person) = person.filter(|_| waiting.people.len() < MOST_WAITING) {
            waiting.people.insert(person.clone(), visit.clone());
        }
    }

    /// Writes the log-ins that were throttled since the last call.
    ///
    /// # Errors
    /// If the database fails; they then wait for the next call.
    pub async fn write_throttled(&self, now: Timestamp) -> Result<(), StoreError> {
        let taken = std::mem::take(&mut *self.throttled.lock());
        if taken.by_hour.is_empty() {
            return Ok(());
        }
        let written = self.write_taken_attempts(&taken, now).await;
        if written.is_err() {
            let mut waiting = self.throttled.lock();
            for (hour, attempts) in taken.by_hour {
                *waiting.by_hour.entry(hour).or_default() += attempts;
            }
            for (person, visit) in taken.people {
                waiting.people.entry(person).or_insert(visit);
            }
        }
        written
    }

    async fn write_taken_attempts(
        &self,
        taken: &Waiting,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for (hour, attempts) in &taken.by_hour {
            sqlx::query(
                "INSERT INTO throttled_log_in (hour, attempts) VALUES ($1, $2)
                 ON CONFLICT (hour) DO UPDATE SET attempts = throttled_log_in.attempts + excluded.attempts",
            )
            .bind(hour)
            .bind(attempts)
            .execute(&mut *tx)
            .await?;
        }
        for (person, visit) in &taken.people {
            let event = Event::Throttled(visit.clone());
            // Someone who was deleted meanwhile is not told.
            let told: bool = sqlx::query_scalar(
                "SELECT NOT EXISTS (SELECT 1 FROM person WHERE id = $1) OR EXISTS (SELECT 1 FROM activity
                     WHERE person_id = $1 AND event = $2 AND happened_at > $3 AND happened_at <= $4)",
            )
            .bind(person.as_str())
            .bind(event.word())
            .bind(now.as_millisecond() - TOLD_EVERY)
            .bind(now.as_millisecond())
            .fetch_one(&mut *tx)
            .await?;
            if !told {
                record(&mut tx, About::Person(person), &event, now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Deletes the counters beyond the limit. Counters from the future have no effect and would outlive the others.
async fn forget_most(tx: &mut Tx, now: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM login_throttle WHERE last_at > $1")
        .bind(now)
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "DELETE FROM login_throttle WHERE key_hash IN (SELECT key_hash FROM login_throttle ORDER BY attempts, last_at
         LIMIT MAX((SELECT COUNT(*) FROM login_throttle) - $1, 0))",
    )
    .bind(MOST_COUNTERS)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000_000;

    async fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("books.db")).await;
        (folder, store.expect("a file"))
    }

    async fn attempt(store: &Store, key: &str, now: i64) -> Result<(), i64> {
        let counter = Counter {
            key_hash: key.to_owned(),
            free: 2,
        };
        let wait: Wait = |attempts, free| if attempts < free { 0 } else { 1_000 };
        let counters = [&counter];
        let counted = store.count_attempt(&counters, wait, now, now - 86_400_000);
        counted.await.expect("it is counted")
    }

    #[tokio::test]
    async fn counters_from_the_future_count_for_nothing() {
        let (_folder, store) = store().await;
        let year = 365 * 86_400_000;
        while attempt(&store, "a", NOW + year).await.is_ok() {}
        assert_eq!(attempt(&store, "a", NOW).await, Ok(()));
        assert_eq!(attempt(&store, "a", NOW).await, Ok(()));
        assert_eq!(
            attempt(&store, "a", NOW).await,
            Err(1_000),
            "the count goes on"
        );
    }

    #[tokio::test]
    async fn only_so_many_counters_are_kept_and_the_oldest_go_first() {
        let (_folder, store) = store().await;
        let fill = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
             INSERT INTO login_throttle (key_hash, attempts, last_at) SELECT 'name' || i, 1, $1 + i FROM n";
        sqlx::query(fill)
            .bind(NOW - 60_000)
            .execute(&store.write)
            .await
            .expect("filled");
        let guessed =
            "INSERT INTO login_throttle (key_hash, attempts, last_at) VALUES ('guessed', 100, $1)";
        let guessed = sqlx::query(guessed).bind(NOW - 60_000);
        guessed.execute(&store.write).await.expect("counted");
        for n in 0..LOOK_EVERY {
            assert_eq!(attempt(&store, &format!("new{n}"), NOW).await, Ok(()));
        }
        let count = |sql: &'static str| {
            let query = sqlx::query_scalar::<_, i64>(sql).fetch_one(&store.write);
            async move { query.await.expect("a number") }
        };
        let most = MOST_COUNTERS + i64::try_from(LOOK_EVERY).expect("few");
        assert!(count("SELECT COUNT(*) FROM login_throttle").await <= most);
        let oldest = "SELECT COUNT(*) FROM login_throttle WHERE key_hash = 'name1'";
        let newest = "SELECT COUNT(*) FROM login_throttle WHERE key_hash IN ('name60000', 'new0')";
        assert_eq!((count(oldest).await, count(newest).await), (0, 2));
        let guessed = "SELECT COUNT(*) FROM login_throttle WHERE key_hash = 'guessed'";
        assert_eq!(count(guessed).await, 1, "a flood frees no counter");
    }

    #[tokio::test]
    async fn people_are_told_once_an_hour_and_every_attempt_is_counted() {
        let (_folder, store) = store().await;
        let visit = Visit::default();
        let now = Timestamp::from_millisecond(NOW).expect("a moment");
        for _ in 0..5_000 {
            store.record_throttled(Some(&UserId::generate()), &visit, now);
        }
        assert_eq!(store.throttled.lock().people.len(), MOST_WAITING);
        store.throttled.lock().people.clear();
        store.write_throttled(now).await.expect("written");
        store.write_throttled(now).await.expect("nothing to write");
        let counted = sqlx::query_scalar::<_, i64>("SELECT SUM(attempts) FROM throttled_log_in");
        let counted = counted.fetch_one(&store.write).await.expect("a number");
        assert_eq!(counted, 5_000);
    }
}
