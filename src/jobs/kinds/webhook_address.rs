//! Sets the webhook address.

use super::Job;
use crate::context::Ctx;
use crate::queue::{Done, RunError};
use crate::sync;
use domain::connection::Lease;
use domain::id::ConnectionId;
use domain::job::JobKind;

/// Tells the provider where to send a connection's webhooks.
pub struct WebhookAddress(ConnectionId);

impl Job for WebhookAddress {
    const KIND: JobKind = JobKind::Webhook;

    fn about(subject: &str) -> Option<Self> {
        ConnectionId::parse(subject).map(Self)
    }

    async fn run(self, ctx: &Ctx, lease: &Lease) -> Result<Done, RunError> {
        sync::tell_address(ctx, lease, &self.0).await
    }
}
