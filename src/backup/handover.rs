//! How a restore takes effect, so that a kill at any moment leaves the data directory as empty as it was, or everything
//! restored: files are unpacked and proven in one folder inside it. That folder is then renamed, which happens at once or
//! not at all. Under its new name it is complete, and its files are moved to their places, by this program or by the next
//! one that opens the data directory.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::archive::{BANK, DATABASE, KEY};
use super::make::sync_folder_of;
use super::{RestoreError, work_folder};

/// Where a backup is unpacked and proven. What a kill leaves there means nothing.
pub(super) const RESTORING: &str = "passbook-restoring";
/// The same folder when all in it is proven.
const RESTORED: &str = "passbook-restored";

/// Files that may lie in a data directory that counts as empty: locks, the probe, and what file systems put there.
const NOTHING: [&str; 3] = ["passbook.lock", "passbook.probe", "lost+found"];

/// Refuses a data directory that holds anything but the key.
pub(super) fn refuse_full(data_dir: &Path, key: &Path) -> Result<(), RestoreError> {
    let failed = |error| RestoreError::File(data_dir.to_owned(), error);
    for entry in fs::read_dir(data_dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let is_nothing = NOTHING.iter().any(|known| name == OsStr::new(known));
        let is_key = key.file_name() == Some(&name)
            && fs::canonicalize(key).ok() == fs::canonicalize(entry.path()).ok();
        if !is_nothing && !is_key {
            let name = name.to_string_lossy().into_owned();
            return Err(RestoreError::NotEmpty(data_dir.to_owned(), name));
        }
    }
    Ok(())
}

/// Makes what was proven take effect.
pub(super) fn commit(data_dir: &Path) -> io::Result<()> {
    let folder = data_dir.join(RESTORING);
    File::open(&folder)?.sync_all()?;
    fs::rename(&folder, data_dir.join(RESTORED))?;
    sync_folder_of(&folder)
}

/// Moves what a restore has committed to its places, and deletes what one that was killed before has left. Whoever opens
/// a data directory does this first, and keeps all others out meanwhile.
///
/// # Errors
/// When a file cannot be moved; then this can be done again.
pub fn finish(data_dir: &Path, key: &Path) -> io::Result<()> {
    work_folder::remove(&data_dir.join(RESTORING))?;
    let folder = data_dir.join(RESTORED);
    if !folder.exists() {
        return Ok(());
    }
    tracing::info!("what was restored is put in its place");
    for (name, place) in [
        (BANK, data_dir.join(BANK)),
        (KEY, key.to_owned()),
        (DATABASE, data_dir.join(DATABASE)),
    ] {
        let file = folder.join(name);
        if file.exists() {
            move_file(&file, &place)?;
        }
    }
    fs::remove_dir(&folder)?;
    sync_folder_of(&folder)
}

/// The key may belong on another file system, where nothing can be renamed to.
fn move_file(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let mut part = to.as_os_str().to_owned();
            part.push(".part");
            fs::copy(from, &part)?;
            File::open(&part)?.sync_all()?;
            fs::rename(&part, to)?;
            sync_folder_of(to)?;
            fs::remove_file(from)
        }
        moved => {
            moved?;
            sync_folder_of(to)
        }
    }
}
