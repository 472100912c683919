//! How a run ends.

use jiff::Timestamp;

use crate::metrics::Outcome;
use domain::problem::{Problem, Reason};
use store::StoreError;

/// What a successful run reports.
#[derive(Debug, Default)]
pub struct Done {
    /// When to run again without being asked, if at all.
    pub next: Option<Timestamp>,
    /// What was done, as a small JSON object.
    pub result: Option<String>,
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The provider refused.
    #[error("the provider refused: {0}")]
    Provider(#[from] Problem),
    /// The database failed, or another worker has taken over the lease.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The job's subject cannot be read.
    #[error("the subject cannot be read")]
    Subject,
    /// A fault of ours, such as a panic.
    #[error("the run crashed")]
    Crashed,
}

/// Returns the outcome under which the metrics count this result.
pub fn counted<T>(ended: &Result<T, RunError>) -> Outcome {
    match ended {
        Ok(_) => Outcome::Done,
        Err(RunError::Provider(problem)) if problem.reason == Reason::HeldBack => Outcome::HeldBack,
        Err(RunError::Store(StoreError::LeaseLost)) => Outcome::Lost,
        Err(_) => Outcome::Failed,
    }
}
