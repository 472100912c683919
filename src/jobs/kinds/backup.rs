//! Makes backups.

use super::Job;
use crate::backup;
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use domain::connection::Lease;
use domain::job::JobKind;

/// Makes a backup as the settings say. The subject is ignored.
pub struct Backup;

impl Job for Backup {
    const KIND: JobKind = JobKind::Backup;

    fn about(_: &str) -> Option<Self> {
        Some(Self)
    }

    async fn run(self, ctx: &Ctx, _: &Lease) -> Result<Done, RunError> {
        backup::make_due(ctx).await
    }
}
