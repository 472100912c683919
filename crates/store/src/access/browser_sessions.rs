//! Browser sessions, by the hash of their id.

use jiff::Timestamp;

use crate::oversight::activity::{About, note};
use crate::{Store, StoreError};
use domain::activity::Event;
use domain::id::UserId;

/// Both counts walk along an index; by itself SQLite would look up each session on which nobody is logged in.
pub(crate) const LIVE: &str = "SELECT (SELECT COUNT(*) FROM browser_session WHERE expires_at > $1),
     (SELECT COUNT(*) FROM browser_session INDEXED BY browser_session_anonymous
         WHERE person_id IS NULL AND expires_at > $1)";

impl Store {
    /// How many sessions have not ended: those on which somebody is logged in, and the others.
    pub async fn live_sessions(&self, now: Timestamp) -> Result<(i64, i64), StoreError> {
        let counts = sqlx::query_as(LIVE).bind(now.as_millisecond());
        let (all, anonymous): (i64, i64) = counts.fetch_one(&self.read).await?;
        Ok((all - anonymous, anonymous))
    }

    /// Writes a session that must not exist yet; `false` when its id is in use. `person` is whose it is.
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

    /// Forgets the oldest sessions on which nobody is logged in, beyond so many. One that ends later than one that
    /// begins now was begun while the clock was ahead, and would outlive all others: it goes too.
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

    /// Writes a session over what there was. One that has ended meanwhile stays ended: a request that was
    /// under way during a log-out must not undo it.
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

    /// A session's data and expiry, while it lasts.
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

    /// Forgets a session that its person ends, and notes it in their activity, in one transaction. One that is over
    /// already is not noted again.
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
            note(&mut tx, About::Person(user), &Event::SignedOut, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Forgets a session.
    pub async fn delete_session(&self, id_hash: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM browser_session WHERE id_hash = $1")
            .bind(id_hash)
            .execute(&self.write)
            .await?;
        Ok(())
    }
}
