//! Logging in with an identity provider: Google, Facebook, or another OpenID Connect issuer.
//!
//! An identity is known by its issuer and subject, never by an e-mail address, which anybody can tell. An identity that is
//! connected to nobody signs somebody up; when its address belongs to a person here, it is connected to that person
//! only if the provider has verified the address *and* the person logs in to the account.

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

/// Why a sign-in came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// For a reason that the person reads.
    #[error("{0}")]
    Rejected(String),
    /// The state is unknown: used, too old, or another browser's.
    #[error("no such sign-in is under way")]
    Stray,
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
    fn rejected(sentence: impl Into<String>) -> Self {
        Self::Rejected(sentence.into())
    }
}
