//! Notifies other programs.

use super::Job;
use crate::context::Ctx;
use crate::outgoing_webhooks;
use crate::queue::{Done, RunError};
use domain::connection::Lease;
use domain::id::EndpointId;
use domain::job::JobKind;

/// Sends what is new to one of a person's endpoints.
pub struct Notify(EndpointId);

impl Job for Notify {
    const KIND: JobKind = JobKind::Notify;

    fn about(subject: &str) -> Option<Self> {
        EndpointId::parse(subject).map(Self)
    }

    async fn run(self, ctx: &Ctx, lease: &Lease) -> Result<Done, RunError> {
        let next = outgoing_webhooks::deliver(ctx, lease, &self.0).await?;
        Ok(Done { next, result: None })
    }
}
