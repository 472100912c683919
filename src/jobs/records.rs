//! Batches records that come often and one at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;

use crate::context::Ctx;
use crate::{auth, sync};
use domain::connection::Call;

/// The interval at which refused webhooks and throttled log-ins are written down.
const WRITE_REFUSALS: Duration = Duration::from_secs(1);

/// Writes the record of calls, in batches of whatever has arrived.
pub(super) async fn keep_calls(
    ctx: Ctx,
    calls: Arc<Mutex<UnboundedReceiver<Call>>>,
    stop: CancellationToken,
) {
    let mut calls = calls.lock().await;
    let mut batch = Vec::new();
    loop {
        let got = tokio::select! {
            got = calls.recv_many(&mut batch, 200) => got,
            () = stop.cancelled() => calls.len().min(200),
        };
        if got == 0 {
            return;
        }
        while batch.len() < got {
            match calls.try_recv() {
                Ok(call) => batch.push(call),
                Err(_) => break,
            }
        }
        if let Err(error) = sync::record_calls(&ctx, &batch).await {
            tracing::error!(%error, "the record of calls could not be written");
        }
        batch.clear();
    }
}

/// Writes down refused webhooks and throttled log-ins, and flushes the last of them when the program stops.
pub(super) async fn keep_refusals(ctx: Ctx, stop: CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = tokio::time::sleep(WRITE_REFUSALS) => {}
            () = stop.cancelled() => {}
        }
        if let Err(error) = sync::write_refusals(&ctx).await {
            tracing::error!(%error, "the record of refused webhooks could not be written");
        }
        if let Err(error) = auth::write_throttled(&ctx).await {
            tracing::error!(%error, "the record of throttled log-ins could not be written");
        }
    }
}
