//! Files that other accounts on this machine must not read: the database, the files beside it and the key. Files found
//! open, such as those copied back from a backup, are closed; if that fails, Passbook does not start.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use super::StartError;

/// The endings of a SQLite database's files.
const ENDINGS: [&str; 3] = ["", "-wal", "-shm"];
/// Permission bits of everyone but the owner; `OTHERS` leaves out the group too.
const NOT_OWNER: u32 = 0o077;
const OTHERS: u32 = 0o007;

/// Closes the data directory, its databases and the key file to other accounts.
///
/// # Errors
/// [`StartError::Open`] when others can read one of the files, or write to the directory, and that cannot be changed.
pub(super) fn close(data_dir: &Path, key_file: Option<&Path>) -> Result<(), StartError> {
    let Ok(dir) = fs::metadata(data_dir) else {
        return Ok(());
    };
    for database in ["passbook.db", "sandbox.db"] {
        let database = data_dir.join(database);
        // SQLite keeps its other files beside the file itself, not beside a link to it.
        let database = fs::canonicalize(&database).unwrap_or(database);
        for ending in ENDINGS {
            let mut name = database.clone().into_os_string();
            name.push(ending);
            close_one(Path::new(&name), NOT_OWNER, OTHERS, dir.uid())?;
        }
    }
    close_one(&data_dir.join("passbook.lock"), NOT_OWNER, 0, dir.uid())?;
    if let Some(key) = key_file {
        // A key of another account, such as root's, is read through its group.
        let is_ours = fs::metadata(key).is_ok_and(|found| found.uid() == dir.uid());
        let closed = if is_ours { NOT_OWNER } else { OTHERS };
        close_one(key, closed, OTHERS, dir.uid())?;
    }
    close_dir(data_dir, &dir)
}

/// Removes the permission bits `closed` from a file. If that fails, the bits in `refused` are an error.
fn close_one(path: &Path, closed: u32, refused: u32, owner: u32) -> Result<(), StartError> {
    let found = match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        found => found.map_err(|e| StartError::DataDir(path.display().to_string(), e))?,
    };
    let mode = found.mode() & 0o7777;
    if mode & closed == 0 {
        return Ok(());
    }
    let shown = path.display();
    match fs::set_permissions(path, Permissions::from_mode(mode & !closed)) {
        Ok(()) => {
            tracing::warn!(
                "other users on this machine could access {shown} (mode {mode:o}): fixed"
            );
            Ok(())
        }
        Err(_) if mode & refused == 0 => Ok(()),
        Err(error) => {
            let right = if found.is_dir() { 700 } else { 600 };
            let mut command = format!("chmod {right} '{shown}'");
            if found.uid() != owner {
                command = format!("chown {owner} '{shown}' && {command}");
            }
            let shown = format!("{shown} (mode {mode:o})");
            Err(StartError::Open(shown, error, command))
        }
    }
}

/// Closes a directory. In an open one others can read only names, but anyone who can write to it could replace our
/// database. A directory that holds other files too is left to its owner, unless everyone can write to it.
fn close_dir(path: &Path, found: &fs::Metadata) -> Result<(), StartError> {
    const STICKY: u32 = 0o1000;
    const OTHERS_WRITE: u32 = 0o002;
    // As in /tmp, where no account can replace another's files.
    if found.mode() & STICKY != 0 {
        return Ok(());
    }
    let closed = if holds_only_ours(path) {
        NOT_OWNER
    } else {
        OTHERS_WRITE
    };
    close_one(path, closed, OTHERS_WRITE, found.uid())
}

fn holds_only_ours(dir: &Path) -> bool {
    let Ok(entries) = fs::read_dir(dir) else {
        return false;
    };
    entries.flatten().all(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("passbook") || name.starts_with("sandbox.db")
    })
}
