//! What is due is claimed, done, and given back with the time to come again.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tracing::Instrument;

use super::attend::attend;
use super::outcome::{Done, RunError, counted};
use super::pace::{LEASE, after, not_before, wait_after};
use crate::context::Ctx;
use crate::metrics::Outcome;
use domain::connection::Lease;
use domain::job::{Failure, RunEnd};
use domain::problem::{Problem, Reason};
use domain::text::{isolated, one_line};
use store::StoreError;

/// How often a worker says that it is still there: several times before its lease runs out, so that one
/// long call to a provider does not cost it the lease.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Does the work that is due first, if there is some, as `run` does it; `false` when there was none.
///
/// # Errors
/// When the database fails; a provider's refusal is written down, not returned.
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
    // Whatever is logged on the way tells what it is about.
    let span = tracing::info_span!("job", kind = lease.kind.as_str(), subject = lease.subject);
    let running = run(ctx.clone(), lease.clone()).instrument(span.clone());
    let outcome = attend(running, HEARTBEAT, || hold(ctx, &lease)).await;
    give_back(ctx, &lease, outcome).instrument(span).await?;
    Ok(true)
}

/// Says that a worker is still at it, so that nobody takes it over.
///
/// # Errors
/// [`StoreError::LeaseLost`] when another worker has it.
pub async fn hold(ctx: &Ctx, lease: &Lease) -> Result<(), StoreError> {
    ctx.store.renew(lease, after(ctx.clock.now(), LEASE)).await
}

/// When the next work is due that nobody is at, in milliseconds since the epoch.
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
    // What could not be written is as good as lost: the run is done again when its lease runs out.
    let counts_as = given.as_ref().map_or(Outcome::Lost, |()| counted(&outcome));
    ctx.metrics.run_ended(lease.kind, counts_as);
    match given {
        // Another worker has it: there is nothing to give back.
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
        // The lease is ours all the same: the cursor has moved under the run, which wrote nothing.
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
            // Giving way is no failure.
            counts: problem.reason != Reason::HeldBack,
            problem,
        }),
    }
}

/// No bank was asked: only whoever runs this Passbook can tell where such work came from.
fn unreadable(subject: &str) -> Problem {
    let subject = one_line(subject);
    let subject = isolated(&subject);
    Problem {
        message: format!(
            "was not asked, because this work cannot be about “{subject}”. Whoever runs it finds more in its log."
        ),
        ..Problem::ours(Reason::UnreadableSubject)
    }
}
