//! The job table: requesting, claiming and finishing background jobs.
//!
//! A job is unique by kind and subject. A worker claims a job with a lease. A fence, a number that grows with each
//! claim, keeps a worker that lost its lease from writing. Each claim and each end is recorded in `runs` in the same
//! transaction. This module does not know what a job does.

mod control;
pub(crate) mod personal_jobs;
mod rearm;
mod runs;

use std::sync::atomic::Ordering;

use jiff::Timestamp;

use crate::decode::moment;
use crate::{Store, StoreError, Tx};
use domain::connection::Lease;
use domain::id::{JobId, UserId};
use domain::job::{JobKind, RunEnd, RunOutcome};

/// Requests a job inside a transaction. Several requests before the next run lead to one run.
pub(crate) async fn request(
    tx: &mut Tx,
    kind: JobKind,
    subject: &str,
    due: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO job (id, kind, subject, run_at, requested) VALUES ($1, $2, $3, $4, 1)
         ON CONFLICT (kind, subject) DO UPDATE SET requested = job.requested + 1,
             run_at = CASE WHEN job.run_at IS NULL OR job.run_at > excluded.run_at THEN excluded.run_at ELSE job.run_at END",
    )
    .bind(JobId::generate().as_str())
    .bind(kind.as_str())
    .bind(subject)
    .bind(due.as_millisecond())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Verifies inside a transaction that the worker still holds its lease.
pub(crate) async fn hold(tx: &mut Tx, lease: &Lease) -> Result<(), StoreError> {
    let held: i64 = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM job WHERE id = $1 AND fence = $2 AND lease_until IS NOT NULL)")
        .bind(lease.job_id.as_str())
        .bind(lease.fence)
        .fetch_one(&mut **tx)
        .await?;
    if held == 1 {
        Ok(())
    } else {
        Err(StoreError::LeaseLost)
    }
}

/// Cancels a job inside a transaction, if there is one: it no longer starts automatically, and a worker that is
/// running it loses its lease and cannot write.
pub(crate) async fn cancel(
    tx: &mut Tx,
    kind: JobKind,
    subject: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id: Option<String> = sqlx::query_scalar(
        "UPDATE job SET run_at = NULL, not_before = NULL, attempts = 0, finished_at = $1,
             fence = fence + CASE WHEN lease_until IS NULL THEN 0 ELSE 1 END, lease_until = NULL
         WHERE kind = $2 AND subject = $3 RETURNING id",
    )
    .bind(now.as_millisecond())
    .bind(kind.as_str())
    .bind(subject)
    .fetch_optional(&mut **tx)
    .await?;
    match id {
        Some(id) => runs::close_open(tx, &id, RunOutcome::Cancelled, now).await,
        None => Ok(()),
    }
}

/// Revokes the expired leases of other jobs on the same subject, so that their workers can no longer write.
async fn revoke_expired_leases(
    tx: &mut Tx,
    lease: &Lease,
    now: Timestamp,
) -> Result<(), StoreError> {
    let expired: Vec<String> = sqlx::query_scalar(
        "UPDATE job SET lease_until = NULL, fence = fence + 1
         WHERE subject = $1 AND id <> $2 AND lease_until IS NOT NULL RETURNING id",
    )
    .bind(&lease.subject)
    .bind(lease.job_id.as_str())
    .fetch_all(&mut **tx)
    .await?;
    for id in expired {
        runs::close_open(tx, &id, RunOutcome::Lost, now).await?;
    }
    Ok(())
}

/// How far, in milliseconds, time may appear to go backwards before the clock counts as set back: a worker that waited
/// for the writer brings a slightly old time.
const CLOCK_TOLERANCE: i64 = 60_000;

