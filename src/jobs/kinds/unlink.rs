//! Ends a connection at its provider.

use super::Job;
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use crate::sync;
use domain::connection::Lease;
use domain::id::ConnectionId;
use domain::job::JobKind;

/// Tells the provider that a connection is over.
pub struct Unlink(ConnectionId);

impl Job for Unlink {
    const KIND: JobKind = JobKind::Unlink;

    fn about(subject: &str) -> Option<Self> {
        ConnectionId::parse(subject).map(Self)
    }

    async fn run(self, ctx: &Ctx, lease: &Lease) -> Result<Done, RunError> {
        sync::confirm_unlink(ctx, lease, &self.0).await
    }
}
