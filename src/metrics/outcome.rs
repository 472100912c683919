//! The ways in which work ends, for counting.

/// How a run of background work, or a sync, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It succeeded.
    Done,
    /// It failed.
    Failed,
    /// It gave way to stay clear of a provider's limit. That is no failure.
    HeldBack,
    /// Its lease passed to another worker or it was cancelled, so nothing was written.
    Lost,
}

impl Outcome {
    /// Returns the label value.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::HeldBack => "held_back",
            Self::Lost => "lost",
        }
    }
}
