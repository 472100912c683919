//! Replays a webhook on request.

use jiff::Timestamp;

use super::SyncError;
use crate::context::Ctx;
use domain::user::User;
use domain::webhook::{FollowUp, Verified};

/// Requests again the work that follows from a kept webhook. Replaying it many times has the same effect as once:
/// requests that wait make one run, and the state is read from the provider, as at the webhook's arrival.
///
/// # Errors
/// [`SyncError::NotFound`] when no webhook has this number.
pub async fn replay_webhook(ctx: &Ctx, by: &User, id: i64) -> Result<FollowUp, SyncError> {
    let kept = ctx.store.kept_webhook(id).await?;
    let (provider, body_hash, body, received_at) = kept.ok_or(SyncError::NotFound)?;
    let webhook = Verified {
        notice: ctx.providers.named(&provider)?.read_webhook(&body),
        body_hash,
        body,
        issued_at: Timestamp::from_millisecond(received_at).unwrap_or_default(),
    };
    let now = ctx.clock.now();
    let replayed = ctx
        .store
        .replay_webhook(id, &provider, &webhook, &by.id, now)
        .await?;
    ctx.work.notify_one();
    tracing::info!(
        operator = %by.id,
        delivery = id,
        webhook_type = webhook.notice.webhook_type,
        webhook_code = webhook.notice.webhook_code,
        connection = replayed.connection.as_ref().map(|id| id.as_str()),
        times = replayed.times,
        caused = replayed.caused.as_str(),
        "a webhook was replayed"
    );
    Ok(replayed.caused)
}
