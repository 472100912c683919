//! Fetches the names and logos of institutions.

use super::Job;
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use crate::sync;
use domain::connection::Lease;
use domain::job::JobKind;

/// Asks a provider for an institution's name and logo.
pub struct Institution {
    provider: String,
    id: String,
}

impl Job for Institution {
    const KIND: JobKind = JobKind::Institution;

    fn about(subject: &str) -> Option<Self> {
        let (provider, id) = subject.split_once('/')?;
        let job = Self {
            provider: provider.to_owned(),
            id: id.to_owned(),
        };
        Some(job).filter(|job| !job.provider.is_empty() && !job.id.is_empty())
    }

    async fn run(self, ctx: &Ctx, lease: &Lease) -> Result<Done, RunError> {
        sync::keep_institution(ctx, lease, &self.provider, &self.id).await
    }
}
