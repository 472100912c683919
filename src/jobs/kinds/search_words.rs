//! Brings the search words up to date.

use super::Job;
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use crate::sync;
use domain::connection::Lease;
use domain::job::JobKind;

/// Rebuilds the search words of all rows that an earlier version wrote. The subject is ignored.
pub struct SearchWords;

impl Job for SearchWords {
    const KIND: JobKind = JobKind::SearchWords;

    fn about(_: &str) -> Option<Self> {
        Some(Self)
    }

    async fn run(self, ctx: &Ctx, lease: &Lease) -> Result<Done, RunError> {
        sync::rebuild_search_words(ctx, lease).await
    }
}
