//! Runs the comparison in the background and corrects what it finds. Corrections are committed like any sync: in one
//! transaction, under the lease, and only at the cursor that was compared.

use super::survey::{Survey, survey};
use crate::context::Ctx;
use crate::queue::{self, Done, RunError};
use crate::sync::{SyncError, linked};
use domain::activity::Event;
use domain::check::Check;
use domain::connection::Lease;
use domain::id::ConnectionId;
use domain::job::JobKind;
use domain::user::User;
use store::SyncCommit;

/// Requests a comparison of a person's connection with its bank.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn request_check(ctx: &Ctx, user: &User, id: &ConnectionId) -> Result<(), SyncError> {
    request(ctx, user, id, JobKind::Check).await
}

/// Requests that the differences be corrected. The job compares again first, because earlier findings may be out of
/// date.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn request_put_right(ctx: &Ctx, user: &User, id: &ConnectionId) -> Result<(), SyncError> {
    request(ctx, user, id, JobKind::PutRight).await
}

async fn request(
    ctx: &Ctx,
    user: &User,
    id: &ConnectionId,
    kind: JobKind,
) -> Result<(), SyncError> {
    linked(ctx, user, id).await?;
    Ok(queue::request(ctx, kind, id.as_str(), ctx.clock.now()).await?)
}

/// Compares a connection with its bank and keeps the result.
///
/// # Errors
/// When the database fails. A refusal by the provider is a result, not an error.
pub async fn check_in_background(
    ctx: &Ctx,
    lease: &Lease,
    id: &ConnectionId,
) -> Result<Done, RunError> {
    match survey(ctx, Some(lease), id).await {
        Ok(Some(survey)) => keep(ctx, lease, id, survey.check(ctx)).await,
        Ok(None) => Ok(Done::default()),
        Err(error) => comparison_failed(ctx, lease, id, error).await,
    }
}

/// Compares, corrects the differences, and compares again.
///
/// # Errors
/// When the database fails. A refusal by the provider is a result, not an error.
pub async fn put_right(ctx: &Ctx, lease: &Lease, id: &ConnectionId) -> Result<Done, RunError> {
    match survey(ctx, Some(lease), id).await {
        Ok(Some(survey)) if survey.comparison.differs() => {
            write(ctx, lease, &survey).await?;
            check_in_background(ctx, lease, id).await
        }
        Ok(Some(survey)) => keep(ctx, lease, id, survey.check(ctx)).await,
        Ok(None) => Ok(Done::default()),
        Err(error) => comparison_failed(ctx, lease, id, error).await,
    }
}

/// Stores a provider's refusal as the result. The comparison isn't retried, because nobody is waiting for it.
async fn comparison_failed(
    ctx: &Ctx,
    lease: &Lease,
    id: &ConnectionId,
    error: RunError,
) -> Result<Done, RunError> {
    let RunError::Provider(problem) = error else {
        return Err(error);
    };
    tracing::warn!(connection = %id, code = problem.code, request_id = problem.request_id, "a comparison failed");
    let told = format!("{} ({})", problem.message, problem.code);
    keep(ctx, lease, id, Check::not_made(ctx.clock.now(), told)).await
}

async fn keep(ctx: &Ctx, lease: &Lease, id: &ConnectionId, check: Check) -> Result<Done, RunError> {
    ctx.store.keep_check(lease, id, &check).await?;
    let Check {
        missing,
        extra,
        different,
        ..
    } = check;
    tracing::info!(connection = %id, missing, extra, different, "compared with the bank");
    Ok(Done {
        next: None,
        result: Some(format!(
            r#"{{"missing":{missing},"extra":{extra},"different":{different}}}"#
        )),
    })
}

async fn write(ctx: &Ctx, lease: &Lease, survey: &Survey) -> Result<(), RunError> {
    let found = &survey.comparison;
    let wrong = found.missing.iter();
    let wrong = wrong.chain(found.different.iter().map(|(row, _)| row));
    // The waiting changes are written too, because the cursor moves past them.
    let upserts: Vec<_> = wrong
        .map(|kept| &kept.row)
        .chain(&survey.waiting.upserts)
        .cloned()
        .collect();
    let extra = found.extra.iter().map(|kept| &kept.row.provider_id);
    let removed: Vec<_> = extra.chain(&survey.waiting.removed).cloned().collect();
    let commit = SyncCommit {
        lease,
        connection: &survey.connection,
        cursor_before: survey.cursor.as_deref(),
        cursor_after: survey.end.as_deref().or(survey.cursor.as_deref()),
        status: survey.status,
        accounts: &survey.accounts,
        former_accounts: &survey.former,
        upserts: &upserts,
        removed: &removed,
        set_aside: &survey.set_aside,
        // Rows that the bank no longer has are already among the removed.
        whole: None,
        synced: true,
        cursor_lost: false,
        facts: &survey.facts,
        now: ctx.clock.now(),
        today: ctx.clock.today(),
    };
    ctx.store.apply_sync(&commit).await?;
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let event = Event::PutRight {
        missing: count(found.missing.len()),
        extra: count(found.extra.len()),
        different: count(found.different.len()),
    };
    let id = &survey.connection.id;
    let noted = ctx.store.record_activity_of(id, &event, ctx.clock.now());
    Ok(noted.await?)
}
