//! How work ended, as far as it is counted.

/// How a run of background work, or a sync, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It did what it was to do.
    Done,
    /// It did not.
    Failed,
    /// It gave way, so as not to come near to a provider's limit. That is no failure.
    HeldBack,
    /// Its lease had passed to another or it was called off, so nothing of it was written.
    Lost,
}

impl Outcome {
    /// The word in labels.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::HeldBack => "held_back",
            Self::Lost => "lost",
        }
    }
}
