//! Background work: what is due is claimed, done, and given back with the time to come again.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::address::tell_address;
use super::attend::attend;
use super::check::{check_in_background, put_right};
use super::clean_up::clean_up;
use super::institution::keep_institution;
use super::outcome::{Done, RunError};
use super::pace::{LEASE, after, not_before, wait_after};
use super::run::sync;
use super::search_words::rebuild;
use super::unattended::finish_unattended;
use super::unlink::confirm_unlink;
use crate::context::Ctx;
use crate::notify;
use domain::connection::Lease;
use domain::id::{ConnectionId, EndpointId, LinkId};
use domain::job::{Failure, JobKind, RunEnd};
use domain::usage::HELD_BACK;
use providers::plaid::problem;
use store::StoreError;

/// How often a worker says that it is still there: several times before its lease runs out, so that one
/// long call to a provider does not cost it the lease.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Does the work that is due first, if there is some; `false` when there was none.
///
/// # Errors
/// When the database fails; a provider's refusal is written down, not returned.
pub async fn run_due(ctx: &Ctx) -> Result<bool, StoreError> {
    let now = ctx.clock.now();
    let Some(lease) = ctx.store.claim_due(now, after(now, LEASE)).await? else {
        return Ok(false);
    };
    let (its_ctx, its_lease) = (ctx.clone(), lease.clone());
    let run = async move { Box::pin(run_one(&its_ctx, &its_lease)).await };
    let beat = || ctx.store.renew(&lease, after(ctx.clock.now(), LEASE));
    let outcome = attend(run, HEARTBEAT, beat).await;
    give_back(ctx, &lease, outcome).await?;
    Ok(true)
}

async fn run_one(ctx: &Ctx, lease: &Lease) -> Result<Done, RunError> {
    let at = |next| Done { next, result: None };
    match lease.kind {
        JobKind::Sync => match ConnectionId::parse(&lease.subject) {
            Some(id) => sync(ctx, lease, &id).await,
            None => Ok(Done::default()),
        },
        JobKind::Check => match ConnectionId::parse(&lease.subject) {
            Some(id) => check_in_background(ctx, lease, &id).await,
            None => Ok(Done::default()),
        },
        JobKind::PutRight => match ConnectionId::parse(&lease.subject) {
            Some(id) => put_right(ctx, lease, &id).await,
            None => Ok(Done::default()),
        },
        JobKind::Unlink => match ConnectionId::parse(&lease.subject) {
            Some(id) => confirm_unlink(ctx, lease, &id).await.map(at),
            None => Ok(Done::default()),
        },
        JobKind::Link => match LinkId::parse(&lease.subject) {
            Some(id) => finish_unattended(ctx, &id).await.map(at),
            None => Ok(Done::default()),
        },
        JobKind::Notify => match EndpointId::parse(&lease.subject) {
            Some(id) => Ok(at(notify::deliver(ctx, lease, &id).await?)),
            None => Ok(Done::default()),
        },
        JobKind::Webhook => match ConnectionId::parse(&lease.subject) {
            Some(id) => tell_address(ctx, lease, &id).await,
            None => Ok(Done::default()),
        },
        JobKind::Institution => keep_institution(ctx, lease).await,
        JobKind::CleanUp => clean_up(ctx).await,
        JobKind::SearchWords => rebuild(ctx, lease).await,
        JobKind::Optimize => {
            ctx.store.optimize().await?;
            Ok(Done::default())
        }
    }
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
    match ctx.store.finish_job(lease, &end, now).await {
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
            let moved = problem("API_ERROR", "CURSOR_MOVED", None);
            (moved, SignedDuration::ZERO)
        }
        RunError::Store(_) => (
            problem("API_ERROR", "DATABASE", None),
            SignedDuration::from_secs(30),
        ),
        RunError::Crashed => {
            tracing::error!(
                kind = lease.kind.as_str(),
                subject = lease.subject,
                "a run crashed"
            );
            let crashed = problem("API_ERROR", "CRASHED", None);
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
            counts: problem.code != HELD_BACK,
            problem,
        }),
    }
}
