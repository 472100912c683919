//! Syncs a connection.

use super::Job;
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use crate::sync;
use domain::connection::Lease;
use domain::id::ConnectionId;
use domain::job::JobKind;

/// Fetches what is new at a connection's bank.
pub struct Sync(ConnectionId);

impl Job for Sync {
    const KIND: JobKind = JobKind::Sync;

    fn about(subject: &str) -> Option<Self> {
        ConnectionId::parse(subject).map(Self)
    }

    async fn run(self, ctx: &Ctx, lease: &Lease) -> Result<Done, RunError> {
        sync::sync_connection(ctx, lease, &self.0).await
    }
}
