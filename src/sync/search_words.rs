//! Giving rows that an earlier version wrote the words by which this one finds them.

use super::SyncError;
use crate::context::Ctx;
use crate::queue::{self, Done, RunError};
use domain::connection::Lease;
use domain::job::JobKind;

/// So many rows at once: between two lots others write.
const LOT: u32 = 500;

/// Gives all rows that wait their words. What is done stays done when the program stops in between.
pub async fn rebuild_search_words(ctx: &Ctx, lease: &Lease) -> Result<Done, RunError> {
    let mut all = 0;
    while let Some(rows) = ctx.store.rebuild_search_words(lease, LOT).await? {
        all += rows;
        // The one writer is for the others first.
        tokio::task::yield_now().await;
    }
    tracing::info!(rows = all, "the words of stored rows were rebuilt");
    Ok(Done {
        next: None,
        result: Some(format!(r#"{{"rows":{all}}}"#)),
    })
}

/// Asks for it, when rows wait.
pub async fn want_search_words(ctx: &Ctx) -> Result<(), SyncError> {
    if ctx.store.search_words_wait().await? {
        queue::request(ctx, JobKind::SearchWords, "rows", ctx.clock.now()).await?;
    }
    Ok(())
}
