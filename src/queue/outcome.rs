//! What a run comes to.

use jiff::Timestamp;

use crate::metrics::Outcome;
use domain::problem::{Problem, Reason};
use store::StoreError;

/// What a run did.
#[derive(Debug, Default)]
pub struct Done {
    /// When to come again by itself, if at all.
    pub next: Option<Timestamp>,
    /// What was done, as a small JSON object.
    pub result: Option<String>,
}

/// Why a run did not end well.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The provider refused.
    #[error("the provider refused: {0}")]
    Provider(#[from] Problem),
    /// The database failed, or the lease has passed to another.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the work is about cannot be read.
    #[error("the subject cannot be read")]
    Subject,
    /// A fault of ours.
    #[error("the run crashed")]
    Crashed,
}

/// As what it counts that work ended like this.
pub fn counted<T>(ended: &Result<T, RunError>) -> Outcome {
    match ended {
        Ok(_) => Outcome::Done,
        Err(RunError::Provider(problem)) if problem.reason == Reason::HeldBack => Outcome::HeldBack,
        Err(RunError::Store(StoreError::LeaseLost)) => Outcome::Lost,
        Err(_) => Outcome::Failed,
    }
}
