//! Takes webhooks, from the request to the work that follows.

use aws_lc_rs::digest::{SHA256, digest};

use axum::http::HeaderMap;

use super::SyncError;
use crate::context::Ctx;
use providers::Knock;

/// What was done with a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Webhook {
    /// It is genuine and was written down.
    Taken,
    /// It is forged.
    Refused,
    /// There is no such provider.
    Nobody,
    /// It cannot be judged now, and should be sent again in this many seconds.
    Later(u32),
}

/// Verifies a provider's webhook, then stores it and requests what follows, in one transaction. It changes nothing
/// else: the state is always read from the provider itself.
pub async fn take_webhook(
    ctx: &Ctx,
    provider: &str,
    headers: &HeaderMap,
    path: &str,
    body: &[u8],
) -> Result<Webhook, SyncError> {
    let now = ctx.clock.now();
    let Ok(provider) = ctx.providers.named(provider) else {
        return Ok(Webhook::Nobody);
    };
    let knock = Knock {
        headers,
        path,
        body,
    };
    let webhook = match provider.verify_webhook(knock, now).await {
        Ok(webhook) => webhook,
        Err(refusal) => {
            tracing::debug!(reason = refusal.as_str(), "a webhook was refused");
            let hash = digest(&SHA256, body)
                .as_ref()
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect();
            ctx.store
                .record_refusal(provider.name(), refusal, hash, now);
            ctx.metrics.webhook_refused(provider.name(), refusal);
            return Ok(refusal
                .retry_after()
                .map_or(Webhook::Refused, Webhook::Later));
        }
    };
    let delivered = ctx
        .store
        .take_webhook(provider.name(), &webhook, now)
        .await?;
    ctx.metrics.webhook_taken(provider.name());
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
pub async fn write_refusals(ctx: &Ctx) -> Result<(), SyncError> {
    Ok(ctx.store.write_refusals().await?)
}
