//! Doing again what a webhook asked for, because somebody wants it so.

use jiff::Timestamp;

use super::SyncError;
use crate::context::Ctx;
use domain::user::User;
use domain::webhook::{FollowUp, Verified};

/// Asks again for what follows from a kept webhook. Once or a hundred times is the same: work that is asked
/// for while it waits is done once, and what the webhook says is read from the provider, as at its arrival.
///
/// # Errors
/// [`SyncError::NotFound`] when none has this number; when the database fails.
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
