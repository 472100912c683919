//! Identity providers (Google, Facebook, another OpenID Connect issuer) and the people they vouch for.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::secret::Secret;
use crate::user::{EmailAddress, PersonName};

/// A service that people log in with instead of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityProvider {
    /// Google (OpenID Connect).
    Google,
    /// Facebook (OAuth 2.0 and the Graph API).
    Facebook,
    /// The OpenID Connect issuer that the admin has configured.
    Oidc,
}

impl IdentityProvider {
    /// Every provider, in display order.
    pub const ALL: [Self; 3] = [Self::Google, Self::Facebook, Self::Oidc];

    /// The identifier in URLs and in the database.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Facebook => "facebook",
            Self::Oidc => "oidc",
        }
    }

    /// The inverse of [`IdentityProvider::slug`].
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.slug() == slug)
    }
}

/// The display name of a provider whose settings give none: the issuer's host for OpenID Connect.
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

/// A person's profile as the provider sent it at their last log-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The provider's own id for the person, which never changes.
    pub subject: String,
    /// Their e-mail address; `None` if the provider sent none or an invalid one.
    pub email: Option<EmailAddress>,
    /// Whether the provider has verified the e-mail address.
    pub email_verified: bool,
    /// Given name.
    pub first_name: Option<PersonName>,
    /// Family name.
    pub last_name: Option<PersonName>,
    /// Birthday; `None` unless the provider sent the year too.
    pub birthday: Option<Date>,
    /// The profile as the provider sent it, as JSON.
    pub raw: String,
}

/// An identity that a provider has just vouched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedIdentity {
    /// The provider.
    pub provider: IdentityProvider,
    /// The issuer. Two issuers may use the same subject, so an identity is keyed by both.
    pub issuer: String,
    /// The person's profile at the provider.
    pub profile: Profile,
}

/// The maximum length of a subject (OpenID Connect Core 1.0, 2).
pub const LONGEST_SUBJECT: usize = 255;

/// An identity that is connected to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub provider: IdentityProvider,
    /// The issuer of the subject.
    pub issuer: String,
    /// The e-mail address at the last log-in.
    pub email: Option<String>,
    /// When it was connected.
    pub connected_at: Timestamp,
    /// When the person last logged in with it.
    pub used_at: Timestamp,
}

/// A request to a provider to authenticate a person, and the values that its answer is checked against.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    /// The URL to send the browser to. Secret, because it contains the state and the nonce.
    pub address: Secret,
    /// Returned by the browser's redirect (RFC 6749, 10.12).
    pub state: Secret,
    /// Returned in the ID token (OpenID Connect Core 1.0, 15.5.2).
    pub nonce: Secret,
    /// The PKCE code verifier (RFC 7636).
    pub verifier: Secret,
}

/// Why a provider did not authenticate a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// It did not answer, or its answer is malformed.
    #[error("the identity provider is unavailable: {0}")]
    Unavailable(String),
    /// It rejected the code as expired or already used.
    #[error("the identity provider does not accept the code: {0}")]
    CodeRejected(String),
    /// It rejected our client: the registration there does not match the settings.
    #[error("the identity provider does not accept this client: {0}")]
    Misconfigured(String),
    /// Its answer failed verification.
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
