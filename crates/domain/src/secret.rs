//! Text that must not leak: passwords, access tokens, keys.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

/// A secret text. It has no `Display` and no serialisation, its `Debug` output reveals nothing, and its memory is
/// wiped on drop.
#[derive(Clone, Default)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Returns the secret in plain text; review every call.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Returns the SHA-256 of a random token in base64url, for looking up a row without storing the token. Hash only
/// random values: a guessable value can be recovered from its hash.
#[must_use]
pub fn token_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()))
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
