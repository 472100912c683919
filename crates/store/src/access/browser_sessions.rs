//! Browser sessions, keyed by the hash of their id. Times are Unix milliseconds.

use jiff::Timestamp;

use crate::oversight::activity::{About, record};
use crate::{Store, StoreError};
use domain::activity::Event;
use domain::id::UserId;

/// Counts live sessions, and the anonymous ones among them. Both counts walk an index; without the hint SQLite would
/// look up each anonymous session.
pub(crate) const LIVE: &str = "SELECT (SELECT COUNT(*) FROM browser_session WHERE expires_at > $1),
     (SELECT COUNT(*) FROM browser_session INDEXED BY browser_session_anonymous
         WHERE person_id IS NULL AND expires_at > $1)";

impl Store {
    /// The number of live sessions: logged-in and anonymous.
    pub async fn live_sessions(&self, now: Timestamp) -> Result<(i64, i64), StoreError> {
        let counts = sqlx::query_as(LIVE).bind(now.as_millisecond());
        let (all, anonymous): (i64, i64) = counts.fetch_one(&self.read).await?;
        Ok((all - anonymous, anonymous))
    }

    /// Inserts a new session; `false` if its id is in use. `person` is the logged-in person, if any.
    pub async fn create_session(
        &self,
        id_hash: &str,
        person: Option<&str>,
        data: &str,
        expires_at: i64,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "INSERT INTO browser_session (id_hash, person_id, data, expires_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (id_hash) DO NOTHING",
        )
        .bind(id_hash)
        .bind(person)
        .bind(data)
        .bind(expires_at)
        .execute(&self.write)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Deletes expired anonymous sessions, and the oldest beyond `most`. Also deletes those that end after
    /// `latest_end`, the end of a session begun now: they were begun while the clock was ahead and would outlive all
    /// others.
    pub async fn bound_anonymous_sessions(
        &self,
        now: i64,
        latest_end: i64,
        most: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "DELETE FROM browser_session WHERE person_id IS NULL AND (expires_at <= $1 OR expires_at > $2
                 OR id_hash IN (SELECT id_hash FROM browser_session WHERE person_id IS NULL ORDER BY expires_at
                     LIMIT MAX((SELECT COUNT(*) FROM browser_session WHERE person_id IS NULL) - $3, 0)))",
        )
        .bind(now)
        .bind(latest_end)
        .bind(most)
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// Updates an existing session. A deleted session stays deleted, so that a request in flight during a log-out
    /// does not undo it.
    pub async fn save_session(
        &self,
        id_hash: &str,
        person: Option<&str>,
        data: &str,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE browser_session SET person_id = $2, data = $3, expires_at = $4 WHERE id_hash = $1",
        )
        .bind(id_hash)
        .bind(person)
        .bind(data)
        .bind(expires_at)
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// A session's data and expiry; `None` if it does not exist or has expired.
    pub async fn load_session(
        &self,
        id_hash: &str,
        now: i64,
    ) -> Result<Option<(String, i64)>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT data, expires_at FROM browser_session WHERE id_hash = $1 AND expires_at > $2",
        )
        .bind(id_hash)
        .bind(now)
        .fetch_optional(&self.read)
        .await?)
    }

    /// Deletes a person's session and records the log-out in their activity, in one transaction. A session that is
    /// already gone is not recorded again.
    pub async fn log_out(
        &self,
        user: &UserId,
        id_hash: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let ended =
            sqlx::query("DELETE FROM browser_session WHERE id_hash = $1 AND person_id = $2")
                .bind(id_hash)
                .bind(user.as_str())
                .execute(&mut *tx)
                .await?;
        if ended.rows_affected() > 0 {
            record(&mut tx, About::Person(user), &Event::SignedOut, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Deletes a session.
    pub async fn delete_session(&self, id_hash: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM browser_session WHERE id_hash = $1")
            .bind(id_hash)
            .execute(&self.write)
            .await?;
        Ok(())
    }
}
