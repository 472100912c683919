//! Viewing and controlling jobs: people their own, the admin all of them.

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, FromRow};

use super::cancel;
use super::runs::RunRow;
use crate::decode::moment_or_none;
use crate::{Store, StoreError, Tx};
use domain::id::{ConnectionId, JobId, UserId};
use domain::job::{Cancelled, Job, JobKind, JobPage, JobQuery, JobState, RunOutcome, Whose};
use domain::page::cut;

/// A job with its owner (whatever its kind, because ids are unique across tables), its state at `$1` and its latest
/// run.
const JOBS: &str = "SELECT * FROM (SELECT j.id, j.kind, j.subject, j.attempts,
        CASE WHEN j.not_before > j.run_at THEN j.not_before ELSE j.run_at END AS due_at,
        COALESCE(c.person_id, l.person_id, e.person_id) AS person_id, c.institution_name,
        CASE WHEN j.lease_until > $1 THEN 'running' WHEN j.run_at IS NULL THEN 'idle'
             WHEN j.attempts > 0 THEN 'retrying'
             WHEN j.run_at <= $1 AND (j.not_before IS NULL OR j.not_before <= $1) THEN 'due'
             ELSE 'waiting' END AS state,
        r.fence, r.started_at, r.finished_at AS ended_at, r.outcome, r.error_code, r.reason, r.message, r.request_id, r.result
    FROM job j
    LEFT JOIN connection c ON c.id = j.subject
    LEFT JOIN link_attempt l ON l.id = j.subject
    LEFT JOIN outbound_endpoint e ON e.id = j.subject
    LEFT JOIN job_run r ON r.job_id = j.id AND r.fence = (SELECT MAX(n.fence) FROM job_run n WHERE n.job_id = j.id)
    ) AS jobs WHERE ($2 IS NULL OR person_id = $2)";

#[derive(FromRow)]
struct JobRow {
    id: String,
    kind: String,
    subject: String,
    attempts: i64,
    due_at: Option<i64>,
    person_id: Option<String>,
    institution_name: Option<String>,
    state: String,
    #[sqlx(flatten)]
    run: RunRow,
}

impl JobRow {
    fn decode(self) -> Result<Job, StoreError> {
        let kind = JobKind::from_word(&self.kind).ok_or(StoreError::Unreadable("kind of work"))?;
        Ok(Job {
            id: JobId::parse(&self.id).ok_or(StoreError::Unreadable("job"))?,
            kind,
            connection: ConnectionId::parse(&self.subject).filter(|_| kind.is_about_a_connection()),
            subject: self.subject,
            owner: self.person_id.as_deref().and_then(UserId::parse),
            institution: self.institution_name,
            state: JobState::from_word(&self.state).ok_or(StoreError::Unreadable("state"))?,
            due_at: moment_or_none(self.due_at)?,
            attempts: self.attempts,
            last_run: self.run.decode()?,
        })
    }
}

impl Store {
    /// One page of the jobs that match a query, newest first.
    pub async fn jobs(
        &self,
        whose: Whose<'_>,
        query: &JobQuery,
        now: Timestamp,
    ) -> Result<JobPage, StoreError> {
        let limit = query.limit.clamp(1, 100);
        let sql = format!(
            "{JOBS} AND ($3 IS NULL OR id < $3) AND ($4 IS NULL OR state = $4) AND ($5 IS NULL OR kind = $5)
             ORDER BY id DESC LIMIT $6"
        );
        let rows: Vec<JobRow> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(now.as_millisecond())
            .bind(owner(whose))
            .bind(query.after.as_ref().map(JobId::as_str))
            .bind(query.state.map(JobState::as_str))
            .bind(query.kind.map(JobKind::as_str))
            .bind(i64::from(limit) + 1)
            .fetch_all(&self.read)
            .await?;
        let read: Result<Vec<Job>, _> = rows.into_iter().map(JobRow::decode).collect();
        let (jobs, next) = cut(read?, limit, |job| job.id.clone());
        Ok(JobPage { jobs, next })
    }

    /// Returns a job; `None` if it does not exist or may not be seen.
    pub async fn job(
        &self,
        whose: Whose<'_>,
        id: &JobId,
        now: Timestamp,
    ) -> Result<Option<Job>, StoreError> {
        let row: Option<JobRow> = sqlx::query_as(AssertSqlSafe(format!("{JOBS} AND id = $3")))
            .bind(now.as_millisecond())
            .bind(owner(whose))
            .bind(id.as_str())
            .fetch_optional(&self.read)
            .await?;
        row.map(JobRow::decode).transpose()
    }

    /// Runs a job now with its failures reset; after the current run, if there is one. `false` if it does not exist
    /// or may not be controlled.
    pub async fn retry_job(
        &self,
        whose: Whose<'_>,
        id: &JobId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        if theirs(&mut tx, whose, id).await?.is_none() {
            return Ok(false);
        }
        sqlx::query(
            "UPDATE job SET run_at = $1, requested = requested + 1, attempts = 0, not_before = NULL WHERE id = $2",
        )
        .bind(now.as_millisecond())
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Cancels a job. `None` if it does not exist or may not be controlled. Does not check whether its kind may be
    /// cancelled.
    pub async fn cancel_job(
        &self,
        whose: Whose<'_>,
        id: &JobId,
        now: Timestamp,
    ) -> Result<Option<Cancelled>, StoreError> {
        let mut tx = self.begin().await?;
        let Some(it) = theirs(&mut tx, whose, id).await? else {
            return Ok(None);
        };
        let kind = JobKind::from_word(&it.kind).ok_or(StoreError::Unreadable("kind of work"))?;
        let was = match it {
            Armed { running: true, .. } => Cancelled::Running,
            Armed { waiting: true, .. } => Cancelled::Waiting,
            Armed { .. } => return Ok(Some(Cancelled::Nothing)),
        };
        cancel(&mut tx, kind, &it.subject, now).await?;
        sqlx::query("UPDATE job SET last_error = $1 WHERE id = $2")
            .bind(RunOutcome::Cancelled.as_str())
            .bind(id.as_str())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(Some(was))
    }
}

fn owner<'a>(whose: Whose<'a>) -> Option<&'a str> {
    match whose {
        Whose::Person(user) => Some(user.as_str()),
        Whose::Anybody => None,
    }
}

#[derive(FromRow)]
struct Armed {
    kind: String,
    subject: String,
    waiting: bool,
    running: bool,
}

/// Reads a job inside a transaction; `None` if it may not be controlled.
async fn theirs(tx: &mut Tx, whose: Whose<'_>, id: &JobId) -> Result<Option<Armed>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT kind, subject, run_at IS NOT NULL AS waiting, lease_until IS NOT NULL AS running FROM job j
         WHERE id = $1 AND ($2 IS NULL
             OR EXISTS (SELECT 1 FROM connection c WHERE c.id = j.subject AND c.person_id = $2)
             OR EXISTS (SELECT 1 FROM link_attempt l WHERE l.id = j.subject AND l.person_id = $2)
             OR EXISTS (SELECT 1 FROM outbound_endpoint e WHERE e.id = j.subject AND e.person_id = $2))",
    )
    .bind(id.as_str())
    .bind(owner(whose))
    .fetch_optional(&mut **tx)
    .await?)
}
