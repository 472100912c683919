//! From a knock at the door to the work that follows from it.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::SignedDuration;

use super::SyncError;
use super::link::finish_by_asking;
use super::run::{LEASE, after, wait_after};
use crate::context::Ctx;
use crate::domain::id::LinkId;
use crate::domain::problem::Remedy;
use crate::store::StoreError;

/// What became of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Webhook {
    /// It is genuine and written down.
    Taken,
    /// It is forged.
    Refused,
    /// It may be believed when it comes again in so many seconds.
    Later(u32),
}

/// Takes a webhook of Plaid's: believes it or not, writes it down and asks for what follows, in that one
/// transaction. It changes nothing else: whatever it says is read from Plaid itself.
///
/// # Errors
/// When the database fails.
pub async fn take_webhook(
    ctx: &Ctx,
    header: Option<&str>,
    body: &[u8],
) -> Result<Webhook, SyncError> {
    let now = ctx.clock.now();
    let webhook = match ctx.providers.plaid.verify_webhook(header, body, now).await {
        Ok(webhook) => webhook,
        Err(refusal) => {
            tracing::debug!(reason = refusal.as_str(), "a webhook was refused");
            let hash = digest(&SHA256, body)
                .as_ref()
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect();
            ctx.store.note_refusal(refusal, hash, now);
            return Ok(refusal
                .retry_after()
                .map_or(Webhook::Refused, Webhook::Later));
        }
    };
    let delivered = ctx.store.take_webhook("plaid", &webhook, body, now).await?;
    ctx.work.notify_one();
    let notice = &webhook.notice;
    tracing::info!(
        webhook_type = notice.webhook_type,
        webhook_code = notice.webhook_code,
        connection = delivered.connection.as_ref().map(|id| id.as_str()),
        times = delivered.times,
        caused = delivered.caused.as_str(),
        "a webhook came"
    );
    Ok(Webhook::Taken)
}

/// Writes down which webhooks were refused.
///
/// # Errors
/// When the database fails.
pub async fn write_refusals(ctx: &Ctx) -> Result<(), SyncError> {
    Ok(ctx.store.write_refusals("plaid").await?)
}

/// Finishes the attempt to link that is due first, if one is; `false` when none was. The provider says that
/// its page is done with, and the person's browser may never come back from there.
///
/// # Errors
/// When the database fails; a provider's refusal is tried again while the attempt lasts.
pub async fn finish_unattended_due(ctx: &Ctx) -> Result<bool, StoreError> {
    let now = ctx.clock.now();
    let Some(lease) = ctx.store.claim_due("link", now, after(now, LEASE)).await? else {
        return Ok(false);
    };
    let outcome = match LinkId::parse(&lease.subject) {
        Some(id) => finish_unattended(ctx, &id).await,
        None => Ok(None),
    };
    let now = ctx.clock.now();
    let (next, error) = match outcome {
        Ok(None) => (None, None),
        Ok(Some(wait)) => (Some(after(now, wait)), None),
        Err(SyncError::NotFound) => (None, None),
        Err(SyncError::Provider(problem)) => {
            let passes = matches!(problem.remedy, Remedy::Retry | Remedy::Wait);
            let next = passes.then(|| after(now, wait_after(&problem, lease.attempts)));
            (next, Some(problem.code))
        }
        Err(SyncError::Store(error)) => {
            let next = after(now, SignedDuration::from_secs(30));
            let given_back = ctx
                .store
                .finish_job(&lease, Some(next), Some("DATABASE"), now);
            given_back.await?;
            return Err(error);
        }
    };
    match ctx
        .store
        .finish_job(&lease, next, error.as_deref(), now)
        .await
    {
        // Another worker has it: there is nothing to give back.
        Err(StoreError::LeaseLost) => Ok(true),
        given_back => given_back.map(|()| true),
    }
}

/// Does for an attempt's owner what their browser would have done; when to come again.
async fn finish_unattended(ctx: &Ctx, id: &LinkId) -> Result<Option<SignedDuration>, SyncError> {
    let attempt = ctx.store.link_of_anybody(id).await?;
    let attempt = attempt.ok_or(SyncError::NotFound)?;
    if attempt.finished_at.is_some() || attempt.expires_at <= ctx.clock.now() {
        return Ok(None);
    }
    let user = ctx.store.user(&attempt.user_id).await?;
    let user = user.ok_or(SyncError::NotFound)?;
    let outcome = finish_by_asking(ctx, &user, id, false).await?;
    tracing::info!(user = %user.id, attempt = %id, ?outcome, "an attempt to link was finished unattended");
    let open = outcome == super::LinkOutcome::Open;
    Ok(open.then(|| SignedDuration::from_mins(1)))
}
