//! A person's background work, to be looked at.

use jiff::Timestamp;
use sqlx::FromRow;

use super::read::{moment, moment_or_none};
use super::{Store, StoreError};
use crate::domain::id::{ConnectionId, JobId, UserId};

/// Work on one of a person's connections.
#[derive(Clone, Debug)]
pub struct PersonalJob {
    /// Which.
    pub id: JobId,
    /// What is done.
    pub kind: String,
    /// On which connection.
    pub connection_id: ConnectionId,
    /// When it is due.
    pub run_at: Option<Timestamp>,
    /// Whether somebody works on it.
    pub running: bool,
    /// Failures in a row.
    pub attempts: i64,
    /// What it last ended with, when it failed.
    pub error: Option<String>,
    /// When it last ended.
    pub finished_at: Option<Timestamp>,
}

#[derive(FromRow)]
struct JobRow {
    id: String,
    kind: String,
    subject: String,
    run_at: Option<i64>,
    lease_until: Option<i64>,
    attempts: i64,
    last_error: Option<String>,
    finished_at: Option<i64>,
}

impl Store {
    /// The work on a person's connections, what ended last first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn jobs_of_person(&self, user: &UserId) -> Result<Vec<PersonalJob>, StoreError> {
        let rows: Vec<JobRow> = sqlx::query_as(
            "SELECT j.id, j.kind, j.subject, j.run_at, j.lease_until, j.attempts, j.last_error, j.finished_at
             FROM connection c JOIN job j ON j.subject = c.id AND j.kind IN ('sync', 'unlink')
             WHERE c.person_id = $1 ORDER BY COALESCE(j.finished_at, j.run_at) DESC, j.id DESC",
        )
        .bind(user.as_str())
        .fetch_all(&self.read)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(PersonalJob {
                    id: JobId::parse(&row.id).ok_or(StoreError::Unreadable("job"))?,
                    kind: row.kind,
                    connection_id: ConnectionId::parse(&row.subject)
                        .ok_or(StoreError::Unreadable("connection"))?,
                    run_at: row.run_at.map(moment).transpose()?,
                    running: row.lease_until.is_some(),
                    attempts: row.attempts,
                    error: row.last_error,
                    finished_at: moment_or_none(row.finished_at)?,
                })
            })
            .collect()
    }
}
