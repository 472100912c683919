//! Writes that carry an idempotency key, so that a repeated request is executed only once. Times are Unix
//! milliseconds.

use crate::{Store, StoreError};
use domain::id::UserId;

/// The longest time that a write can take, in milliseconds.
const LONGEST_RUN: i64 = 120_000;

/// The state of a write with an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// Unknown: it has been recorded and may be executed now.
    None,
    /// The key was used for a different write.
    Different,
    /// The same write is being executed.
    UnderWay,
    /// The write is complete; the status and body of its response.
    Answered(u16, String),
}

impl Store {
    /// Records a write, unless its key is known. Keys from before `forgotten_before` count as unknown.
    pub async fn begin_write(
        &self,
        user: &UserId,
        key_hash: &str,
        fingerprint: &str,
        now: i64,
        forgotten_before: i64,
    ) -> Result<Earlier, StoreError> {
        let mut tx = self.begin().await?;
        let known: Option<(String, Option<i64>, Option<String>, i64)> = sqlx::query_as(
            "SELECT fingerprint, status, body, created_at FROM idempotent_write
             WHERE person_id = $1 AND key_hash = $2 AND created_at > $3",
        )
        .bind(user.as_str())
        .bind(key_hash)
        .bind(forgotten_before)
        .fetch_optional(&mut *tx)
        .await?;
        let earlier = match known {
            Some((known, ..)) if known != fingerprint => Earlier::Different,
            Some((_, Some(status), body, _)) => {
                Earlier::Answered(status_of(status)?, body.unwrap_or_default())
            }
            Some((_, None, _, at)) if (at - now).abs() < LONGEST_RUN => Earlier::UnderWay,
            // A write that never ended was cut off when the program ended. A write from the future began before the
            // clock was set back.
            Some(_) | None => Earlier::None,
        };
        if earlier == Earlier::None {
            sqlx::query(
                "INSERT INTO idempotent_write (person_id, key_hash, fingerprint, created_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (person_id, key_hash) DO UPDATE SET fingerprint = excluded.fingerprint,
                     created_at = excluded.created_at, status = NULL, body = NULL",
            )
            .bind(user.as_str())
            .bind(key_hash)
            .bind(fingerprint)
            .bind(now)
            .execute(&mut *tx)
            .await?;
            tx.commit().await?;
        }
        Ok(earlier)
    }

    /// Deletes unfinished writes: when the program starts, none is in progress.
    pub async fn forget_open_writes(&self) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM idempotent_write WHERE status IS NULL")
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// The response to a write with this key and fingerprint; `None` if there is none.
    pub async fn answered_write(
        &self,
        user: &UserId,
        key_hash: &str,
        fingerprint: &str,
        forgotten_before: i64,
    ) -> Result<Option<(u16, String)>, StoreError> {
        let known: Option<(i64, Option<String>)> = sqlx::query_as(
            "SELECT status, body FROM idempotent_write
             WHERE person_id = $1 AND key_hash = $2 AND fingerprint = $3 AND created_at > $4 AND status IS NOT NULL",
        )
        .bind(user.as_str())
        .bind(key_hash)
        .bind(fingerprint)
        .bind(forgotten_before)
        .fetch_optional(&self.read)
        .await?;
        let Some((status, body)) = known else {
            return Ok(None);
        };
        Ok(Some((status_of(status)?, body.unwrap_or_default())))
    }

    /// Stores the response to a write. Without a response, the write is deleted and may be tried again.
    pub async fn end_write(
        &self,
        user: &UserId,
        key_hash: &str,
        answer: Option<(u16, &str)>,
    ) -> Result<(), StoreError> {
        let sql = match answer {
            Some(_) => {
                "UPDATE idempotent_write SET status = $3, body = $4 WHERE person_id = $1 AND key_hash = $2"
            }
            None => "DELETE FROM idempotent_write WHERE person_id = $1 AND key_hash = $2",
        };
        let query = sqlx::query(sql).bind(user.as_str()).bind(key_hash);
        let query = match answer {
            Some((status, body)) => query.bind(i64::from(status)).bind(body),
            None => query,
        };
        query.execute(&self.write).await?;
        Ok(())
    }
}

fn status_of(column: i64) -> Result<u16, StoreError> {
    u16::try_from(column).map_err(|_| StoreError::Unreadable("status"))
}
