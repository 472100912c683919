//! Logging in with an identity provider: Google, Facebook, or another OpenID Connect issuer.
//!
//! An identity is known by its issuer and subject, never by its e-mail address, which anyone can claim. An unconnected
//! identity signs a new person up. If its address belongs to a person here, it is connected to that person only when
//! the provider has verified the address *and* the person logs in to the account.

mod begin;
mod callback;
mod connect;
mod deletion;
mod methods;
mod pending_identity;
mod pending_sign_in;
mod unconnected;

pub use begin::{Begin, begin, begin_connecting};
pub use callback::{CallbackParams, SignInFailure, SignInOutcome, finish};
pub use connect::{Connected, complete, connect_after_log_in};
pub use deletion::delete_told;
pub use methods::{LoginMethod, LoginMethods, LoginProvider, disconnect, methods, providers};
pub use pending_identity::{Account, PendingIdentity, account, pending};

use super::AuthError;
use domain::identity::SignInError;

/// Why a sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// Refused, with a sentence for the person.
    #[error("{0}")]
    Rejected(String),
    /// The state is unknown: already used, expired, or from another browser.
    #[error("no such sign-in is under way")]
    Stray,
    /// The provider failed. Holds its display name.
    #[error("{0} failed")]
    Provider(String, #[source] SignInError),
    /// The log-in itself failed.
    #[error("the log-in failed")]
    Auth(#[from] AuthError),
}

impl From<store::StoreError> for IdentityError {
    fn from(error: store::StoreError) -> Self {
        Self::Auth(error.into())
    }
}

impl IdentityError {
    fn rejected(sentence: impl Into<String>) -> Self {
        Self::Rejected(sentence.into())
    }
}
