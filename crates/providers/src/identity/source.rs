//! What an identity provider can be asked.

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
    /// The issuer that the response names (RFC 9207); not every provider does.
    pub issuer: Option<&'a str>,
    /// [`AuthorizationRequest::nonce`].
    pub nonce: &'a Secret,
    /// [`AuthorizationRequest::verifier`].
    pub verifier: &'a Secret,
}

/// A way to one identity provider. None of its tokens are kept: they are used once, to read the profile.
#[async_trait]
pub trait IdentitySource: Send + Sync + std::fmt::Debug {
    /// Which one it is.
    fn provider(&self) -> IdentityProvider;

    /// What people call it.
    fn name(&self) -> &str;

    /// The issuer of its subjects ([`domain::identity::Identity::issuer`]).
    fn issuer(&self) -> &str;

    /// Makes a request that ends at this address of ours.
    ///
    /// # Errors
    /// When the provider cannot be discovered.
    async fn begin(&self, redirect_uri: &str) -> Result<AuthorizationRequest, SignInError>;

    /// Exchanges the code and reads the profile.
    ///
    /// # Errors
    /// When the provider is unavailable, refuses, or its answer is not genuine.
    async fn finish(&self, call: CodeExchange<'_>) -> Result<Profile, SignInError>;

    /// The subject whose data is to be deleted, from the provider's signed request: Facebook's `signed_request`.
    ///
    /// # Errors
    /// When the request is not the provider's, or the provider makes none.
    fn read_deletion_request(&self, _request: &str) -> Result<String, SignInError> {
        Err(SignInError::InvalidResponse(
            "this provider makes no such requests",
        ))
    }
}
