//! Lists background work, and retries or cancels it.

use crate::context::Ctx;
use domain::id::{ConnectionId, JobId};
use domain::job::{Cancelled, Job, JobKind, JobPage, JobQuery, JobRun, JobState, Whose};
use domain::user::User;
use store::StoreError;

/// Why a job cannot be shown, retried or cancelled.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// There is no such job, or it belongs to another person.
    #[error("not found")]
    NotFound,
    /// The job must not be cancelled. Holds a sentence for the person.
    #[error("{0}")]
    Refused(&'static str),
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] StoreError),
}

/// Returns one page of the jobs that match the query, newest first.
pub async fn jobs(ctx: &Ctx, whose: Whose<'_>, query: &JobQuery) -> Result<JobPage, JobError> {
    Ok(ctx.store.jobs(whose, query, ctx.clock.now()).await?)
}

/// Returns one job with its runs, newest first.
///
/// # Errors
/// [`JobError::NotFound`], also when the job belongs to another person.
pub async fn job(ctx: &Ctx, whose: Whose<'_>, id: &JobId) -> Result<(Job, Vec<JobRun>), JobError> {
    let job = ctx.store.job(whose, id, ctx.clock.now()).await?;
    let job = job.ok_or(JobError::NotFound)?;
    let runs = ctx.store.runs_of(id).await?;
    Ok((job, runs))
}

/// Returns the job of a kind on a person's connection.
///
/// # Errors
/// [`JobError::NotFound`] when none was requested, or the connection belongs to another person.
pub async fn job_on(
    ctx: &Ctx,
    user: &User,
    kind: JobKind,
    connection: &ConnectionId,
) -> Result<Job, JobError> {
    let id = ctx.store.job_on(kind, connection.as_str()).await?;
    let id = id.ok_or(JobError::NotFound)?;
    Ok(job(ctx, Whose::Person(&user.id), &id).await?.0)
}

/// Runs a job now, as if it had never failed. A job that is already running runs once more.
///
/// # Errors
/// [`JobError::NotFound`], also when the job belongs to another person.
pub async fn retry_job(ctx: &Ctx, whose: Whose<'_>, id: &JobId) -> Result<(), JobError> {
    if !ctx.store.retry_job(whose, id, ctx.clock.now()).await? {
        return Err(JobError::NotFound);
    }
    tracing::info!(job = %id, "asked to be done now");
    ctx.work.notify_one();
    Ok(())
}

/// Cancels a job. A cancelled sync comes back with the next poll.
///
/// # Errors
/// [`JobError::NotFound`], also when the job belongs to another person; [`JobError::Refused`] for the end of a
/// connection, which costs money until its provider knows of it.
pub async fn cancel_job(ctx: &Ctx, whose: Whose<'_>, id: &JobId) -> Result<Cancelled, JobError> {
    let now = ctx.clock.now();
    let job = ctx.store.job(whose, id, now).await?;
    let job = job.ok_or(JobError::NotFound)?;
    if job.kind == JobKind::Unlink && job.state != JobState::Idle {
        return Err(JobError::Refused(
            "This tells the provider that a bank is unlinked. It goes on until the provider has confirmed it: \
             until then the provider would go on being paid for that bank.",
        ));
    }
    let was = ctx.store.cancel_job(whose, id, now).await?;
    let was = was.ok_or(JobError::NotFound)?;
    tracing::info!(job = %id, kind = job.kind.as_str(), ?was, "called off");
    Ok(was)
}
