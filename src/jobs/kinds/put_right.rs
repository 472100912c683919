//! Makes rows equal to the bank's.

use super::Job;
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use crate::sync;
use domain::connection::Lease;
use domain::id::ConnectionId;
use domain::job::JobKind;

/// Compares a connection with the bank and corrects the differences.
pub struct PutRight(ConnectionId);

impl Job for PutRight {
    const KIND: JobKind = JobKind::PutRight;

    fn about(subject: &str) -> Option<Self> {
        ConnectionId::parse(subject).map(Self)
    }

    async fn run(self, ctx: &Ctx, lease: &Lease) -> Result<Done, RunError> {
        sync::put_right(ctx, lease, &self.0).await
    }
}
