//! The history of runs, written in the transactions of the claim and of the end.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::decode::{moment, moment_or_none};
use crate::{Store, StoreError, Tx};
use domain::connection::Lease;
use domain::id::JobId;
use domain::job::{JobRun, RunEnd, RunOutcome};
use domain::problem::Reason;

/// The most runs that are returned.
const SHOWN: i64 = 50;

pub(super) async fn begin(tx: &mut Tx, lease: &Lease, now: Timestamp) -> Result<(), StoreError> {
    // An earlier run that is still open has let its lease expire.
    close_open(tx, lease.job_id.as_str(), RunOutcome::Lost, now).await?;
    sqlx::query("INSERT INTO job_run (job_id, fence, started_at) VALUES ($1, $2, $3)")
        .bind(lease.job_id.as_str())
        .bind(lease.fence)
        .bind(now.as_millisecond())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(super) async fn end(
    tx: &mut Tx,
    lease: &Lease,
    end: &RunEnd,
    now: Timestamp,
) -> Result<(), StoreError> {
    let problem = end.failure.as_ref().map(|failure| &failure.problem);
    let outcome = match problem {
        Some(_) => RunOutcome::Failed,
        None => RunOutcome::Done,
    };
    sqlx::query(
        "UPDATE job_run SET finished_at = $1, outcome = $2, error_code = $3, message = $4, request_id = $5, result = $6,
             reason = $9
         WHERE job_id = $7 AND fence = $8",
    )
    .bind(now.as_millisecond())
    .bind(outcome.as_str())
    .bind(problem.map(|p| p.code.as_str()))
    .bind(problem.map(|p| p.message.as_str()))
    .bind(problem.and_then(|p| p.request_id.as_deref()))
    .bind(&end.result)
    .bind(lease.job_id.as_str())
    .bind(lease.fence)
    .bind(problem.map(|p| p.reason.as_str()))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) async fn close_open(
    tx: &mut Tx,
    job: &str,
    outcome: RunOutcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE job_run SET outcome = $1, finished_at = $2 WHERE job_id = $3 AND outcome IS NULL",
    )
    .bind(outcome.as_str())
    .bind(now.as_millisecond())
    .bind(job)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

#[derive(FromRow)]
pub(super) struct RunRow {
    pub(super) fence: Option<i64>,
    started_at: Option<i64>,
    ended_at: Option<i64>,
    outcome: Option<String>,
    error_code: Option<String>,
    reason: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
    result: Option<String>,
}

impl RunRow {
    /// `None` if the job has never run.
    pub(super) fn decode(self) -> Result<Option<JobRun>, StoreError> {
        let (Some(fence), Some(started_at)) = (self.fence, self.started_at) else {
            return Ok(None);
        };
        let outcome = self
            .outcome
            .as_deref()
            .map_or(Some(RunOutcome::Running), RunOutcome::from_word);
        Ok(Some(JobRun {
            fence,
            started_at: moment(started_at)?,
            finished_at: moment_or_none(self.ended_at)?,
            outcome: outcome.ok_or(StoreError::Unreadable("outcome"))?,
            error_code: self.error_code,
            reason: self.reason.as_deref().and_then(Reason::from_word),
            message: self.message,
            request_id: self.request_id,
            result: self.result,
        }))
    }
}

impl Store {
    /// The latest runs of a job, newest first.
    pub async fn runs_of(&self, job: &JobId) -> Result<Vec<JobRun>, StoreError> {
        let rows: Vec<RunRow> = sqlx::query_as(
            "SELECT fence, started_at, finished_at AS ended_at, outcome, error_code, reason, message, request_id, result
             FROM job_run WHERE job_id = $1 ORDER BY fence DESC LIMIT $2",
        )
        .bind(job.as_str())
        .bind(SHOWN)
        .fetch_all(&self.read)
        .await?;
        rows.into_iter()
            .filter_map(|row| row.decode().transpose())
            .collect()
    }
}
