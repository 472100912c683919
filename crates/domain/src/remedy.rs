//! Remedies: what to do about a problem between Passbook and a provider.

/// What to do about a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// It is temporary: retry after a back-off.
    Retry,
    /// The bank is down: retry in hours.
    Wait,
    /// The person logs in at the bank again (some providers call this update mode).
    Repair,
    /// The person has to act at the bank first, then repair.
    ActAtBank,
    /// The link is permanently broken: link the bank again.
    Relink,
    /// The fetched pages are invalid: restart from the run's first cursor.
    Restart,
    /// Only the admin can help: keys, settings, or a fault of ours.
    Operator,
}

impl Remedy {
    /// The stored word.
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

    /// Whether the problem can resolve without any action.
    #[must_use]
    pub fn passes(self) -> bool {
        matches!(self, Self::Retry | Self::Restart | Self::Wait)
    }

    /// Whether only the person can resolve the problem.
    #[must_use]
    pub fn needs_the_person(self) -> bool {
        matches!(self, Self::Repair | Self::ActAtBank | Self::Relink)
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
