//! Jobs on a person's own connections and attempts.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::{Store, StoreError};
use domain::id::{ConnectionId, JobId, UserId};
use domain::job::JobKind;

impl Store {
    /// The job of a kind on a subject, if there is one.
    pub async fn job_on(&self, kind: JobKind, subject: &str) -> Result<Option<JobId>, StoreError> {
        // Reads through the writer, because the caller has just requested the job.
        let id: Option<String> =
            sqlx::query_scalar("SELECT id FROM job WHERE kind = $1 AND subject = $2")
                .bind(kind.as_str())
                .bind(subject)
                .fetch_optional(&self.write)
                .await?;
        id.map(|id| JobId::parse(&id).ok_or(StoreError::Unreadable("job")))
            .transpose()
    }

    /// The person's connections on which a job of a kind is due or running.
    pub async fn busy_connections(
        &self,
        user: &UserId,
        kind: JobKind,
        now: Timestamp,
    ) -> Result<HashSet<ConnectionId>, StoreError> {
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT c.id FROM connection c JOIN job j ON j.kind = $1 AND j.subject = c.id
             WHERE c.person_id = $3 AND (j.lease_until > $2
                 OR (j.run_at <= $2 AND (j.not_before IS NULL OR j.not_before <= $2)))",
        )
        .bind(kind.as_str())
        .bind(now.as_millisecond())
        .bind(user.as_str())
        .fetch_all(&self.read)
        .await?;
        let parse =
            |id: &String| ConnectionId::parse(id).ok_or(StoreError::Unreadable("connection"));
        ids.iter().map(parse).collect()
    }

    /// Whether a job of a kind on a subject is due or running.
    pub async fn is_busy(
        &self,
        kind: JobKind,
        subject: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM job WHERE kind = $1 AND subject = $3 AND (lease_until > $2
                 OR (run_at <= $2 AND (not_before IS NULL OR not_before <= $2))))",
        )
        .bind(kind.as_str())
        .bind(now.as_millisecond())
        .bind(subject)
        .fetch_one(&self.read)
        .await?)
    }
}
