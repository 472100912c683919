//! Counting attempts to log in.

use jiff::Timestamp;

use super::activity::{About, note};
use super::{Store, StoreError};
use crate::domain::activity::Event;
use crate::domain::id::UserId;

/// From the attempts so far and the time of the last: until when to wait. Milliseconds since the epoch.
pub type WaitUntil = fn(i64, i64) -> i64;

impl Store {
    /// Counts an attempt before it is made, so that parallel ones cannot slip past the limit. Each key
    /// comes with a function that says, from the count and the time of the last attempt, until when to
    /// wait. A refused attempt is not counted; the inner error is how long to wait, in milliseconds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_attempt(
        &self,
        keys: &[(&str, WaitUntil)],
        now: i64,
        forgotten_before: i64,
    ) -> Result<Result<(), i64>, StoreError> {
        let mut tx = self.begin().await?;
        for (key, wait_after) in keys {
            let last: Option<(i64, i64)> =
                sqlx::query_as("SELECT attempts, last_at FROM login_throttle WHERE key_hash = $1")
                    .bind(key)
                    .fetch_optional(&mut *tx)
                    .await?;
            let attempts = last
                .filter(|(_, at)| *at > forgotten_before)
                .map_or(0, |(n, _)| n);
            let until = last.map_or(0, |(_, at)| wait_after(attempts, at));
            if attempts > 0 && until > now {
                return Ok(Err(until - now));
            }
            sqlx::query(
                "INSERT INTO login_throttle (key_hash, attempts, last_at) VALUES ($1, $2, $3)
                 ON CONFLICT (key_hash) DO UPDATE SET attempts = excluded.attempts, last_at = excluded.last_at",
            )
            .bind(key)
            .bind(attempts + 1)
            .bind(now)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Writes on an attempt that it failed, and tells the person whom it was made as, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attempt_failed(
        &self,
        key_hash: &str,
        event: Option<(&UserId, &Event)>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        // It was counted when it was made: this only makes it a write like the other.
        sqlx::query("UPDATE login_throttle SET attempts = attempts WHERE key_hash = $1")
            .bind(key_hash)
            .execute(&mut *tx)
            .await?;
        if let Some((person, event)) = event {
            note(&mut tx, About::Person(person), event, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Forgets the attempts under a key, after one that succeeded.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clear_attempts(&self, key_hash: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM login_throttle WHERE key_hash = $1")
            .bind(key_hash)
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// Takes one attempt back, after one that succeeded.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn uncount_attempt(&self, key_hash: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE login_throttle SET attempts = MAX(attempts - 1, 0) WHERE key_hash = $1",
        )
        .bind(key_hash)
        .execute(&self.write)
        .await?;
        Ok(())
    }
}
