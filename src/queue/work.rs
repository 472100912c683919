//! Claims the job that is due, runs it, and records how it ended and when it runs next.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tracing::Instrument;

use super::heartbeat::with_heartbeat;
use super::outcome::{Done, RunError, counted};
use super::pace::{LEASE, after, not_before, wait_after};
use crate::context::Ctx;
use crate::metrics::Outcome;
use domain::connection::Lease;
use domain::job::{Failure, RunEnd};
use domain::problem::{Problem, Reason};
use domain::text::{isolated, one_line};
use store::StoreError;

/// How often a worker renews its lease: several times before it expires, so that one long call to a provider does not
/// cost it the lease.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Claims the job that has been due longest and runs it with `run`. Returns `false` when nothing was due.
///
/// # Errors
/// When the database fails. A provider's refusal is written down, not returned.
pub async fn run_due<Run>(
    ctx: &Ctx,
    run: impl FnOnce(Ctx, Lease) -> Run,
) -> Result<bool, StoreError>
where
    Run: Future<Output = Result<Done, RunError>> + Send + 'static,
{
    let now = ctx.clock.now();
    let Some(lease) = ctx.store.claim_due(now, after(now, LEASE)).await? else {
        return Ok(false);
    };
    let late = now.duration_since(lease.due_at);
    ctx.metrics.run_begun(lease.kind, late);
    // Puts the job into everything that the run logs.
    let span = tracing::info_span!("job", kind = lease.kind.as_str(), subject = lease.subject);
    let running = run(ctx.clone(), lease.clone()).instrument(span.clone());
    let outcome = with_heartbeat(running, HEARTBEAT, || hold(ctx, &lease)).await;
    give_back(ctx, &lease, outcome).instrument(span).await?;
    Ok(true)
}

/// Renews a lease, so that no other worker takes the job over.
///
/// # Errors
/// [`StoreError::LeaseLost`] when another worker has it.
pub async fn hold(ctx: &Ctx, lease: &Lease) -> Result<(), StoreError> {
    ctx.store.renew(lease, after(ctx.clock.now(), LEASE)).await
}

/// Returns when the next job that no worker holds is due, in Unix milliseconds.
pub async fn next_due(ctx: &Ctx) -> Result<Option<i64>, StoreError> {
    ctx.store.next_due().await
}

async fn give_back(
    ctx: &Ctx,
    lease: &Lease,
    outcome: Result<Done, RunError>,
) -> Result<(), StoreError> {
    let now = ctx.clock.now();
    let end = match &outcome {
        Ok(done) => RunEnd {
            next: done.next,
            result: done.result.clone(),
            failure: None,
        },
        Err(error) => failed(error, lease, now),
    };
    let given = ctx.store.finish_job(lease, &end, now).await;
    // An end that could not be written counts as lost: the job runs again when the lease expires.
    let counts_as = given.as_ref().map_or(Outcome::Lost, |()| counted(&outcome));
    ctx.metrics.run_ended(lease.kind, counts_as);
    match given {
        // Another worker has the job, so there is nothing to record.
        Err(StoreError::LeaseLost) => return Ok(()),
        given => given?,
    }
    match outcome {
        Err(RunError::Store(error)) if !matches!(error, StoreError::LeaseLost) => Err(error),
        _ => Ok(()),
    }
}

fn failed(error: &RunError, lease: &Lease, now: Timestamp) -> RunEnd {
    let (problem, wait) = match error {
        RunError::Provider(problem) => (problem.clone(), wait_after(problem, lease.attempts)),
        // The lease is still ours: the cursor moved during the run, which therefore wrote nothing.
        RunError::Store(StoreError::LeaseLost) if lease.attempts < 3 => {
            let moved = Problem::ours(Reason::CursorMoved);
            (moved, SignedDuration::ZERO)
        }
        RunError::Store(_) => (
            Problem::ours(Reason::Database),
            SignedDuration::from_secs(30),
        ),
        RunError::Subject => {
            tracing::error!("what a run is about cannot be read");
            let unreadable = unreadable(&lease.subject);
            let wait = wait_after(&unreadable, lease.attempts);
            (unreadable, wait)
        }
        RunError::Crashed => {
            tracing::error!("a run crashed");
            let crashed = Problem::ours(Reason::Crashed);
            let wait = wait_after(&crashed, lease.attempts);
            (crashed, wait)
        }
    };
    RunEnd {
        next: Some(after(now, wait)),
        result: None,
        failure: Some(Failure {
            not_before: not_before(&problem, wait).map(|wait| after(now, wait)),
            // A run that was held back did not fail.
            counts: problem.reason != Reason::HeldBack,
            problem,
        }),
    }
}

/// Returns the problem of a job whose subject cannot be read. No bank was asked, and only the admin can find out where
/// such a job came from.
fn unreadable(subject: &str) -> Problem {
    let subject = one_line(subject);
    let subject = isolated(&subject);
    Problem {
        message: format!(
            "wasn’t contacted, because this job can’t be about “{subject}”. This Passbook’s admin can find more in the log."
        ),
        ..Problem::ours(Reason::UnreadableSubject)
    }
}
