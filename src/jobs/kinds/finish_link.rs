//! Finishes abandoned link attempts.

use super::Job;
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use crate::sync;
use domain::connection::Lease;
use domain::id::LinkId;
use domain::job::JobKind;

/// Finishes a link attempt whose browser did not come back.
pub struct FinishLink(LinkId);

impl Job for FinishLink {
    const KIND: JobKind = JobKind::Link;

    fn about(subject: &str) -> Option<Self> {
        LinkId::parse(subject).map(Self)
    }

    async fn run(self, ctx: &Ctx, _: &Lease) -> Result<Done, RunError> {
        sync::finish_unattended(ctx, &self.0).await
    }
}
