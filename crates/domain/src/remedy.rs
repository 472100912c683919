//! What can be done about what went wrong between Passbook and a provider.

/// What has to be done about a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// Passes by itself: try again after a back-off.
    Retry,
    /// The bank is away: try again in hours.
    Wait,
    /// The person logs in at the bank again (some providers call it update mode).
    Repair,
    /// The person has to do something at the bank first, then repair.
    ActAtBank,
    /// The link is gone for good: link the bank anew.
    Relink,
    /// The fetched pages are void: begin again at the run's first cursor.
    Restart,
    /// Only the operator can help: keys, settings, or a fault of ours.
    Operator,
}

impl Remedy {
    /// The word that is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Wait => "wait",
            Self::Repair => "repair",
            Self::ActAtBank => "act_at_bank",
            Self::Relink => "relink",
            Self::Restart => "restart",
            Self::Operator => "operator",
        }
    }

    /// Whether the problem goes away without anybody doing anything.
    #[must_use]
    pub fn passes(self) -> bool {
        matches!(self, Self::Retry | Self::Restart | Self::Wait)
    }

    /// The inverse of [`Remedy::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Retry,
            Self::Wait,
            Self::Repair,
            Self::ActAtBank,
            Self::Relink,
            Self::Restart,
            Self::Operator,
        ]
        .into_iter()
        .find(|remedy| remedy.as_str() == word)
    }
}
