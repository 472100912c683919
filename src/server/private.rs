//! What other accounts of this machine must not read: the database, the files beside it and the key. What is found open
//! to them, as files are that were copied back from a backup, is closed; where that cannot be done, the start is refused.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use super::StartError;

/// What SQLite keeps of a database.
const ENDINGS: [&str; 3] = ["", "-wal", "-shm"];
/// Everybody but the owner, and everybody but the owner and the group.
const NOT_OWNER: u32 = 0o077;
const OTHERS: u32 = 0o007;

/// Closes the data directory, the databases in it and the key file.
///
/// # Errors
/// [`StartError::Open`] when others can read one of the files, or write to the directory, and that cannot be changed.
pub(super) fn close(data_dir: &Path, key_file: Option<&Path>) -> Result<(), StartError> {
    let Ok(dir) = fs::metadata(data_dir) else {
        return Ok(());
    };
    for database in ["passbook.db", "sandbox.db"] {
        let database = data_dir.join(database);
        // SQLite keeps the others beside the file itself, not beside a link to it.
        let database = fs::canonicalize(&database).unwrap_or(database);
        for ending in ENDINGS {
            let mut name = database.clone().into_os_string();
            name.push(ending);
            close_one(Path::new(&name), NOT_OWNER, OTHERS, dir.uid())?;
        }
    }
    close_one(&data_dir.join("passbook.lock"), NOT_OWNER, 0, dir.uid())?;
    if let Some(key) = key_file {
        // A key of somebody else's, root's perhaps, is read through its group.
        let is_ours = fs::metadata(key).is_ok_and(|found| found.uid() == dir.uid());
        let closed = if is_ours { NOT_OWNER } else { OTHERS };
        close_one(key, closed, OTHERS, dir.uid())?;
    }
    close_dir(data_dir, &dir)
}

/// Takes the bits `closed` from a file. Where that fails, those in `refused` are not borne.
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

/// In an open directory others read names only, but whoever may write there can put another database in the place of
/// ours. A directory that holds other things too is left to whom it belongs, unless anybody may write there.
fn close_dir(path: &Path, found: &fs::Metadata) -> Result<(), StartError> {
    const STICKY: u32 = 0o1000;
    const OTHERS_WRITE: u32 = 0o002;
    // As in /tmp, where nobody can replace what is another's.
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
