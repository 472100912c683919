//! Sealing what must not be read from a copy of the database: AES-256-GCM with a random nonce, bound to
//! the row, its owner and the key's version.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::domain::secret::Secret;

/// Seals and opens secrets. Clones share the keys.
#[derive(Clone)]
pub struct Vault {
    /// Every key by its version, the newest last; the newest seals.
    keys: Arc<Vec<(u32, RandomizedNonceKey)>>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({} keys)", self.keys.len())
    }
}

/// Why something cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key file cannot be read or written.
    #[error("the key file {0} cannot be used")]
    File(PathBuf, #[source] std::io::Error),
    /// The key file holds something else.
    #[error("the key file {0} is not a Passbook key: restore it from a backup")]
    NotAKey(PathBuf),
    /// The key is one that anybody would try.
    #[error("the key in {0} can be guessed: use one that Passbook made")]
    Guessable(PathBuf),
    /// Sealed with another key, for another row, or tampered with.
    #[error("the key does not open what was sealed")]
    Sealed,
}

impl Vault {
    /// Opens the key file; makes it, readable by its owner only, when there is none.
    ///
    /// # Errors
    /// When the file cannot be used. A missing file is made only if `may_create`: with sealed rows in the
    /// database a new key would only hide that the old one is lost.
    pub fn open(file: &Path, may_create: bool) -> Result<Self, VaultError> {
        let failed = |e| VaultError::File(file.to_owned(), e);
        let text = match fs::read_to_string(file) {
            Ok(text) => Zeroizing::new(text),
            Err(e) if e.kind() == ErrorKind::NotFound && may_create => {
                create(file).map_err(failed)?
            }
            Err(e) => return Err(failed(e)),
        };
        let mut keys = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let not_a_key = || VaultError::NotAKey(file.to_owned());
            let (version, bytes) = parse_line(line).ok_or_else(not_a_key)?;
            let key = RandomizedNonceKey::new(&AES_256_GCM, &bytes).map_err(|_| not_a_key())?;
            if guessable(&bytes) {
                return Err(VaultError::Guessable(file.to_owned()));
            }
            keys.push((version, key));
        }
        if keys.is_empty() {
            return Err(VaultError::NotAKey(file.to_owned()));
        }
        Ok(Self {
            keys: Arc::new(keys),
        })
    }

    /// Seals a secret for one row of one owner.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn seal(&self, secret: &Secret, row: &str, owner: &str) -> Result<Vec<u8>, VaultError> {
        let (version, key) = self.keys.last().ok_or(VaultError::Sealed)?;
        let mut text = secret.expose().as_bytes().to_vec();
        let aad = Aad::from(associated(*version, row, owner));
        let nonce = key
            .seal_in_place_append_tag(aad, &mut text)
            .map_err(|_| VaultError::Sealed)?;
        let mut sealed = version.to_be_bytes().to_vec();
        sealed.extend_from_slice(nonce.as_ref());
        sealed.append(&mut text);
        Ok(sealed)
    }

    /// Opens what was sealed for this row and owner.
    ///
    /// # Errors
    /// [`VaultError::Sealed`] when the key, the row or the owner is another.
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
}

fn associated(version: u32, row: &str, owner: &str) -> Vec<u8> {
    format!("passbook|connection.sealed_token|{version}|{row}|{owner}").into_bytes()
}

/// `1 base64`: a version and 32 bytes.
fn parse_line(line: &str) -> Option<(u32, Zeroizing<Vec<u8>>)> {
    let (version, key) = line.trim().split_once(' ')?;
    let bytes = Zeroizing::new(STANDARD.decode(key).ok()?);
    Some((version.parse().ok()?, bytes))
}

/// Whether a key counts up or down in even steps (none at all for 32 equal bytes), or says its first half twice.
/// No key by chance ever does: that has a chance of one in 2^128.
fn guessable(key: &[u8]) -> bool {
    let mut steps = key.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]));
    let first = steps.next();
    let (front, back) = key.split_at(key.len() / 2);
    steps.all(|step| Some(step) == first) || front == back
}

fn create(file: &Path) -> std::io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    aws_lc_rs::rand::fill(bytes.as_mut()).map_err(|_| std::io::Error::other("no randomness"))?;
    let text = Zeroizing::new(format!("1 {}\n", STANDARD.encode(bytes.as_ref())));
    let mut out = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?;
    out.write_all(text.as_bytes())?;
    out.sync_all()?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn vault(dir: &tempfile::TempDir, name: &str) -> Vault {
        Vault::open(&dir.path().join(name), true).expect("a new key")
    }

    #[test]
    fn what_is_sealed_opens_for_its_row_and_owner_only() {
        let dir = tempfile::tempdir().expect("a directory");
        let vault = vault(&dir, "key");
        let sealed = vault
            .seal(&Secret::new("access-sandbox-1"), "row", "ada")
            .expect("sealed");
        assert_eq!(
            vault.unseal(&sealed, "row", "ada").expect("opens").expose(),
            "access-sandbox-1"
        );
        assert!(vault.unseal(&sealed, "other row", "ada").is_err());
        assert!(vault.unseal(&sealed, "row", "eve").is_err());
        assert!(
            self::vault(&dir, "another")
                .unseal(&sealed, "row", "ada")
                .is_err()
        );
        for at in [0, 5, 20, sealed.len() - 1] {
            let mut tampered = sealed.clone();
            tampered[at] ^= 1;
            assert!(vault.unseal(&tampered, "row", "ada").is_err(), "byte {at}");
        }
        assert!(vault.unseal(&[], "row", "ada").is_err());
    }

    #[test]
    fn the_key_file_is_the_owners_alone_and_stays() {
        let dir = tempfile::tempdir().expect("a directory");
        let sealed = vault(&dir, "key")
            .seal(&Secret::new("x"), "r", "o")
            .expect("sealed");
        let mode = fs::metadata(dir.path().join("key"))
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(vault(&dir, "key").unseal(&sealed, "r", "o").is_ok());
    }

    #[test]
    fn a_lost_or_broken_key_is_told() {
        let dir = tempfile::tempdir().expect("a directory");
        assert!(matches!(
            Vault::open(&dir.path().join("none"), false),
            Err(VaultError::File(..))
        ));
        for bad in ["", "1", "1 AAAA", "x y z", "1 not-base64!"] {
            fs::write(dir.path().join("bad"), bad).expect("written");
            assert!(
                matches!(
                    Vault::open(&dir.path().join("bad"), true),
                    Err(VaultError::NotAKey(_))
                ),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_key_that_anybody_would_try_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("key");
        let open = |bytes: [u8; 32], others: &str| {
            let text = format!("{others}2 {}\n", STANDARD.encode(bytes));
            fs::write(&file, text).expect("written");
            Vault::open(&file, true)
        };
        let counting: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).expect("it fits"));
        let mut down = counting;
        down.reverse();
        for known in [
            [0; 32],
            [0xFF; 32],
            counting,
            down,
            *b"0123456789abcdef0123456789abcdef",
        ] {
            let refused = open(known, "").expect_err("no secret");
            assert!(matches!(refused, VaultError::Guessable(_)), "{known:?}");
            assert!(refused.to_string().contains("use one that Passbook made"));
        }
        // One bit more than a pattern is all that is asked of what somebody brings along.
        let mut other = counting;
        other[31] ^= 1;
        assert!(open(other, "").is_ok());
        let zeros = format!("1 {}\n", STANDARD.encode([0; 32]));
        assert!(open(other, &zeros).is_err(), "an older key is as open");
    }
}
