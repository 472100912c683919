//! Maintains the database.

use super::Job;
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use crate::sync;
use domain::connection::Lease;
use domain::job::JobKind;

/// Has the database update its statistics. The subject is ignored.
pub struct Optimize;

impl Job for Optimize {
    const KIND: JobKind = JobKind::Optimize;

    fn about(_: &str) -> Option<Self> {
        Some(Self)
    }

    async fn run(self, ctx: &Ctx, _: &Lease) -> Result<Done, RunError> {
        sync::optimize(ctx).await
    }
}
