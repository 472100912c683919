//! Bringing the words for the search up to date.

use super::Job;
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use crate::sync;
use domain::connection::Lease;
use domain::job::JobKind;

/// Gives rows that an earlier version wrote the words by which this one finds them. It is about all that wait,
/// whatever word stands there.
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
