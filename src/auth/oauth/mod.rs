//! Passbook as an OAuth 2.0 server: an app that is registered here sends people to log in, they allow it or not, and what
//! it gets is a family of tokens like any program's, with the scopes that were allowed. The authorization code grant with
//! PKCE is the only one (RFC 6749, 7636, 9700).

mod authorize;
mod clients;
mod commands;
mod grant;
mod redirect;

pub use authorize::{Asked, Denied, Request, allow, deny, read};
pub use clients::{
    NewClient, allowed, authenticate, is_origin, list, new_secret, register, revoke_app, switch,
};
pub use commands::{list_in, new_secret_in, register_in, switch_in};
pub use grant::{Introspection, Tokens, exchange, introspect, refresh, revoke};

use super::AuthError;

/// What an app is told went wrong (RFC 6749, 4.1.2.1 and 5.2).
#[derive(Debug, thiserror::Error)]
pub enum OAuthError {
    /// Something is missing, twice there, or of the wrong form.
    #[error("{0}")]
    InvalidRequest(&'static str),
    /// The app is unknown or switched off, or its secret is not right.
    #[error("the app is unknown, or its secret is not right")]
    InvalidClient,
    /// The code or token is not good, or is not this app's.
    #[error("the code or token is not good")]
    InvalidGrant,
    /// Only the code and refresh grants are known.
    #[error("use authorization_code or refresh_token")]
    UnsupportedGrantType,
    /// Only codes are given.
    #[error("use response_type=code")]
    UnsupportedResponseType,
    /// A scope is unknown, or the app may not ask for it.
    #[error("the app may not ask for this scope")]
    InvalidScope,
    /// The person said no.
    #[error("the person did not allow it")]
    AccessDenied,
    /// The program is too busy, or a fault of ours.
    #[error("try again in a moment")]
    Server(#[from] AuthError),
}

impl OAuthError {
    /// The word for it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::Server(_) => "server_error",
        }
    }
}

impl From<store::StoreError> for OAuthError {
    fn from(error: store::StoreError) -> Self {
        Self::Server(error.into())
    }
}
