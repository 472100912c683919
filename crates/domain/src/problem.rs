//! What can go wrong between Passbook and a provider, by what has to be done about it.

use jiff::SignedDuration;

pub use super::reason::Reason;
pub use super::remedy::Remedy;
use super::secret::Secret;

/// A problem at a provider, in a form that can be stored, shown and acted on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}")]
pub struct Problem {
    /// Why, in our words; what to do follows from it.
    pub reason: Reason,
    /// The provider's own code, to quote to its support; of a fault of ours the reason in capitals. Nothing is decided
    /// by it.
    pub code: String,
    /// What happened and what to do, in words for the person. Never the provider's raw text.
    pub message: String,
    /// The provider's number for the call, to quote to its support.
    pub request_id: Option<String>,
    /// How long the provider asked us to wait, in seconds.
    pub retry_after: Option<u64>,
}

impl Problem {
    /// A problem that a provider tells, or that was found at its side.
    #[must_use]
    pub fn new(reason: Reason, code: impl Into<String>) -> Self {
        Self {
            reason,
            code: code.into(),
            message: reason.words().to_owned(),
            request_id: None,
            retry_after: None,
        }
    }

    /// A problem that was found on this side: no provider has a code for it.
    #[must_use]
    pub fn ours(reason: Reason) -> Self {
        Self::new(reason, reason.as_str().to_ascii_uppercase())
    }

    /// What has to be done about it.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        self.reason.remedy()
    }

    /// What happened on the way to a link and what to do, to stand after the institution's name.
    #[must_use]
    pub fn words_while_linking(&self) -> &str {
        self.reason.words_while_linking().unwrap_or(&self.message)
    }

    /// The message after the institution's name. If the provider numbered the call, a second line quotes the problem's
    /// code and that number.
    #[must_use]
    pub fn sentence(&self, institution: &str) -> String {
        let reference = self.request_id.as_ref().map_or_else(String::new, |id| {
            format!("\nReference: {}, request {id}", self.code)
        });
        format!("{institution} {}{reference}", self.message)
    }
}

/// What a provider gives in exchange for a public token.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The provider's name for the connection.
    pub item_id: String,
    /// The key to it; sealed before it is stored.
    pub access_token: Secret,
}

/// A provider that asks for longer is asked again all the same.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(4);

/// How long a provider that asked for so many seconds is left alone.
#[must_use]
pub fn asked_wait(seconds: u64) -> SignedDuration {
    i64::try_from(seconds).map_or(LONGEST_WAIT, |seconds| {
        SignedDuration::from_secs(seconds).min(LONGEST_WAIT)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_provider_is_left_alone_for_longer_than_four_hours() {
        assert_eq!(asked_wait(7), SignedDuration::from_secs(7));
        for long in [14_400, 14_401, u64::MAX] {
            assert_eq!(asked_wait(long), SignedDuration::from_hours(4));
        }
    }
}
