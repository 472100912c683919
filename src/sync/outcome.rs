//! What a run came to, well or not.

use domain::problem::Problem;
use jiff::Timestamp;
use store::StoreError;

/// What a run came to.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// When to come again by itself, if at all.
    pub next: Option<Timestamp>,
    /// What was done, as a small JSON object.
    pub result: Option<String>,
}

/// Why a run did not end well.
#[derive(Debug, thiserror::Error)]
pub(super) enum RunError {
    /// The provider refused.
    #[error("the provider refused: {0}")]
    Provider(#[from] Problem),
    /// The database failed, or the lease has passed to another.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A fault of ours.
    #[error("the run crashed")]
    Crashed,
}
