//! Background work: what is due is claimed, done, and given back with the time to come again.

use jiff::{SignedDuration, Timestamp};

use super::pace::{LEASE, after, wait_after};
use super::run::sync;
use super::unattended::finish_unattended;
use super::unlink::confirm_unlink;
use super::webhook_address::move_webhook;
use crate::context::Ctx;
use crate::domain::connection::Lease;
use crate::domain::id::{ConnectionId, LinkId};
use crate::domain::problem::Problem;
use crate::store::StoreError;

/// What is done here, the most pressing first.
const KINDS: [&str; 4] = ["unlink", "link", "webhook", "sync"];

/// Why a run did not end well.
#[derive(Debug, thiserror::Error)]
pub(super) enum RunError {
    /// The provider refused.
    #[error("the provider refused: {0}")]
    Provider(#[from] Problem),
    /// The database failed, or the lease has passed to another.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Does the work that is due first, if there is some; `false` when there was none.
///
/// # Errors
/// When the database fails; a provider's refusal is written down, not returned.
pub async fn run_due(ctx: &Ctx) -> Result<bool, StoreError> {
    for kind in KINDS {
        let now = ctx.clock.now();
        if let Some(lease) = ctx.store.claim_due(kind, now, after(now, LEASE)).await? {
            let outcome = run(ctx, kind, &lease).await;
            give_back(ctx, &lease, outcome).await?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// When to come again, if at all.
async fn run(ctx: &Ctx, kind: &str, lease: &Lease) -> Result<Option<Timestamp>, RunError> {
    if kind == "link" {
        return match LinkId::parse(&lease.subject) {
            Some(id) => finish_unattended(ctx, &id).await,
            None => Ok(None),
        };
    }
    let Some(id) = ConnectionId::parse(&lease.subject) else {
        return Ok(None);
    };
    match kind {
        "unlink" => confirm_unlink(ctx, lease, &id).await,
        "webhook" => move_webhook(ctx, lease, &id).await,
        _ => sync(ctx, lease, &id).await,
    }
}

async fn give_back(
    ctx: &Ctx,
    lease: &Lease,
    outcome: Result<Option<Timestamp>, RunError>,
) -> Result<(), StoreError> {
    let now = ctx.clock.now();
    let (next, error) = match &outcome {
        Ok(next) => (*next, None),
        Err(RunError::Provider(problem)) => {
            let next = after(now, wait_after(problem, lease.attempts));
            (Some(next), Some(problem.code.as_str()))
        }
        // Another worker has it: there is nothing to give back.
        Err(RunError::Store(StoreError::LeaseLost)) => return Ok(()),
        Err(RunError::Store(_)) => {
            let next = after(now, SignedDuration::from_secs(30));
            (Some(next), Some("DATABASE"))
        }
    };
    match ctx.store.finish_job(lease, next, error, now).await {
        Err(StoreError::LeaseLost) | Ok(()) => {}
        Err(error) => return Err(error),
    }
    match outcome {
        Err(RunError::Store(error)) => Err(error),
        _ => Ok(()),
    }
}
