//! Browser sessions, keyed by the hash of their id. Times are Unix milliseconds.

use jiff::Timestamp;

use crate::oversight::activity::{About, record};
use crate::{Store, StoreError};
use domain::activity::Event;
use domain::id::{SessionId, UserId};

/// Counts live sessions, and the anonymous ones among them. Both counts walk an index; without the hint SQLite would
/// look up each anonymous session.
pub(crate) const LIVE: &str = "SELECT (SELECT COUNT(*) FROM browser_session WHERE expires_at > $1),
     (SELECT COUNT(*) FROM browser_session INDEXED BY browser_session_anonymous
         WHERE person_id IS NULL AND expires_at > $1)";

/// A session as it is written.
#[derive(Clone, Copy, Debug)]
pub struct StoredSession<'a> {
    /// The hash of its id.
    pub id_hash: &'a str,
    /// The logged-in person; `None` for an anonymous session, of which the last four are unknown.
    pub person: Option<&'a str>,
    /// Its data.
    pub data: &'a str,
    /// When it ends.
    pub expires_at: i64,
    /// When the person logged in.
    pub created_at: Option<i64>,
    /// When it was last used, to the hour.
    pub last_used_at: Option<i64>,
    /// The browser in words.
    pub browser: Option<&'a str>,
    /// The address from which it was last used.
    pub address: Option<&'a str>,
}

impl Store {
    /// The number of live sessions: logged-in and anonymous.
    pub async fn live_sessions(&self, now: Timestamp) -> Result<(i64, i64), StoreError> {
        let counts = sqlx::query_as(LIVE).bind(now.as_millisecond());
        let (all, anonymous): (i64, i64) = counts.fetch_one(&self.read).await?;
        Ok((all - anonymous, anonymous))
    }

    /// Inserts a new session under a new public id; `false` if its own id is in use.
    pub async fn create_session(&self, session: &StoredSession<'_>) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "INSERT INTO browser_session
                 (id_hash, person_id, data, expires_at, created_at, last_used_at, browser, address, public_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (id_hash) DO NOTHING",
        )
        .bind(session.id_hash)
        .bind(session.person)
        .bind(session.data)
        .bind(session.expires_at)
        .bind(session.created_at)
        .bind(session.last_used_at)
        .bind(session.browser)
        .bind(session.address)
        .bind(SessionId::generate().as_str())
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
    pub async fn save_session(&self, session: &StoredSession<'_>) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE browser_session SET person_id = $2, data = $3, expires_at = $4, created_at = $5,
                 last_used_at = $6, browser = $7, address = $8
             WHERE id_hash = $1",
        )
        .bind(session.id_hash)
        .bind(session.person)
        .bind(session.data)
        .bind(session.expires_at)
        .bind(session.created_at)
        .bind(session.last_used_at)
        .bind(session.browser)
        .bind(session.address)
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
