//! Who somebody is at an identity provider: Google, Facebook, or another OpenID Connect issuer.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::secret::Secret;
use crate::user::{EmailAddress, PersonName};

/// A service that says who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityProvider {
    /// Google (OpenID Connect).
    Google,
    /// Facebook (OAuth 2.0 and its Graph).
    Facebook,
    /// The OpenID Connect issuer that the operator has named.
    Oidc,
}

impl IdentityProvider {
    /// All of them, in the order in which people see them.
    pub const ALL: [Self; 3] = [Self::Google, Self::Facebook, Self::Oidc];

    /// The word in addresses and in storage.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Facebook => "facebook",
            Self::Oidc => "oidc",
        }
    }

    /// The one with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// What a provider told of a person when they last came from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The provider's own id for the person, which never changes. With the realm it is the key of an identity.
    pub subject: String,
    /// Their e-mail address, if there is one and it is one.
    pub email: Option<EmailAddress>,
    /// Whether the provider says that the address is theirs.
    pub email_verified: bool,
    /// Given name.
    pub first_name: Option<PersonName>,
    /// Family name.
    pub last_name: Option<PersonName>,
    /// Day of birth, when the year was told too.
    pub birthday: Option<Date>,
    /// All that was told, as JSON.
    pub raw: String,
}

/// Who somebody is, as a provider has just told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldIdentity {
    /// Whose word it is.
    pub provider: IdentityProvider,
    /// Whose accounts it tells of: the issuer. The same subject in another realm is somebody else.
    pub realm: String,
    /// Who, and what else was told.
    pub profile: Profile,
}

/// The longest subject (OpenID Connect Core 1.0, 2).
pub const LONGEST_SUBJECT: usize = 255;

/// An identity that is connected to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Whose word it is.
    pub provider: IdentityProvider,
    /// Whose accounts it tells of.
    pub realm: String,
    /// The e-mail address that was told last.
    pub email: Option<String>,
    /// Since when it is connected.
    pub connected_at: Timestamp,
    /// When the person last logged in with it.
    pub used_at: Timestamp,
}

/// A sign-in that was begun: what has to be known again when the person comes back.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Where the browser goes.
    pub address: String,
    /// What the provider gives back with the person (RFC 6749, 10.12).
    pub state: Secret,
    /// What the ID token has to carry (OpenID Connect Core 1.0, 15.5.2).
    pub nonce: Secret,
    /// What proves that the code is exchanged by the one who asked for it (RFC 7636).
    pub verifier: Secret,
}

/// Why a provider did not say who somebody is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInTrouble {
    /// It does not answer, or not with what it should.
    #[error("the identity provider does not answer as it should: {0}")]
    Away(String),
    /// It does not take the code: too old, or used.
    #[error("the identity provider does not take the code: {0}")]
    Refused(String),
    /// What it said cannot be believed.
    #[error("what the identity provider says cannot be believed: {0}")]
    Untrusted(&'static str),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_is_known_by_its_word() {
        for provider in IdentityProvider::ALL {
            assert_eq!(IdentityProvider::from_word(provider.word()), Some(provider));
        }
        assert_eq!(IdentityProvider::from_word("Google"), None);
    }
}
