//! Problems: failures between Passbook and a provider.

use jiff::SignedDuration;

pub use super::reason::Reason;
pub use super::remedy::Remedy;
use super::secret::Secret;

/// A problem at a provider, in a form that can be stored and shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}")]
pub struct Problem {
    /// Its class, which determines the remedy.
    pub reason: Reason,
    /// The provider's own code, to quote to its support; for a fault of ours, the reason in capitals. No decision
    /// depends on it.
    pub code: String,
    /// What happened and what to do, in words for the person. Never the provider's raw text.
    pub message: String,
    /// The provider's id of the call, to quote to its support.
    pub request_id: Option<String>,
    /// How long the provider asked us to wait, in seconds.
    pub retry_after: Option<u64>,
}

impl Problem {
    /// Makes a problem that the provider reported or caused.
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

    /// Makes a problem on our side, for which no provider has a code.
    #[must_use]
    pub fn ours(reason: Reason) -> Self {
        Self::new(reason, reason.as_str().to_ascii_uppercase())
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        self.reason.remedy()
    }

    /// What happened during linking and what to do about it, phrased to follow the institution's name.
    #[must_use]
    pub fn words_while_linking(&self) -> &str {
        self.reason.words_while_linking().unwrap_or(&self.message)
    }

    /// Returns the institution's name and the message. If the provider numbered the call, a second line quotes the code
    /// and the request id.
    #[must_use]
    pub fn sentence(&self, institution: &str) -> String {
        let reference = match self.request_id {
            Some(_) => format!("\nReference: {}", self.reference()),
            None => String::new(),
        };
        format!("{institution} {}{reference}", self.message)
    }

    /// The code and the request id, for people who contact support.
    #[must_use]
    pub fn reference(&self) -> String {
        reference(&self.code, self.request_id.as_deref())
    }
}

/// A code and, if there is one, the id of the request that it came with: "ITEM_LOCKED, request 1a2b".
#[must_use]
pub fn reference(code: &str, request_id: Option<&str>) -> String {
    match request_id {
        Some(id) => format!("{code}, request {id}"),
        None => code.to_owned(),
    }
}

/// The result of exchanging a public token.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The provider's id of the connection.
    pub item_id: String,
    /// The access token; sealed before it is stored.
    pub access_token: Secret,
}

/// The longest wait that is granted to a provider.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(4);

/// How long to leave a provider alone that asked for this many seconds.
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
