//! The kinds of background work, one type and one file each: its kind, its subject and how it is done.

mod backup;
mod check;
mod clean_up;
mod finish_link;
mod institution;
mod mail;
mod notify;
mod optimize;
mod put_right;
mod search_words;
mod sync;
mod unlink;
mod webhook_address;

pub use backup::Backup;
pub use check::Check;
pub use clean_up::CleanUp;
pub use finish_link::FinishLink;
pub use institution::Institution;
pub use mail::Mail;
pub use notify::Notify;
pub use optimize::Optimize;
pub use put_right::PutRight;
pub use search_words::SearchWords;
pub use sync::Sync;
pub use unlink::Unlink;
pub use webhook_address::WebhookAddress;

use crate::context::Ctx;
use crate::queue::{Done, RunError};
use domain::connection::Lease;
use domain::job::JobKind;

/// A piece of background work. It can be cut short at any moment and is then run again, so it must be idempotent.
pub trait Job: Sized + Send + 'static {
    /// The kind.
    const KIND: JobKind;

    /// Returns the job about a subject, or `None` if this kind of work cannot be about it.
    fn about(subject: &str) -> Option<Self>;

    /// Runs the job. It writes only while it holds this lease.
    fn run(self, ctx: &Ctx, lease: &Lease) -> impl Future<Output = Result<Done, RunError>> + Send;
}
