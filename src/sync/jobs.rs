//! The background work of a person, to be looked at.

use jiff::Timestamp;

use super::SyncError;
use crate::context::Ctx;
use crate::domain::id::{ConnectionId, JobId};
use crate::domain::user::User;
use crate::store::PersonalJob;

/// A piece of background work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Which.
    pub id: JobId,
    /// What is done: `sync` or `unlink`.
    pub kind: String,
    /// On which connection.
    pub connection_id: ConnectionId,
    /// How it stands.
    pub state: JobState,
    /// Failures in a row.
    pub attempts: i64,
    /// When it runs next, if it does.
    pub next_run_at: Option<Timestamp>,
    /// When it last ended.
    pub finished_at: Option<Timestamp>,
    /// What it last ended with, when it failed.
    pub error: Option<String>,
}

/// How a piece of work stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// It is due.
    Queued,
    /// Somebody works on it.
    Running,
    /// It failed, and is tried again later.
    Retrying,
    /// It failed, and waits to be asked for.
    Failed,
    /// It is done.
    Done,
}

/// A person's background work, what ended last first.
///
/// # Errors
/// When the database fails.
pub async fn jobs(ctx: &Ctx, user: &User) -> Result<Vec<Job>, SyncError> {
    let jobs = ctx.store.jobs_of_person(&user.id).await?;
    Ok(jobs.into_iter().map(|job| read(ctx, job)).collect())
}

/// One piece of a person's background work.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn job(ctx: &Ctx, user: &User, id: &str) -> Result<Job, SyncError> {
    let jobs = jobs(ctx, user).await?;
    let found = jobs.into_iter().find(|job| job.id.as_str() == id);
    found.ok_or(SyncError::NotFound)
}

/// The work of a kind on a connection.
///
/// # Errors
/// [`SyncError::NotFound`] when none was ever asked for.
pub async fn job_on(
    ctx: &Ctx,
    user: &User,
    kind: &str,
    connection: &ConnectionId,
) -> Result<Job, SyncError> {
    let jobs = jobs(ctx, user).await?;
    let found = jobs
        .into_iter()
        .find(|job| job.kind == kind && job.connection_id == *connection);
    found.ok_or(SyncError::NotFound)
}

fn read(ctx: &Ctx, job: PersonalJob) -> Job {
    let now = ctx.clock.now();
    let due = job.run_at.is_some_and(|at| at <= now);
    let state = match (job.running, due, &job.error, job.run_at) {
        (true, ..) => JobState::Running,
        (_, true, ..) => JobState::Queued,
        (_, _, Some(_), Some(_)) => JobState::Retrying,
        (_, _, Some(_), None) => JobState::Failed,
        (_, _, None, _) => JobState::Done,
    };
    Job {
        id: job.id,
        kind: job.kind,
        connection_id: job.connection_id,
        state,
        attempts: job.attempts,
        next_run_at: job.run_at,
        finished_at: job.finished_at,
        error: job.error,
    }
}
