//! The interface of an identity provider.

use async_trait::async_trait;

use domain::identity::{AuthorizationRequest, IdentityProvider, Profile, SignInError};
use domain::secret::Secret;

/// A code to exchange, with what was kept when the browser was sent to the provider.
#[derive(Clone, Copy, Debug)]
pub struct CodeExchange<'a> {
    /// The redirect URI of the authorization request.
    pub redirect_uri: &'a str,
    /// The authorization code, which works once.
    pub code: &'a Secret,
    /// The issuer that the response names (RFC 9207). Not every provider names one.
    pub issuer: Option<&'a str>,
    /// [`AuthorizationRequest::nonce`].
    pub nonce: &'a Secret,
    /// [`AuthorizationRequest::verifier`].
    pub verifier: &'a Secret,
}

/// A client for one identity provider. Its tokens are not kept: they are used once, to read the profile.
#[async_trait]
pub trait IdentitySource: Send + Sync + std::fmt::Debug {
    /// Returns which provider it is.
    fn provider(&self) -> IdentityProvider;

    /// Returns its display name.
    fn name(&self) -> &str;

    /// Returns the issuer of its subjects ([`domain::identity::Identity::issuer`]).
    fn issuer(&self) -> &str;

    /// Makes an authorization request that returns to this address of ours.
    ///
    /// # Errors
    /// When the provider cannot be discovered.
    async fn begin(&self, redirect_uri: &str) -> Result<AuthorizationRequest, SignInError>;

    /// Exchanges the code and reads the profile.
    ///
    /// # Errors
    /// When the provider is unavailable or refuses, or its response is not genuine.
    async fn finish(&self, call: CodeExchange<'_>) -> Result<Profile, SignInError>;

    /// Verifies the provider's deletion request (Facebook's `signed_request`) and returns the subject whose data is to
    /// be deleted.
    ///
    /// # Errors
    /// When the request is not the provider's, or the provider makes no such requests.
    fn read_deletion_request(&self, _request: &str) -> Result<String, SignInError> {
        Err(SignInError::InvalidResponse(
            "this provider makes no such requests",
        ))
    }
}
