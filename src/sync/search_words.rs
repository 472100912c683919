//! Rebuilds the search words of rows that an earlier version wrote.

use super::SyncError;
use crate::context::Ctx;
use crate::queue::{self, Done, RunError};
use domain::connection::Lease;
use domain::job::JobKind;

/// The rows rebuilt at a time. Other writers get their turn between two lots.
const LOT: u32 = 500;

/// Rebuilds the search words of all rows that wait for it. Finished lots are kept when the program stops in between.
pub async fn rebuild_search_words(ctx: &Ctx, lease: &Lease) -> Result<Done, RunError> {
    let mut all = 0;
    while let Some(rows) = ctx.store.rebuild_search_words(lease, LOT).await? {
        all += rows;
        // Others may use the only writer first.
        tokio::task::yield_now().await;
    }
    tracing::info!(rows = all, "the words of stored rows were rebuilt");
    Ok(Done {
        next: None,
        result: Some(format!(r#"{{"rows":{all}}}"#)),
    })
}

/// Requests the rebuild, if rows wait for it.
pub async fn want_search_words(ctx: &Ctx) -> Result<(), SyncError> {
    if ctx.store.search_words_wait().await? {
        queue::request(ctx, JobKind::SearchWords, "rows", ctx.clock.now()).await?;
    }
    Ok(())
}
