//! Hashes of random or high-entropy values. The stored hash is of no use to a thief.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// SHA-256 in base64url.
pub(super) fn hash(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, bytes))
}

/// Returns a short, deterministic name for some bytes.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> String {
    hash(bytes)
}

/// Returns 256 random bits in base64url.
///
/// # Errors
/// When the machine has no randomness.
pub(super) fn random_code() -> Result<String, aws_lc_rs::error::Unspecified> {
    let mut bytes = [0_u8; 32];
    aws_lc_rs::rand::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
