//! Who somebody is at an identity provider: Google, Facebook, or another OpenID Connect issuer.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::secret::Secret;
use crate::user::{EmailAddress, PersonName};

/// A service that people log in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityProvider {
    /// Google (OpenID Connect).
    Google,
    /// Facebook (OAuth 2.0 and its Graph).
    Facebook,
    /// The OpenID Connect issuer that the operator has set up.
    Oidc,
}

impl IdentityProvider {
    /// All of them, in the order in which people see them.
    pub const ALL: [Self; 3] = [Self::Google, Self::Facebook, Self::Oidc];

    /// The word in addresses and in storage.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Facebook => "facebook",
            Self::Oidc => "oidc",
        }
    }

    /// The one with this slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.slug() == slug)
    }
}

/// What people call the provider of this issuer where the settings have no name for it.
#[must_use]
pub fn usual_name(provider: IdentityProvider, issuer: &str) -> String {
    match provider {
        IdentityProvider::Google => "Google".into(),
        IdentityProvider::Facebook => "Facebook".into(),
        IdentityProvider::Oidc => {
            let host = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
            host.split('/').next().unwrap_or(host).to_owned()
        }
    }
}

/// What a provider told of a person when they last logged in there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The provider's own id for the person, which never changes.
    pub subject: String,
    /// Their e-mail address, if it was told and can be one.
    pub email: Option<EmailAddress>,
    /// Whether the provider has verified that the address is theirs.
    pub email_verified: bool,
    /// Given name.
    pub first_name: Option<PersonName>,
    /// Family name.
    pub last_name: Option<PersonName>,
    /// Day of birth, when the year was told too.
    pub birthday: Option<Date>,
    /// The profile as the provider sent it, as JSON.
    pub raw: String,
}

/// An identity that a provider has just vouched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedIdentity {
    /// The provider.
    pub provider: IdentityProvider,
    /// The issuer of the subject: an identity is known by both, since two issuers may use the same subject.
    pub issuer: String,
    /// The person, as the provider knows them.
    pub profile: Profile,
}

/// The longest subject (OpenID Connect Core 1.0, 2).
pub const LONGEST_SUBJECT: usize = 255;

/// An identity that is connected to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub provider: IdentityProvider,
    /// The issuer of the subject.
    pub issuer: String,
    /// The e-mail address that was told last.
    pub email: Option<String>,
    /// Since when it is connected.
    pub connected_at: Timestamp,
    /// When the person last logged in with it.
    pub used_at: Timestamp,
}

/// A request to a provider to authenticate somebody, and what is needed to check its answer.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    /// Where the browser goes. Secret, because the state and the nonce are in it.
    pub address: Secret,
    /// Comes back with the person (RFC 6749, 10.12).
    pub state: Secret,
    /// Comes back in the ID token (OpenID Connect Core 1.0, 15.5.2).
    pub nonce: Secret,
    /// The PKCE code verifier (RFC 7636).
    pub verifier: Secret,
}

/// Why a provider did not authenticate somebody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// It does not answer, or not in the form it should.
    #[error("the identity provider is unavailable: {0}")]
    Unavailable(String),
    /// It does not accept the code: too old, or used.
    #[error("the identity provider does not accept the code: {0}")]
    CodeRejected(String),
    /// It does not accept us: our client is not registered there as the settings say.
    #[error("the identity provider does not accept this client: {0}")]
    Misconfigured(String),
    /// Its answer is not genuine.
    #[error("the answer of the identity provider is not genuine: {0}")]
    InvalidResponse(&'static str),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_is_known_by_its_slug() {
        for provider in IdentityProvider::ALL {
            assert_eq!(IdentityProvider::from_slug(provider.slug()), Some(provider));
        }
        assert_eq!(IdentityProvider::from_slug("Google"), None);
    }
}
