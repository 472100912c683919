//! The sorts of background work, each a type in a file of its own: its kind, what it is about, and how it is done.

mod backup;
mod check;
mod clean_up;
mod finish_link;
mod institution;
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

/// A piece of background work. It may be cut short at any moment and is then done again, so that doing it twice must
/// come to the same as doing it once.
pub trait Job: Sized + Send + 'static {
    /// Its kind.
    const KIND: JobKind;

    /// The job about a subject; `None` when this kind of work cannot be about that.
    fn about(subject: &str) -> Option<Self>;

    /// Does it, and writes only under this lease.
    fn run(self, ctx: &Ctx, lease: &Lease) -> impl Future<Output = Result<Done, RunError>> + Send;
}