/// Repairs times that were computed while the clock was ahead: affected jobs and messages become due now, and no lease
/// lasts longer than a new one. A job is affected if its last end is in the future, or if it never ended and is
/// scheduled in the future; a message, if it was created or tried in the future. Others are left alone.
async fn catch_up_with_clock(
    tx: &mut Tx,
    now: Timestamp,
    longest_lease: Timestamp,
) -> Result<(), StoreError> {
    let (now, lease) = (now.as_millisecond(), longest_lease.as_millisecond());
    let moved = sqlx::query(
        "UPDATE job SET run_at = $1, not_before = NULL
         WHERE (run_at > $1 OR not_before > $1) AND run_at IS NOT NULL AND (finished_at IS NULL OR finished_at > $1)",
    )
    .bind(now)
    .execute(&mut **tx)
    .await?;
    sqlx::query("UPDATE job SET not_before = NULL WHERE not_before > $1 AND finished_at > $1")
        .bind(now)
        .execute(&mut **tx)
        .await?;
    sqlx::query("UPDATE job SET lease_until = $1 WHERE lease_until > $1")
        .bind(lease)
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "UPDATE outbound_message SET next_at = $1 WHERE state = 'waiting' AND next_at > $1
         AND (created_at > $1 OR EXISTS (SELECT 1 FROM outbound_attempt a
              WHERE a.message_id = outbound_message.id AND a.started_at > $1))",
    )
    .bind(now)
    .execute(&mut **tx)
    .await?;
    sqlx::query("UPDATE outgoing_mail SET next_at = $1 WHERE next_at > $1 AND created_at > $1")
        .bind(now)
        .execute(&mut **tx)
        .await?;
    if moved.rows_affected() > 0 {
        tracing::info!(
            jobs = moved.rows_affected(),
            "the clock was set back: jobs scheduled ahead of it are due now"
        );
    }
    Ok(())
}

