//! The JSON of background jobs.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::time;
use domain::job::{Job, JobKind, JobRun, JobState, RunOutcome};
use domain::problem::Reason;

/// A background job.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub struct JobJson {
    #[schema(min_length = 26, max_length = 26)]
    id: String,
    /// The kind of job: `sync`, `unlink`, `link`, `webhook` (tells the bank where to send webhooks), `check`,
    /// `put_right` or `notify` (calls one of the person's webhooks).
    #[schema(example = "sync")]
    kind: &'static str,
    /// The connection that it is about; null if there is none.
    connection_id: Option<String>,
    /// The webhook that it calls; null if there is none.
    webhook_id: Option<String>,
    status: JobStatus,
    /// Failures in a row.
    attempts: i64,
    /// When it is due; null when it is not.
    #[schema(format = DateTime)]
    due_at: Option<String>,
    /// The latest run.
    last_run: Option<RunJson>,
}

/// One run of a job.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Run)]
pub struct RunJson {
    #[schema(format = DateTime)]
    started_at: String,
    #[schema(format = DateTime)]
    finished_at: Option<String>,
    outcome: RunOutcomeJson,
    /// The code of the error; null when there was none.
    error_code: Option<String>,
    /// The reason, as in a connection's problem.
    #[schema(example = "bank_down")]
    reason: Option<&'static str>,
    /// The reason in words.
    message: Option<String>,
    /// What the run did: for a sync, how many transactions were added, modified and removed.
    #[schema(value_type = Option<Object>)]
    result: Option<Map<String, Value>>,
}

/// The state of a job.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// It is running.
    Running,
    /// It is due.
    Due,
    /// It is scheduled for later.
    Waiting,
    /// It failed, and will be retried.
    Retrying,
    /// It runs when it is next asked for.
    Idle,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = RunOutcome)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcomeJson {
    /// It is still running.
    Running,
    /// It succeeded.
    Done,
    /// It failed.
    Failed,
    /// It was interrupted; what it had not written is done again.
    Lost,
    /// It was cancelled.
    Cancelled,
}

impl From<Job> for JobJson {
    fn from(job: Job) -> Self {
        Self {
            id: job.id.to_string(),
            kind: job.kind.as_str(),
            connection_id: job.connection.map(|id| id.to_string()),
            webhook_id: (job.kind == JobKind::Notify).then_some(job.subject),
            status: match job.state {
                JobState::Running => JobStatus::Running,
                JobState::Due => JobStatus::Due,
                JobState::Waiting => JobStatus::Waiting,
                JobState::Retrying => JobStatus::Retrying,
                JobState::Idle => JobStatus::Idle,
            },
            attempts: job.attempts,
            due_at: job.due_at.map(time),
            last_run: job.last_run.map(RunJson::from),
        }
    }
}

impl From<JobRun> for RunJson {
    fn from(run: JobRun) -> Self {
        Self {
            started_at: time(run.started_at),
            finished_at: run.finished_at.map(time),
            outcome: match run.outcome {
                RunOutcome::Running => RunOutcomeJson::Running,
                RunOutcome::Done => RunOutcomeJson::Done,
                RunOutcome::Failed => RunOutcomeJson::Failed,
                RunOutcome::Lost => RunOutcomeJson::Lost,
                RunOutcome::Cancelled => RunOutcomeJson::Cancelled,
            },
            error_code: run.error_code,
            reason: run.reason.map(Reason::as_str),
            message: run.message,
            result: run.result.and_then(|text| serde_json::from_str(&text).ok()),
        }
    }
}
