//! Passbook as an OAuth 2.0 server. A registered app sends people here to log in, and they allow or deny it. The app
//! receives a family of tokens like any program's, with the scopes that the person allowed. The authorization code
//! grant with PKCE is the only one (RFC 6749, 7636, 9700).

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

/// The error that an app receives (RFC 6749, 4.1.2.1 and 5.2).
#[derive(Debug, thiserror::Error)]
pub enum OAuthError {
    /// A parameter is missing, repeated, or malformed.
    #[error("{0}")]
    InvalidRequest(&'static str),
    /// The app is unknown or disabled, or its secret is wrong.
    #[error("unknown app or wrong secret")]
    InvalidClient,
    /// The code or token is invalid, or belongs to another app.
    #[error("the code or token is invalid")]
    InvalidGrant,
    /// Only the authorization code and refresh token grants are supported.
    #[error("use authorization_code or refresh_token")]
    UnsupportedGrantType,
    /// Only `code` is supported.
    #[error("use response_type=code")]
    UnsupportedResponseType,
    /// A scope is unknown, or the app may not ask for it.
    #[error("the app can't ask for this scope")]
    InvalidScope,
    /// The person denied the request.
    #[error("the person didn't allow access")]
    AccessDenied,
    /// The server is too busy, or failed.
    #[error("try again in a moment")]
    Server(#[from] AuthError),
}

impl OAuthError {
    /// Returns the error's code in the response.
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
