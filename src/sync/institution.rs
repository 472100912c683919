//! Institutions: their names and logos, asked for by themselves and again every month. No sync waits for
//! them or fails for want of them.

use jiff::SignedDuration;

use super::SyncError;
use super::pace::after;
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use domain::connection::{Connection, Lease};
use domain::problem::Remedy;
use store::StoreError;

/// Names and logos seldom change.
const AGAIN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Asks for an institution's data, if a connection still wants it.
///
/// # Errors
/// When the provider does not answer just now; when the database fails.
pub async fn keep_institution(
    ctx: &Ctx,
    lease: &Lease,
    provider: &str,
    id: &str,
) -> Result<Done, RunError> {
    if !ctx.store.is_institution_linked(provider, id).await? {
        return Ok(Done::default());
    }
    let result = match ctx.providers.named(provider)?.institution(id).await {
        Ok(it) => {
            let now = ctx.clock.now().as_millisecond();
            ctx.store
                .keep_institution(lease, provider, &it, now)
                .await?;
            format!(r#"{{"known":true,"logo":{}}}"#, it.logo.is_some())
        }
        Err(problem)
            if matches!(
                problem.remedy(),
                Remedy::Retry | Remedy::Restart | Remedy::Wait
            ) =>
        {
            return Err(problem.into());
        }
        // It is not known there. It may be next month.
        Err(problem) => {
            tracing::info!(
                institution = id,
                code = problem.code,
                "no word about the institution"
            );
            r#"{"known":false}"#.to_owned()
        }
    };
    Ok(Done {
        next: Some(after(ctx.clock.now(), AGAIN)),
        result: Some(result),
    })
}

/// Sees to it that a connection's institution will be asked for.
pub(super) async fn want_institution(ctx: &Ctx, connection: &Connection) -> Result<(), StoreError> {
    let now = ctx.clock.now();
    if ctx
        .store
        .want_institution(&connection.id, now, AGAIN)
        .await?
    {
        ctx.work.notify_one();
    }
    Ok(())
}

/// Sees to it that every institution that somebody has linked will be asked for.
pub async fn want_institutions(ctx: &Ctx) -> Result<(), SyncError> {
    let now = ctx.clock.now();
    if ctx.store.want_institutions(now, AGAIN).await? > 0 {
        ctx.work.notify_one();
    }
    Ok(())
}
