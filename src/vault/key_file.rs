//! The key file: one line `1 base64` for each key, with its number and its 32 bytes. The key with the highest number
//! seals; the others only unseal.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::VaultError;

/// The length of an AES-256 key in bytes.
const KEY_LEN: usize = 32;
/// An upper bound for a line: a number, a space and 44 characters of base64.
const LINE_LEN: usize = 64;

/// One key, zeroed when it is dropped.
pub(super) struct Key {
    pub(super) version: u32,
    pub(super) bytes: Zeroizing<[u8; KEY_LEN]>,
}

impl Key {
    /// Generates a random key.
    pub(super) fn generate(version: u32) -> std::io::Result<Self> {
        let mut bytes = Zeroizing::new([0; KEY_LEN]);
        aws_lc_rs::rand::fill(bytes.as_mut())
            .map_err(|_| std::io::Error::other("no randomness"))?;
        Ok(Self { version, bytes })
    }

    fn parse(line: &str) -> Option<Self> {
        let (version, key) = line.trim().split_once(' ')?;
        let decoded = Zeroizing::new(STANDARD.decode(key).ok()?);
        let mut bytes = Zeroizing::new([0; KEY_LEN]);
        if decoded.len() != KEY_LEN {
            return None;
        }
        bytes.copy_from_slice(&decoded);
        let version = version.parse().ok()?;
        Some(Self { version, bytes })
    }
}

/// Reads the keys of a file: at least one, newest last.
pub(super) fn read_keys(file: &Path) -> Result<Vec<Key>, VaultError> {
    let text = fs::read_to_string(file).map_err(|e| VaultError::File(file.to_owned(), e))?;
    let text = Zeroizing::new(text);
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let keys: Option<Vec<Key>> = lines.map(Key::parse).collect();
    let mut keys = keys
        .filter(|keys| !keys.is_empty())
        .ok_or_else(|| VaultError::NotAKey(file.to_owned()))?;
    if keys.iter().any(|key| guessable(&*key.bytes)) {
        return Err(VaultError::Guessable(file.to_owned()));
    }
    keys.sort_by_key(|key| key.version);
    match keys.windows(2).find(|two| two[0].version == two[1].version) {
        Some(two) => Err(VaultError::Twice(file.to_owned(), two[0].version)),
        None => Ok(keys),
    }
}

/// Creates a key file with a first key. A crash leaves either the whole file or none.
pub(super) fn create(file: &Path) -> Result<Vec<Key>, VaultError> {
    let created = || {
        if file.symlink_metadata().is_ok() {
            // A dangling link to a key, perhaps because the key's disk is not mounted.
            return Err(ErrorKind::AlreadyExists.into());
        }
        let keys = vec![Key::generate(1)?];
        replace(file, &text_of(&keys))?;
        Ok(keys)
    };
    created().map_err(|e| VaultError::File(file.to_owned(), e))
}

/// Returns the text of a file with these keys.
pub(super) fn text_of(keys: &[Key]) -> Zeroizing<String> {
    // Allocated once: a reallocation would leave a copy of the keys in memory.
    let mut text = Zeroizing::new(String::with_capacity(keys.len() * LINE_LEN));
    for key in keys {
        text.push_str(&key.version.to_string());
        text.push(' ');
        STANDARD.encode_string(key.bytes.as_slice(), &mut text);
        text.push('\n');
    }
    text
}

/// Writes or replaces a file atomically: a reader sees either the old or the new file, even after a power failure.
pub(super) fn replace(file: &Path, text: &str) -> std::io::Result<()> {
    let beside = beside(file);
    match fs::remove_file(&beside) {
        Err(e) if e.kind() != ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let before = fs::metadata(file).ok();
    let replaced =
        write_new(&beside, text, before.as_ref()).and_then(|()| fs::rename(&beside, file));
    if replaced.is_err() {
        // It holds a key that no one would look for there.
        let _ = fs::remove_file(&beside);
    }
    replaced?;
    sync_folder_of(file)
}

/// Returns the path of the temporary file that will replace this one.
pub(super) fn beside(file: &Path) -> PathBuf {
    file.with_added_extension("new")
}

/// Writes a file that only its owner can read. A replacement keeps the owner of the file that it replaces, and its
/// group's right to read, because the program must still be able to read it when another user has changed the key.
fn write_new(file: &Path, text: &str, before: Option<&fs::Metadata>) -> std::io::Result<()> {
    let mut out = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?;
    out.write_all(text.as_bytes())?;
    if let Some(before) = before {
        let now = out.metadata()?;
        if (now.uid(), now.gid()) != (before.uid(), before.gid()) {
            fchown(&out, Some(before.uid()), Some(before.gid()))?;
        }
        let mode = 0o600 | before.mode() & 0o040;
        out.set_permissions(fs::Permissions::from_mode(mode))?;
    }
    out.sync_all()
}

/// Returns the folder that contains a file.
pub fn folder_of(file: &Path) -> &Path {
    let folder = file.parent().filter(|path| !path.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Syncs the folder of a file, which makes a rename durable. Some file systems, among them many network shares, report
/// that they cannot do this; that is not an error.
pub fn sync_folder_of(file: &Path) -> std::io::Result<()> {
    let synced = fs::File::open(folder_of(file))?.sync_all();
    synced.or_else(|error| match error.kind() {
        ErrorKind::InvalidInput | ErrorKind::Unsupported => Ok(()),
        _ => Err(error),
    })
}

/// Whether a key counts up or down in even steps (32 equal bytes included) or consists of the same half twice. A random
/// key does so with a probability of about 1 in 2^128.
fn guessable(key: &[u8]) -> bool {
    let mut steps = key.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]));
    let first = steps.next();
    let (front, back) = key.split_at(key.len() / 2);
    steps.all(|step| Some(step) == first) || front == back
}
