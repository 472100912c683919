//! The archive: files packed one after the other, compressed and encrypted on the way.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::encryption::{Encryption, Opening};
use super::manifest::{FORMAT, MANIFEST, Manifest};
use super::{BackupError, RestoreError};
use domain::text::one_line;
use tokio_util::sync::CancellationToken;

/// The files that a backup may hold, besides the manifest.
pub(super) const DATABASE: &str = "passbook.db";
pub(super) const BANK: &str = "sandbox.db";
pub(super) const KEY: &str = "passbook.key";
/// The most bytes that are read of a manifest, which normally has a few thousand.
const LONGEST_MANIFEST: u64 = 1 << 20;

/// A file to pack, with its name in the archive.
pub(super) type Part = (&'static str, PathBuf);

/// Writes the archive, and returns the writer once everything is written.
pub(super) fn pack<W: Write>(
    to: W,
    encryption: &Encryption,
    manifest: &Manifest,
    parts: &[Part],
) -> Result<W, BackupError> {
    let sealed = encryption.seal(to)?;
    let failed = |error| BackupError::Write("the backup".into(), error);
    // The fastest level: the others take several times as long and gain little.
    let compressed = GzEncoder::new(sealed, Compression::fast());
    let mut archive = tar::Builder::new(compressed);
    let text = serde_json::to_vec_pretty(manifest).map_err(|error| failed(error.into()))?;
    let mut header = header(text.len() as u64, manifest);
    archive
        .append_data(&mut header, MANIFEST, text.as_slice())
        .map_err(failed)?;
    for (name, path) in parts {
        let failed = |error| BackupError::File(path.clone(), error);
        let file = File::open(path).map_err(failed)?;
        let bytes = file.metadata().map_err(failed)?.len();
        let mut header = self::header(bytes, manifest);
        archive
            .append_data(&mut header, name, file)
            .map_err(failed)?;
    }
    let compressed = archive.into_inner().map_err(failed)?;
    compressed
        .finish()
        .and_then(super::encryption::Sealed::finish)
        .map_err(failed)
}

fn header(bytes: u64, manifest: &Manifest) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(manifest.made_at).unwrap_or(0));
    header
}

/// Unpacks an archive into a folder: only the files that belong to a backup, each once, and never outside the folder.
/// `name` is the archive's name in errors.
pub(super) fn unpack<R: Read>(
    name: &str,
    from: R,
    opening: &Opening,
    folder: &Path,
    stop: &CancellationToken,
) -> Result<Manifest, RestoreError> {
    let damaged = |error: io::Error| RestoreError::Damaged(name.into(), error.to_string());
    let open = opening.open(name, from)?;
    let mut archive = tar::Archive::new(GzDecoder::new(open));
    let mut manifest = None;
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let path = entry.path().map_err(damaged)?.into_owned();
        let is_file = entry.header().entry_type().is_file();
        match (path.to_str(), &manifest) {
            (Some(MANIFEST), None) if is_file => {
                manifest = Some(read_manifest(name, &mut entry)?);
            }
            (Some(file @ (DATABASE | BANK | KEY)), Some(manifest)) if is_file => {
                refuse_size(name, file, entry.size(), manifest)?;
                write_file(&folder.join(file), &mut entry, name, stop)?;
            }
            _ => {
                let path = one_line(&path.display().to_string());
                let why = format!("it contains {path}, which does not belong in a backup");
                return Err(RestoreError::NotABackup(name.into(), why));
            }
        }
    }
    // Only the end of an encrypted or compressed file proves that nothing is missing.
    let mut rest = archive.into_inner();
    io::copy(&mut rest, &mut io::sink()).map_err(damaged)?;
    manifest.ok_or_else(|| RestoreError::NotABackup(name.into(), "it is empty".into()))
}

/// Refuses a file whose size differs from its manifest, because it could fill the disk.
fn refuse_size(
    name: &str,
    file: &str,
    bytes: u64,
    manifest: &Manifest,
) -> Result<(), RestoreError> {
    let fits = match manifest.databases.get(file) {
        Some(said) => said.bytes == bytes,
        None => file == KEY && bytes <= LONGEST_MANIFEST,
    };
    if fits {
        return Ok(());
    }
    let why = format!("{file} has a different size than its manifest says");
    Err(RestoreError::NotABackup(name.into(), why))
}

fn read_manifest(name: &str, entry: &mut impl Read) -> Result<Manifest, RestoreError> {
    let mut text = Vec::new();
    let mut bounded = entry.take(LONGEST_MANIFEST);
    bounded
        .read_to_end(&mut text)
        .map_err(|error| RestoreError::Damaged(name.into(), error.to_string()))?;
    // The format is read first: a newer one may have a manifest that this version cannot parse.
    let format = serde_json::from_slice::<serde_json::Value>(&text)
        .ok()
        .and_then(|manifest| manifest.get("format")?.as_u64());
    match format {
        Some(format) if format > u64::from(FORMAT) => {
            let why = format!(
                "a newer version of Passbook made it (format {format}). Use that version or a later one"
            );
            return Err(RestoreError::Newer(name.into(), why));
        }
        Some(_) => {}
        None => {
            let why = "its manifest has no format".into();
            return Err(RestoreError::NotABackup(name.into(), why));
        }
    }
    serde_json::from_slice(&text)
        .map_err(|error| RestoreError::NotABackup(name.into(), one_line(&error.to_string())))
}

/// Writes one file; refuses a second one of the same name.
fn write_file(
    path: &Path,
    from: &mut impl Read,
    name: &str,
    stop: &CancellationToken,
) -> Result<(), RestoreError> {
    let failed = |error| RestoreError::Write(path.to_owned(), error);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(failed)?;
    let mut buffer = vec![0; 1 << 16];
    while !stop.is_cancelled() {
        let n = match from.read(&mut buffer) {
            Ok(0) => return file.sync_all().map_err(failed),
            Ok(n) => n,
            Err(error) => return Err(RestoreError::Damaged(name.into(), error.to_string())),
        };
        file.write_all(&buffer[..n]).map_err(failed)?;
    }
    Err(RestoreError::Stopped)
}
