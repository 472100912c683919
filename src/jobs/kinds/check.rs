//! Compares rows with the bank.

use super::Job;
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use crate::sync;
use domain::connection::Lease;
use domain::id::ConnectionId;
use domain::job::JobKind;

/// Compares a connection's rows with everything that the bank has.
pub struct Check(ConnectionId);

impl Job for Check {
    const KIND: JobKind = JobKind::Check;

    fn about(subject: &str) -> Option<Self> {
        ConnectionId::parse(subject).map(Self)
    }

    async fn run(self, ctx: &Ctx, lease: &Lease) -> Result<Done, RunError> {
        sync::check_in_background(ctx, lease, &self.0).await
    }
}
