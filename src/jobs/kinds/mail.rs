//! Sends mails to people.

use super::Job;
use crate::context::Ctx;
use crate::mail;
use crate::queue::{Done, RunError};
use domain::connection::Lease;
use domain::job::JobKind;

/// Sends all mails that are due. The subject is ignored.
pub struct Mail;

impl Job for Mail {
    const KIND: JobKind = JobKind::Mail;

    fn about(_: &str) -> Option<Self> {
        Some(Self)
    }

    async fn run(self, ctx: &Ctx, lease: &Lease) -> Result<Done, RunError> {
        let next = mail::deliver(ctx, lease).await?;
        Ok(Done { next, result: None })
    }
}
