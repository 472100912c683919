//! Key rotation. The file holds both the old and the new key from before the first secret is resealed until after the
//! last, so at every moment some key in the file unseals each secret.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::key_file::{self, Key};
use super::{Vault, VaultError};

/// A key rotation in progress. Creating one writes nothing.
pub struct Rotation {
    file: PathBuf,
    /// Newest last.
    keys: Vec<Key>,
    resumed: bool,
}

impl std::fmt::Debug for Rotation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rotation({:?}, to {})", self.file, self.new_number())
    }
}

impl Rotation {
    /// Reads the keys and generates a new one. Several keys in the file mean that a rotation was cut short; its newest
    /// key is then the new one.
    ///
    /// # Errors
    /// When the file cannot be used, or the system has no randomness.
    pub fn begin(file: &Path) -> Result<Self, VaultError> {
        let failed = |e| VaultError::File(file.to_owned(), e);
        // Resolves links, so that a link to the key file remains a link.
        let file = fs::canonicalize(file).map_err(failed)?;
        let mut keys = key_file::read_keys(&file)?;
        let resumed = keys.len() > 1;
        if !resumed {
            let last = keys.last().and_then(|key| key.version.checked_add(1));
            let next = last.ok_or_else(|| VaultError::NotAKey(file.clone()))?;
            keys.push(Key::generate(next).map_err(failed)?);
        }
        Ok(Self {
            file,
            keys,
            resumed,
        })
    }

    /// Returns a vault that unseals with every key and seals with the new one.
    ///
    /// # Errors
    /// When a key cannot be used.
    pub fn vault(&self) -> Result<Vault, VaultError> {
        Vault::from_keys(&self.keys)
    }

    /// Returns the new key's number.
    #[must_use]
    pub fn new_number(&self) -> u32 {
        self.keys.last().map_or(0, |key| key.version)
    }

    /// Whether it resumes a rotation that was cut short.
    #[must_use]
    pub fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// Returns the key file's path with links resolved.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Keeps the old key in a file of its own, which can be used as a key file.
    ///
    /// # Errors
    /// [`VaultError::Occupied`]; when the file cannot be written.
    pub fn keep_old(&self, path: &Path) -> Result<(), VaultError> {
        let failed = |e| VaultError::File(path.to_owned(), e);
        let place = place_of(path).map_err(failed)?;
        let occupied = || VaultError::Occupied(path.to_owned());
        if place == self.file || place == key_file::beside(&self.file) {
            return Err(occupied());
        }
        let (old, _) = self.keys.split_at(self.keys.len().saturating_sub(1));
        let text = key_file::text_of(old);
        match fs::read_to_string(&place).map(Zeroizing::new) {
            Ok(kept) if kept == text => Ok(()),
            Err(e) if e.kind() == ErrorKind::NotFound => {
                key_file::replace(&place, &text).map_err(failed)
            }
            Ok(_) => Err(occupied()),
            Err(e) if e.kind() == ErrorKind::InvalidData => Err(occupied()),
            Err(e) => Err(failed(e)),
        }
    }

    /// Writes the new key into the file beside the old one. Rewrites the file even if it already holds both, because a
    /// run that was cut short may have ended before the file was synced to disk.
    ///
    /// # Errors
    /// When the file cannot be replaced; it is then unchanged.
    pub fn add_new(&self) -> Result<(), VaultError> {
        self.write(&self.keys)
    }

    /// Leaves only the new key in the file. From then on nothing may be sealed with the old one.
    ///
    /// # Errors
    /// When the file cannot be replaced; it then holds both keys.
    pub fn drop_old(&self) -> Result<(), VaultError> {
        let (_, new) = self.keys.split_at(self.keys.len().saturating_sub(1));
        self.write(new)
    }

    fn write(&self, keys: &[Key]) -> Result<(), VaultError> {
        let written = key_file::replace(&self.file, &key_file::text_of(keys));
        written.map_err(|e| VaultError::File(self.file.clone(), e))
    }
}

/// Returns a path with links resolved, whether or not the file exists.
fn place_of(path: &Path) -> std::io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => {}
        found => return found,
    }
    let folder = path.parent().filter(|path| !path.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new(".")))?;
    let name = path.file_name().ok_or(ErrorKind::InvalidFilename)?;
    Ok(folder.join(name))
}
