//! Logging in with an identity provider: Google, Facebook, or another OpenID Connect issuer.
//!
//! An identity is known by the provider's issuer and subject, never by an e-mail address: one address can be told by
//! anybody. Somebody new signs up; somebody whose address belongs to a person here is connected to that person only
//! when the provider says that the address is theirs *and* they log in to the account.

mod arrive;
mod begin;
mod claimed;
mod connect;
mod deletion;
mod ways;

pub use arrive::{CallbackParams, SignInOutcome, arrive};
pub use begin::{Proof, begin, begin_connecting};
pub use claimed::{PendingIdentity, claimed};
pub use connect::{complete, connect_after_log_in};
pub use deletion::{confirms, forget};
pub use ways::{Offer, Way, Ways, disconnect, offers, ways};

use super::AuthError;
use domain::identity::SignInError;

/// Why a sign-in came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// In a sentence for the person.
    #[error("{0}")]
    Told(String),
    /// The provider failed; what people call it.
    #[error("{0} failed")]
    Provider(String, #[source] SignInError),
    /// As for any log-in.
    #[error("the log-in failed")]
    Auth(#[from] AuthError),
}

impl From<store::StoreError> for IdentityError {
    fn from(error: store::StoreError) -> Self {
        Self::Auth(error.into())
    }
}

impl IdentityError {
    fn told(sentence: impl Into<String>) -> Self {
        Self::Told(sentence.into())
    }
}
