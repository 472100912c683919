//! Deletes what has expired.

use super::Job;
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use crate::sync;
use domain::connection::Lease;
use domain::job::JobKind;

/// Deletes everything that has expired. The subject is ignored.
pub struct CleanUp;

impl Job for CleanUp {
    const KIND: JobKind = JobKind::CleanUp;

    fn about(_: &str) -> Option<Self> {
        Some(Self)
    }

    async fn run(self, ctx: &Ctx, _: &Lease) -> Result<Done, RunError> {
        sync::clean_up(ctx).await
    }
}
