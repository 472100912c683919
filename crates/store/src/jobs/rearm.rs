//! Schedules jobs that should be scheduled and are not, so that the job table repairs itself.

use jiff::{SignedDuration, Timestamp};

use super::request;
use crate::{Store, StoreError, Tx};
use domain::id::ConnectionId;
use domain::job::JobKind;

impl Store {
    /// Schedules a sync of every linked connection that has none scheduled, `poll` after the connection was last
    /// synced, and every unlinking that is neither confirmed nor scheduled. Banks of suspended people are not synced.
    /// Returns how many there were.
    pub async fn arm_forgotten(
        &self,
        now: Timestamp,
        poll: SignedDuration,
    ) -> Result<usize, StoreError> {
        let found: Vec<(String, bool, i64)> = sqlx::query_as(
            "SELECT c.id, c.unlink_asked_at IS NOT NULL,
                    COALESCE(CASE WHEN c.last_synced_at > j.finished_at THEN c.last_synced_at ELSE j.finished_at END,
                             c.last_synced_at, c.created_at)
             FROM connection c
             LEFT JOIN job j ON j.subject = c.id AND j.kind = CASE WHEN c.unlink_asked_at IS NULL THEN $2 ELSE $3 END
             WHERE c.unlinked_at IS NULL AND (c.linked_at IS NOT NULL OR c.unlink_asked_at IS NOT NULL)
               AND (c.unlink_asked_at IS NOT NULL
                    OR NOT EXISTS (SELECT 1 FROM person p WHERE p.id = c.person_id AND p.suspended_at IS NOT NULL))
               AND j.run_at IS NULL AND (j.lease_until IS NULL OR j.lease_until <= $1)",
        )
        .bind(now.as_millisecond())
        .bind(JobKind::Sync.as_str())
        .bind(JobKind::Unlink.as_str())
        .fetch_all(&self.read)
        .await?;
        if found.is_empty() {
            return Ok(0);
        }
        let mut tx = self.begin().await?;
        for (id, ends, heard) in &found {
            let poll = i64::try_from(poll.as_millis()).unwrap_or(i64::MAX / 2);
            let due =
                Timestamp::from_millisecond(heard.min(&now.as_millisecond()).saturating_add(poll))
                    .unwrap_or(now);
            let (kind, due) = if *ends {
                (JobKind::Unlink, now)
            } else {
                (JobKind::Sync, due.max(now))
            };
            request(&mut tx, kind, id, due).await?;
        }
        tx.commit().await?;
        Ok(found.len())
    }

    /// Schedules every attempt that was begun before `begun_before` on the provider's own page or with a typed
    /// log-in, has not finished, and has no job scheduled: its tab may have been closed. Attempts on the provider's
    /// page are skipped once they have expired. Returns how many there were.
    pub async fn arm_forgotten_links(
        &self,
        now: Timestamp,
        begun_before: Timestamp,
    ) -> Result<usize, StoreError> {
        let found: Vec<String> = sqlx::query_scalar(
            "SELECT l.id FROM link_attempt l LEFT JOIN job j ON j.kind = $3 AND j.subject = l.id
             WHERE l.finished_at IS NULL AND (l.typed OR (l.sealed_hosted_url IS NOT NULL AND l.expires_at > $1)) AND l.created_at <= $2
             AND j.run_at IS NULL AND (j.lease_until IS NULL OR j.lease_until <= $1)",
        )
        .bind(now.as_millisecond())
        .bind(begun_before.as_millisecond())
        .bind(JobKind::Link.as_str())
        .fetch_all(&self.read)
        .await?;
        if found.is_empty() {
            return Ok(0);
        }
        let mut tx = self.begin().await?;
        for id in &found {
            request(&mut tx, JobKind::Link, id, now).await?;
        }
        tx.commit().await?;
        Ok(found.len())
    }

    /// Schedules fetching the institution of a connection: now if it was never fetched, otherwise `again` after the
    /// last time. `true` if it was not scheduled yet.
    pub async fn want_institution(
        &self,
        connection: &ConnectionId,
        now: Timestamp,
        again: SignedDuration,
    ) -> Result<bool, StoreError> {
        Ok(self.want(Some(connection), now, again).await? > 0)
    }

    /// The same for every linked connection; returns how many were not scheduled yet.
    pub async fn want_institutions(
        &self,
        now: Timestamp,
        again: SignedDuration,
    ) -> Result<usize, StoreError> {
        self.want(None, now, again).await
    }

    async fn want(
        &self,
        connection: Option<&ConnectionId>,
        now: Timestamp,
        again: SignedDuration,
    ) -> Result<usize, StoreError> {
        let found: Vec<(String, Option<i64>)> = sqlx::query_as(
            "SELECT DISTINCT c.provider || '/' || c.institution_id, i.fetched_at FROM connection c
             LEFT JOIN institution i ON i.provider = c.provider AND i.provider_id = c.institution_id
             WHERE c.institution_id IS NOT NULL AND c.unlink_asked_at IS NULL AND ($1 IS NULL OR c.id = $1)
             AND NOT EXISTS (SELECT 1 FROM job j WHERE j.kind = $2
                             AND j.subject = c.provider || '/' || c.institution_id AND j.run_at IS NOT NULL)",
        )
        .bind(connection.map(ConnectionId::as_str))
        .bind(JobKind::Institution.as_str())
        .fetch_all(&self.read)
        .await?;
        if found.is_empty() {
            return Ok(0);
        }
        let again = i64::try_from(again.as_millis()).unwrap_or(i64::MAX / 2);
        let mut tx: Tx = self.begin().await?;
        for (subject, fetched) in &found {
            // A fetch time in the future was recorded before the clock was set back.
            let fetched = fetched.map(|at| at.min(now.as_millisecond()));
            let due = fetched.and_then(|at| Timestamp::from_millisecond(at + again).ok());
            let due = due.map_or(now, |due| due.max(now));
            request(&mut tx, JobKind::Institution, subject, due).await?;
        }
        tx.commit().await?;
        Ok(found.len())
    }
}
