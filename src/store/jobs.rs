//! Background work: asking for it, claiming it, finishing it.

use jiff::Timestamp;
use sqlx::{Sqlite, Transaction};

use super::{Store, StoreError};
use crate::domain::connection::Lease;
use crate::domain::id::{JobId, UserId};

/// Asks for work inside a transaction. Any number of requests before the next run make one run.
pub(super) async fn request(
    tx: &mut Transaction<'static, Sqlite>,
    kind: &str,
    subject: &str,
    due: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO job (id, kind, subject, run_at, requested) VALUES ($1, $2, $3, $4, 1)
         ON CONFLICT (kind, subject) DO UPDATE SET requested = job.requested + 1,
             run_at = CASE WHEN job.run_at IS NULL OR job.run_at > excluded.run_at THEN excluded.run_at ELSE job.run_at END",
    )
    .bind(JobId::generate().as_str())
    .bind(kind)
    .bind(subject)
    .bind(due.as_millisecond())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Makes sure, inside a transaction, that the worker still holds its lease.
pub(super) async fn hold(
    tx: &mut Transaction<'static, Sqlite>,
    lease: &Lease,
) -> Result<(), StoreError> {
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

impl Store {
    /// Asks for a piece of work.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn request_job(
        &self,
        kind: &str,
        subject: &str,
        due: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        request(&mut tx, kind, subject, due).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Asks for a sync of each of a person's connections.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn request_syncs_of(&self, user: &UserId, due: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM connection WHERE person_id = $1 AND unlink_asked_at IS NULL",
        )
        .bind(user.as_str())
        .fetch_all(&mut *tx)
        .await?;
        for id in ids {
            request(&mut tx, "sync", &id, due).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Claims the work that is due first and that nobody holds, for a while.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_due(
        &self,
        kind: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, StoreError> {
        let row: Option<(String, String, i64, i64, i64)> = sqlx::query_as(
            "UPDATE job SET lease_until = $3, fence = fence + 1
             WHERE id = (SELECT id FROM job WHERE kind = $1 AND run_at <= $2 AND (lease_until IS NULL OR lease_until <= $2)
                         ORDER BY run_at, id LIMIT 1)
             RETURNING id, subject, fence, requested, attempts",
        )
        .bind(kind)
        .bind(now.as_millisecond())
        .bind(until.as_millisecond())
        .fetch_optional(&self.write)
        .await?;
        row.map(|(id, subject, fence, requested, attempts)| {
            Ok(Lease {
                job_id: JobId::parse(&id).ok_or(StoreError::Unreadable("job"))?,
                subject,
                fence,
                requested,
                attempts,
            })
        })
        .transpose()
    }

    /// When the next work is due that nobody holds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_due(&self) -> Result<Option<i64>, StoreError> {
        let due =
            "SELECT MIN(MAX(run_at, COALESCE(lease_until, 0))) FROM job WHERE run_at IS NOT NULL";
        Ok(sqlx::query_scalar(due).fetch_one(&self.read).await?)
    }

    /// Holds a lease for longer.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker has it.
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

    /// Gives a lease back. The work runs again at once when it was asked for during the run, else at
    /// `next`, else when it is asked for.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another worker has it.
    pub async fn finish_job(
        &self,
        lease: &Lease,
        next: Option<Timestamp>,
        error: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let done = sqlx::query(
            "UPDATE job SET lease_until = NULL, finished_at = $1, last_error = $2,
                 attempts = CASE WHEN $2 IS NULL THEN 0 ELSE attempts + 1 END,
                 run_at = CASE WHEN requested > $3 THEN $1 ELSE $4 END
             WHERE id = $5 AND fence = $6 AND lease_until IS NOT NULL",
        )
        .bind(now.as_millisecond())
        .bind(error)
        .bind(lease.requested)
        .bind(next.map(|t| t.as_millisecond()))
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

    /// Gives every lease back: a program that has just started holds none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_all_leases(&self) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE job SET lease_until = NULL, fence = fence + 1 WHERE lease_until IS NOT NULL",
        )
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// The subjects of a kind of work that is due or running.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn busy_subjects(
        &self,
        kind: &str,
        now: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT subject FROM job WHERE kind = $1 AND (lease_until IS NOT NULL OR run_at <= $2)",
        )
        .bind(kind)
        .bind(now.as_millisecond())
        .fetch_all(&self.read)
        .await?)
    }
}
