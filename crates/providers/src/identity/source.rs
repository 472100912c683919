//! What an identity provider can be asked.

use async_trait::async_trait;

use domain::identity::{Begun, IdentityProvider, Profile, SignInTrouble};
use domain::secret::Secret;

/// What the browser brings back from a provider, with what was kept when it was sent there.
#[derive(Clone, Copy, Debug)]
pub struct Came<'a> {
    /// Our address that it came back to, as it was said when it was sent.
    pub back: &'a str,
    /// What is exchanged for tokens, once.
    pub code: &'a Secret,
    /// Who says that it comes from them (RFC 9207); not every provider does.
    pub issuer: Option<&'a str>,
    /// [`Begun::nonce`].
    pub nonce: &'a Secret,
    /// [`Begun::verifier`].
    pub verifier: &'a Secret,
}

/// A way to one identity provider. No token of its is kept: it is asked who somebody is, and that is all.
#[async_trait]
pub trait IdentitySource: Send + Sync + std::fmt::Debug {
    /// Which one it is.
    fn provider(&self) -> IdentityProvider;

    /// What people call it.
    fn name(&self) -> &str;

    /// Whose accounts it tells of ([`domain::identity::Identity::realm`]).
    fn realm(&self) -> &str;

    /// Begins a sign-in that comes back to this address of ours.
    ///
    /// # Errors
    /// When the provider does not say where people go.
    async fn begin(&self, back: &str) -> Result<Begun, SignInTrouble>;

    /// Finds out who came back.
    ///
    /// # Errors
    /// When the provider does not say, or cannot be believed.
    async fn finish(&self, came: Came<'_>) -> Result<Profile, SignInTrouble>;

    /// The subject that the provider wants forgotten, of a message that says so: Facebook's `signed_request`.
    ///
    /// # Errors
    /// When the message is not the provider's; or when this one sends none.
    fn to_forget(&self, _message: &str) -> Result<String, SignInTrouble> {
        Err(SignInTrouble::Untrusted("it sends no such messages"))
    }
}