impl Store {
    /// Requests a job.
    pub async fn request_job(
        &self,
        kind: JobKind,
        subject: &str,
        due: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        request(&mut tx, kind, subject, due).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Requests a sync of each of a person's linked connections.
    pub async fn request_syncs_of(&self, user: &UserId, due: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM connection WHERE person_id = $1 AND unlink_asked_at IS NULL AND linked_at IS NOT NULL",
        )
        .bind(user.as_str())
        .fetch_all(&mut *tx)
        .await?;
        for id in ids {
            request(&mut tx, JobKind::Sync, &id, due).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Claims the job that is due first, until `until`. Jobs that a person waits for come first. Jobs on a subject
    /// that another worker holds are skipped. At most two `Notify` jobs run at once, so that slow addresses of
    /// people's webhooks don't hold up the workers that sync banks. An earlier run that never ended is recorded as
    /// lost.
    pub async fn claim_due(
        &self,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, StoreError> {
        let mut tx = self.begin().await?;
        let before = self
            .claimed_at
            .swap(now.as_millisecond(), Ordering::Relaxed);
        if before - now.as_millisecond() > CLOCK_TOLERANCE {
            catch_up_with_clock(&mut tx, now, until).await?;
        }
        let row: Option<(String, String, String, i64, i64, i64, i64)> = sqlx::query_as(
            "UPDATE job SET lease_until = $2, fence = fence + 1
             WHERE id = (SELECT j.id FROM job j WHERE j.run_at <= $1 AND (j.not_before IS NULL OR j.not_before <= $1)
                         AND NOT EXISTS (SELECT 1 FROM job o WHERE o.subject = j.subject AND o.lease_until > $1)
                         AND (j.kind <> $3
                              OR (SELECT COUNT(*) FROM job o WHERE o.kind = $3 AND o.lease_until > $1) < 2)
                         ORDER BY CASE WHEN j.kind IN ($4, $5) THEN 0 ELSE 1 END, j.run_at, j.id LIMIT 1)
             RETURNING id, kind, subject, MAX(run_at, COALESCE(not_before, run_at)), fence, requested, attempts",
        )
        .bind(now.as_millisecond())
        .bind(until.as_millisecond())
        .bind(JobKind::Notify.as_str())
        .bind(JobKind::Link.as_str())
        .bind(JobKind::Unlink.as_str())
        .fetch_optional(&mut *tx)
        .await?;
        let Some((id, kind, subject, due_at, fence, requested, attempts)) = row else {
            tx.commit().await?;
            return Ok(None);
        };
        let lease = Lease {
            job_id: JobId::parse(&id).ok_or(StoreError::Unreadable("job"))?,
            kind: JobKind::from_word(&kind).ok_or(StoreError::Unreadable("kind of work"))?,
            subject,
            due_at: moment(due_at)?,
            fence,
            requested,
            attempts,
        };
        revoke_expired_leases(&mut tx, &lease, now).await?;
        runs::begin(&mut tx, &lease, now).await?;
        tx.commit().await?;
        Ok(Some(lease))
    }

    /// When the next job is due, in Unix milliseconds, taking leases on its subject into account.
    pub async fn next_due(&self) -> Result<Option<i64>, StoreError> {
        let due = "SELECT MIN(CASE WHEN held > due THEN held ELSE due END) FROM
             (SELECT CASE WHEN j.not_before > j.run_at THEN j.not_before ELSE j.run_at END AS due,
                     (SELECT MAX(o.lease_until) FROM job o WHERE o.subject = j.subject) AS held
              FROM job j WHERE j.run_at IS NOT NULL) AS armed";
        Ok(sqlx::query_scalar(due).fetch_one(&self.read).await?)
    }

    /// Extends a lease.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if another worker holds it.
    pub async fn renew(&self, lease: &Lease, until: Timestamp) -> Result<(), StoreError> {
        let done = sqlx::query("UPDATE job SET lease_until = $1 WHERE id = $2 AND fence = $3 AND lease_until IS NOT NULL")
            .bind(until.as_millisecond())
            .bind(lease.job_id.as_str())
            .bind(lease.fence)
            .execute(&self.write)
            .await?;
        if done.rows_affected() == 1 {
            Ok(())
        } else {
            Err(StoreError::LeaseLost)
        }
    }

    /// Returns a lease and records how the run ended. The job is due again at once if it was requested during the run;
    /// otherwise at the time that the run gave; otherwise when it is requested. After a failure it is not due before
    /// the failure's `not_before`.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if another worker holds it.
    pub async fn finish_job(
        &self,
        lease: &Lease,
        end: &RunEnd,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let failure = end.failure.as_ref();
        let mut tx = self.begin().await?;
        let done = sqlx::query(
            "UPDATE job SET lease_until = NULL, finished_at = $1, last_error = $2, not_before = $3,
                 attempts = CASE WHEN $2 IS NULL THEN 0 ELSE attempts + $4 END,
                 run_at = CASE WHEN requested > $5 THEN $1 ELSE $6 END
             WHERE id = $7 AND fence = $8 AND lease_until IS NOT NULL",
        )
        .bind(now.as_millisecond())
        .bind(failure.map(|f| f.problem.code.as_str()))
        .bind(failure.and_then(|f| f.not_before.map(|t| t.as_millisecond())))
        .bind(i64::from(failure.is_some_and(|f| f.counts)))
        .bind(lease.requested)
        .bind(end.next.map(|t| t.as_millisecond()))
        .bind(lease.job_id.as_str())
        .bind(lease.fence)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::LeaseLost);
        }
        runs::end(&mut tx, lease, end, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Releases every lease, because a program that has just started holds none. Runs that had not ended are recorded
    /// as lost.
    pub async fn release_all_leases(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        catch_up_with_clock(&mut tx, now, now).await?;
        sqlx::query(
            "UPDATE job SET lease_until = NULL, fence = fence + 1 WHERE lease_until IS NOT NULL",
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query("UPDATE job_run SET outcome = 'lost', finished_at = $1 WHERE outcome IS NULL")
            .bind(now.as_millisecond())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}
