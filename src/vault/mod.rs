//! Seals secrets that must not be readable in a copy of the database: AES-256-GCM with a random nonce, bound to the
//! row, its owner and the key's version.
//!
//! The use-cases seal tokens and secrets here before they store them, and unseal them for a single use. Key rotation is
//! in `rotation`. The vault stores nothing but the key file.

mod key_file;
mod rotation;
#[cfg(test)]
mod tests;

pub use key_file::{folder_of, sync_folder_of};
pub use rotation::Rotation;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use domain::secret::Secret;
use key_file::Key;

/// Seals and unseals secrets. Clones share the keys.
#[derive(Clone)]
pub struct Vault {
    /// Every key with its version, newest last. The newest seals.
    keys: Arc<Vec<(u32, RandomizedNonceKey)>>,
    /// The HMAC key derived from the newest key, for [`Vault::fingerprint`].
    prints: hmac::Key,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({} keys)", self.keys.len())
    }
}

/// Why a secret cannot be sealed or unsealed.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key file cannot be read or written.
    #[error("the key file {0} cannot be used")]
    File(PathBuf, #[source] std::io::Error),
    /// The key file holds no valid keys.
    #[error("the key file {0} is not a Passbook key: restore it from a backup")]
    NotAKey(PathBuf),
    /// Two keys have the same number, so it is unknown which of them sealed a value.
    #[error(
        "the key file {0} holds two keys with the number {1}: keep the one that fits the database"
    )]
    Twice(PathBuf, u32),
    /// The key can be guessed.
    #[error("the key in {0} can be guessed: use one that Passbook made")]
    Guessable(PathBuf),
    /// The file in which the old key should be kept already exists with other contents.
    #[error("{0} is there already, and nothing is overwritten: name a file that does not exist")]
    Occupied(PathBuf),
    /// Sealed with another key or for another row, or tampered with.
    #[error("the key does not open what was sealed")]
    Sealed,
}

impl VaultError {
    /// Whether the key file does not exist.
    #[must_use]
    pub fn is_missing_file(&self) -> bool {
        matches!(self, Self::File(_, error) if error.kind() == ErrorKind::NotFound)
    }
}

impl Vault {
    /// Reads the key file. Creates one that only its owner can read if there is none and `may_create` is set.
    ///
    /// # Errors
    /// When the file cannot be used, or is missing and may not be created: with sealed rows in the database, a new key
    /// would only hide that the old one is lost.
    pub fn open(file: &Path, may_create: bool) -> Result<Self, VaultError> {
        let keys = match key_file::read_keys(file) {
            Err(error) if error.is_missing_file() && may_create => key_file::create(file)?,
            keys => keys?,
        };
        Self::from_keys(&keys)
    }

    /// Whether an older key is present beside the one that seals: a rotation was cut short.
    #[must_use]
    pub fn is_between_keys(&self) -> bool {
        self.keys.len() > 1
    }

    /// Seals a secret for one row of one owner.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn seal(&self, secret: &Secret, row: &str, owner: &str) -> Result<Vec<u8>, VaultError> {
        let (version, key) = self.keys.last().ok_or(VaultError::Sealed)?;
        let secret = secret.expose().as_bytes();
        // With room for the tag: a reallocation would leave the plaintext behind in memory.
        let mut text = Vec::with_capacity(secret.len() + AES_256_GCM.tag_len());
        text.extend_from_slice(secret);
        let aad = Aad::from(associated(*version, row, owner));
        let nonce = key
            .seal_in_place_append_tag(aad, &mut text)
            .map_err(|_| VaultError::Sealed)?;
        let mut sealed = version.to_be_bytes().to_vec();
        sealed.extend_from_slice(nonce.as_ref());
        sealed.append(&mut text);
        Ok(sealed)
    }

    /// Unseals a value that was sealed for this row and owner.
    ///
    /// # Errors
    /// [`VaultError::Sealed`] when the key, the row or the owner differs.
    pub fn unseal(&self, sealed: &[u8], row: &str, owner: &str) -> Result<Secret, VaultError> {
        let (version, rest) = sealed.split_first_chunk::<4>().ok_or(VaultError::Sealed)?;
        let (nonce, text) = rest
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(VaultError::Sealed)?;
        let version = u32::from_be_bytes(*version);
        let (_, key) = self
            .keys
            .iter()
            .find(|(v, _)| *v == version)
            .ok_or(VaultError::Sealed)?;
        let mut text = Zeroizing::new(text.to_vec());
        let aad = Aad::from(associated(version, row, owner));
        let open = key
            .open_in_place(Nonce::assume_unique_for_key(*nonce), aad, &mut text)
            .map_err(|_| VaultError::Sealed)?;
        let open = std::str::from_utf8(open).map_err(|_| VaultError::Sealed)?;
        Ok(Secret::new(open))
    }

    /// Returns an HMAC-SHA256 in base64url, the same for the same bytes until the key changes. A plain hash of
    /// guessable bytes, such as a request with a password in it, would reveal them to anyone who has the database.
    #[must_use]
    pub fn fingerprint(&self, bytes: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.prints, bytes))
    }

    fn from_keys(keys: &[Key]) -> Result<Self, VaultError> {
        let newest = keys.last().ok_or(VaultError::Sealed)?;
        let newest = hmac::Key::new(hmac::HMAC_SHA256, &*newest.bytes);
        let derived = hmac::sign(&newest, b"passbook|fingerprint");
        let ready = |key: &Key| {
            let ready = RandomizedNonceKey::new(&AES_256_GCM, &*key.bytes);
            ready.map(|ready| (key.version, ready))
        };
        let keys: Result<Vec<_>, _> = keys.iter().map(ready).collect();
        Ok(Self {
            keys: Arc::new(keys.map_err(|_| VaultError::Sealed)?),
            prints: hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()),
        })
    }
}

fn associated(version: u32, row: &str, owner: &str) -> Vec<u8> {
    format!("passbook|connection.sealed_token|{version}|{row}|{owner}").into_bytes()
}
