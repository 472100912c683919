//! Forgetting.

use super::Job;
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use crate::sync;
use domain::connection::Lease;
use domain::job::JobKind;

/// Forgets what has run out. It is about everything, whatever word stands there.
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
