//! Background work: what waits, what runs, its results, and steering it.

use std::collections::HashMap;

use serde_json::Value;

use super::view::{JobDetail, JobLine, Lines, RunLine, State, Tone};
use super::words::{duration, kind, state};
use super::{Operator, OperatorError, PAGE};
use crate::context::Ctx;
use crate::ledger::when_or_until;
use crate::queue::{self, JobError};
use domain::activity::Event;
use domain::id::{JobId, UserId};
use domain::job::{Cancelled, Job, JobKind, JobQuery, JobRun, JobState, RunOutcome, Whose};
use domain::problem::{Reason, reference};
use domain::text::isolated;

/// Returns jobs, the newest first; only those in `state` when that names a state.
pub async fn jobs(
    ctx: &Ctx,
    _: &Operator,
    state: &str,
    after: &str,
) -> Result<Lines<JobLine>, OperatorError> {
    let query = JobQuery {
        state: JobState::from_word(state),
        kind: None,
        after: JobId::parse(after),
        limit: PAGE,
    };
    let page = queue::jobs(ctx, Whose::Anybody, &query).await?;
    let owners = owners(ctx, &page.jobs).await?;
    Ok(Lines {
        lines: page
            .jobs
            .iter()
            .map(|job| line(ctx, job, &owners))
            .collect(),
        older: page.next.map(|id| id.to_string()),
    })
}

/// Returns one job with its runs.
///
/// # Errors
/// [`OperatorError::NotFound`].
pub async fn job(ctx: &Ctx, _: &Operator, id: &str) -> Result<JobDetail, OperatorError> {
    let id = JobId::parse(id).ok_or(OperatorError::NotFound)?;
    let (job, runs) = queue::job(ctx, Whose::Anybody, &id).await?;
    let owners = owners(ctx, std::slice::from_ref(&job)).await?;
    Ok(JobDetail {
        line: line(ctx, &job, &owners),
        subject: job.subject.clone(),
        runs: runs
            .iter()
            .map(|run| run_line(ctx, job.kind, run))
            .collect(),
    })
}

/// Has a job run now. Returns a sentence that says so.
///
/// # Errors
/// [`OperatorError::NotFound`].
pub async fn retry(ctx: &Ctx, by: &Operator, id: &str) -> Result<&'static str, OperatorError> {
    let id = JobId::parse(id).ok_or(OperatorError::NotFound)?;
    let (job, _) = queue::job(ctx, Whose::Anybody, &id).await?;
    queue::retry_job(ctx, Whose::Anybody, &id).await?;
    tracing::info!(operator = %by.user().id, job = %id, kind = job.kind.as_str(), "an operator retried a job");
    let (kind, by) = (kind(job.kind).to_owned(), by.user().full_name());
    record_activity(ctx, &job, &Event::JobRetried { kind, by }).await?;
    Ok("Queued. It will run as soon as a worker is free.")
}

/// Cancels a job. Returns a sentence with the result, and whether it was refused.
///
/// # Errors
/// [`OperatorError::NotFound`].
pub async fn cancel(
    ctx: &Ctx,
    by: &Operator,
    id: &str,
) -> Result<Result<&'static str, &'static str>, OperatorError> {
    let id = JobId::parse(id).ok_or(OperatorError::NotFound)?;
    let (job, _) = queue::job(ctx, Whose::Anybody, &id).await?;
    let was = match queue::cancel_job(ctx, Whose::Anybody, &id).await {
        Ok(was) => was,
        Err(JobError::Refused(why)) => return Ok(Err(why)),
        Err(error) => return Err(error.into()),
    };
    if was == Cancelled::Nothing {
        return Ok(Ok("Nothing to cancel: the job has finished."));
    }
    tracing::info!(operator = %by.user().id, job = %id, kind = job.kind.as_str(), "an operator cancelled a job");
    let (kind, by) = (kind(job.kind).to_owned(), by.user().full_name());
    record_activity(ctx, &job, &Event::JobCancelled { kind, by }).await?;
    Ok(Ok(match was {
        Cancelled::Running => "Cancelled. Work in progress won’t be saved.",
        _ => "Cancelled. It will run again when it’s next needed.",
    }))
}

/// Writes an event to the activity of the person whom the job concerns.
async fn record_activity(ctx: &Ctx, job: &Job, event: &Event) -> Result<(), OperatorError> {
    if let Some(connection) = &job.connection {
        let now = ctx.clock.now();
        ctx.store.record_activity_of(connection, event, now).await?;
    }
    Ok(())
}

type Owners = HashMap<UserId, String>;

