//! Fetches the names and logos of institutions in jobs of their own, and again every month. No sync waits for them or
//! fails without them.

use jiff::SignedDuration;

use super::SyncError;
use super::pace::after;
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use domain::connection::{Connection, Lease};
use domain::problem::Remedy;
use store::StoreError;

/// The age at which an institution's data is fetched again. Names and logos seldom change.
const AGAIN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Fetches an institution's data, if a connection still needs it.
///
/// # Errors
/// When the provider is temporarily unavailable.
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
        // The provider does not know it. It may next month.
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

/// Schedules the fetch of a connection's institution, if it is needed.
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

/// Schedules the fetch of every linked institution whose data is missing or old.
pub async fn want_institutions(ctx: &Ctx) -> Result<(), SyncError> {
    let now = ctx.clock.now();
    if ctx.store.want_institutions(now, AGAIN).await? > 0 {
        ctx.work.notify_one();
    }
    Ok(())
}
