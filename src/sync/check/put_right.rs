//! The comparison as background work, and putting right what it finds: through the same door as every sync,
//! in one transaction, under the lease and at the cursor that was compared.

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

/// Asks for a comparison of a person's connection with its bank.
///
/// # Errors
/// [`SyncError::NotFound`].
pub async fn request_check(ctx: &Ctx, user: &User, id: &ConnectionId) -> Result<(), SyncError> {
    request(ctx, user, id, JobKind::Check).await
}

/// Asks for what a comparison finds to be put right. It is compared anew: what was found may be old by then.
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

/// Compares and keeps what came of it.
///
/// # Errors
/// When the database fails; that the bank could not be asked is what came of it.
pub async fn check_in_background(
    ctx: &Ctx,
    lease: &Lease,
    id: &ConnectionId,
) -> Result<Done, RunError> {
    match survey(ctx, Some(lease), id).await {
        Ok(Some(survey)) => keep(ctx, lease, id, survey.check(ctx)).await,
        Ok(None) => Ok(Done::default()),
        Err(error) => not_made(ctx, lease, id, error).await,
    }
}

/// Compares, writes what is not the same, and compares again.
///
/// # Errors
/// When the database fails; that the bank could not be asked is what came of it.
pub async fn put_right(ctx: &Ctx, lease: &Lease, id: &ConnectionId) -> Result<Done, RunError> {
    match survey(ctx, Some(lease), id).await {
        Ok(Some(survey)) if survey.comparison.differs() => {
            write(ctx, lease, &survey).await?;
            check_in_background(ctx, lease, id).await
        }
        Ok(Some(survey)) => keep(ctx, lease, id, survey.check(ctx)).await,
        Ok(None) => Ok(Done::default()),
        Err(error) => not_made(ctx, lease, id, error).await,
    }
}

/// Nobody waits for a comparison: one that the provider refuses is told, and not tried again by itself.
async fn not_made(
    ctx: &Ctx,
    lease: &Lease,
    id: &ConnectionId,
    error: RunError,
) -> Result<Done, RunError> {
    let RunError::Provider(problem) = error else {
        return Err(error);
    };
    tracing::warn!(connection = %id, code = problem.code, request_id = problem.request_id, "a comparison could not be made");
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
    // What the next sync would bring is written with it, because the cursor moves on over it.
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
        // What the bank does not have any more is among the removed already.
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
    let noted = ctx.store.note_of_connection(id, &event, ctx.clock.now());
    Ok(noted.await?)
}