async fn owners(ctx: &Ctx, jobs: &[Job]) -> Result<Owners, OperatorError> {
    let mut owners = Owners::new();
    for id in jobs.iter().filter_map(|job| job.owner.as_ref()) {
        if !owners.contains_key(id)
            && let Some(user) = ctx.store.user(id).await?
        {
            owners.insert(id.clone(), user.email.as_str().to_owned());
        }
    }
    Ok(owners)
}

fn line(ctx: &Ctx, job: &Job, owners: &Owners) -> JobLine {
    let owner = job.owner.as_ref().and_then(|id| owners.get(id));
    let about = match (&job.institution, owner) {
        (Some(institution), Some(owner)) => {
            format!("{}, {}", isolated(institution), isolated(owner))
        }
        (None, Some(owner)) => owner.to_string(),
        (Some(institution), None) => institution.clone(),
        (None, None) if job.kind == JobKind::Institution => job.subject.clone(),
        (None, None) => String::new(),
    };
    let armed = job.state != JobState::Idle;
    JobLine {
        id: job.id.to_string(),
        name: kind(job.kind).to_owned(),
        about,
        state: how(job),
        due: job
            .due_at
            .filter(|_| matches!(job.state, JobState::Waiting | JobState::Retrying))
            .map(|at| when_or_until(&ctx.clock, at)),
        last: job
            .last_run
            .as_ref()
            .map(|run| run_line(ctx, job.kind, run)),
        can_cancel: armed && job.kind != JobKind::Unlink,
    }
}

fn how(job: &Job) -> State {
    match job.state {
        JobState::Running => state(Tone::Plain, "Running"),
        JobState::Due => state(Tone::Plain, "Due now"),
        JobState::Waiting => state(Tone::Good, "Scheduled"),
        JobState::Retrying if job.attempts == 1 => state(Tone::Warn, "Failed once"),
        JobState::Retrying => state(Tone::Warn, format!("Failed {} times", job.attempts)),
        JobState::Idle => state(Tone::Plain, "Idle"),
    }
}

fn run_line(ctx: &Ctx, kind: JobKind, run: &JobRun) -> RunLine {
    let took = run
        .finished_at
        .map(|end| end.as_millisecond() - run.started_at.as_millisecond());
    RunLine {
        began: when_or_until(&ctx.clock, run.started_at),
        took: took.map(duration).unwrap_or_default(),
        outcome: match run.outcome {
            RunOutcome::Running => state(Tone::Plain, "Running"),
            RunOutcome::Done => state(Tone::Good, "Done"),
            RunOutcome::Failed => state(Tone::Warn, "Failed"),
            RunOutcome::Lost => state(Tone::Warn, "Lost: the worker stopped responding"),
            RunOutcome::Cancelled => state(Tone::Plain, "Cancelled"),
        },
        problem: problem(kind, run),
        reference: run
            .error_code
            .as_ref()
            .map(|code| reference(code, run.request_id.as_deref()))
            .unwrap_or_default(),
        result: run.result.as_deref().map(result).unwrap_or_default(),
    }
}

/// Returns what went wrong, as a sentence. A problem's own words continue an institution's name, but backups and
/// emails have none.
fn problem(kind: JobKind, run: &JobRun) -> String {
    let Some(message) = &run.message else {
        return String::new();
    };
    match (kind, run.reason) {
        (JobKind::Backup, Some(Reason::BackupFailed)) => message.clone(),
        (JobKind::Backup | JobKind::Mail, _) => {
            "This failed. Passbook will try again automatically.".into()
        }
        _ => format!("The bank {message}"),
    }
}

/// Formats a result as "added 12, modified 3", leaving out zeros.
fn result(json: &str) -> String {
    let Ok(Value::Object(found)) = serde_json::from_str(json) else {
        return json.to_owned();
    };
    let each = found.iter().filter_map(|(name, value)| {
        let name = name.replace('_', " ");
        match value {
            Value::Null => None,
            Value::Number(n) if n.as_i64() == Some(0) => None,
            Value::Bool(true) => Some(name),
            Value::Bool(false) => Some(format!("not {name}")),
            Value::String(text) => Some(format!("{name} {text}")),
            other => Some(format!("{name} {other}")),
        }
    });
    each.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::result;

    #[test]
    fn a_result_is_read_whatever_it_says() {
        assert_eq!(
            result(r#"{"added":12,"by":"a poll","rows_seen":3}"#),
            "added 12, by a poll, rows seen 3"
        );
        assert_eq!(
            result(r#"{"added":0,"known":true,"logo":false}"#),
            "known, not logo"
        );
        assert_eq!(result("{}"), "");
        assert_eq!(result("rubbish"), "rubbish");
    }
}
