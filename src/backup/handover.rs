//! Makes a restore atomic: a kill at any moment leaves the data directory either as empty as it was, or with everything
//! restored. Files are unpacked and checked in one folder inside the data directory. That folder is then renamed, in a
//! single step. Under its new name it is complete, and its files are moved to their places, by this program or by the
//! next one that opens the data directory.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::archive::{BANK, DATABASE, KEY};
use super::{RestoreError, keys, work_folder};
use crate::vault::sync_folder_of;

/// The folder in which a backup is unpacked and checked. What a killed restore leaves there is deleted.
pub(super) const RESTORING: &str = "passbook-restoring";
/// The name of that folder once all its files have been checked.
const RESTORED: &str = "passbook-restored";

/// Files that an empty data directory may contain: the lock, the probe, and what file systems create.
const NOTHING: [&str; 3] = ["passbook.lock", "passbook.probe", "lost+found"];

/// Refuses a data directory that holds anything but the key.
pub(super) fn refuse_full(data_dir: &Path, key: &Path) -> Result<(), RestoreError> {
    let failed = |error| RestoreError::Read(data_dir.to_owned(), error);
    for entry in fs::read_dir(data_dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let is_nothing = NOTHING.iter().any(|known| name == OsStr::new(known));
        let is_key = key.file_name() == Some(&name)
            && fs::canonicalize(key).ok() == fs::canonicalize(entry.path()).ok();
        if !is_nothing && !is_key && name != OsStr::new(RESTORING) {
            let name = name.to_string_lossy().into_owned();
            return Err(RestoreError::NotEmpty(data_dir.to_owned(), name));
        }
    }
    Ok(())
}

/// Makes the checked files take effect.
pub(super) fn commit(data_dir: &Path) -> io::Result<()> {
    let folder = data_dir.join(RESTORING);
    File::open(&folder)?.sync_all()?;
    fs::rename(&folder, data_dir.join(RESTORED))
}

/// Whether a restore into this data directory is unfinished.
#[must_use]
pub fn is_under_way(data_dir: &Path) -> bool {
    data_dir.join(RESTORING).exists() || data_dir.join(RESTORED).exists()
}

/// Moves committed files to their places, and deletes what a killed restore left behind. A program that opens a data
/// directory calls this first, and keeps all others out meanwhile.
///
/// # Errors
/// [`RestoreError::Unfinished`]; the call can then be repeated.
pub fn finish(data_dir: &Path, key: &Path) -> Result<(), RestoreError> {
    let restoring = data_dir.join(RESTORING);
    work_folder::remove(&restoring).map_err(|error| RestoreError::Write(restoring, error))?;
    let folder = data_dir.join(RESTORED);
    if !folder.exists() {
        return Ok(());
    }
    tracing::info!("the restored files are being moved into place");
    let unfinished = |file: &Path, place: &Path, error| {
        RestoreError::Unfinished(file.to_owned(), place.to_owned(), error)
    };
    let of_folder = |error| unfinished(&folder, data_dir, error);
    sync_folder_of(&folder).map_err(of_folder)?;
    for (name, place) in [
        (BANK, data_dir.join(BANK)),
        (KEY, key.to_owned()),
        (DATABASE, data_dir.join(DATABASE)),
    ] {
        let file = folder.join(name);
        if file.exists() {
            move_file(&file, &place).map_err(|error| unfinished(&file, &place, error))?;
        }
    }
    fs::remove_dir(&folder).map_err(of_folder)?;
    sync_folder_of(&folder).map_err(of_folder)
}

/// Moves a file without overwriting another. The key may belong on another file system, where a rename cannot move it.
fn move_file(from: &Path, to: &Path) -> io::Result<()> {
    if to.exists() {
        // A kill came between the copy and the deletion.
        if fs::read(from)? != fs::read(to)? {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        return fs::remove_file(from);
    }
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => copy_and_delete(from, to),
        moved => {
            moved?;
            sync_folder_of(to)
        }
    }
}

fn copy_and_delete(from: &Path, to: &Path) -> io::Result<()> {
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    work_folder::remove_file(&part)?;
    keys::write_new(&part, &fs::read(from)?)?;
    fs::rename(&part, to)?;
    sync_folder_of(to)?;
    fs::remove_file(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn committed(with_key: bool) -> tempfile::TempDir {
        let data = tempfile::tempdir().expect("a folder");
        let folder = data.path().join(RESTORING);
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join(DATABASE), "books").expect("written");
        fs::write(folder.join(BANK), "bank").expect("written");
        if with_key {
            fs::write(folder.join(KEY), "key").expect("written");
        }
        commit(data.path()).expect("committed");
        data
    }

    #[test]
    fn what_was_committed_is_finished_wherever_it_was_cut_short() {
        for cut in 0..4 {
            let data = committed(true);
            let (key, folder) = (data.path().join(KEY), data.path().join(RESTORED));
            for name in [BANK, KEY, DATABASE].into_iter().take(cut) {
                fs::rename(folder.join(name), data.path().join(name)).expect("moved");
            }
            assert!(is_under_way(data.path()));
            finish(data.path(), &key).expect("finished");
            for (name, text) in [(BANK, "bank"), (KEY, "key"), (DATABASE, "books")] {
                let found = fs::read_to_string(data.path().join(name));
                assert_eq!(found.expect(name), text);
            }
            assert!(!is_under_way(data.path()));
        }
    }

    #[test]
    fn what_was_not_committed_is_deleted() {
        let data = tempfile::tempdir().expect("a folder");
        let folder = data.path().join(RESTORING);
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join(DATABASE), "half of the books").expect("written");
        finish(data.path(), &data.path().join(KEY)).expect("finished");
        assert_eq!(fs::read_dir(data.path()).expect("it").count(), 0);
    }

    #[test]
    fn a_key_that_cannot_be_moved_is_told_and_nothing_is_overwritten() {
        let data = committed(true);
        let key = data.path().join("missing/passbook.key");
        let told = finish(data.path(), &key).expect_err("there is no folder");
        assert!(told.to_string().contains("missing/passbook.key"), "{told}");
        fs::create_dir(data.path().join("missing")).expect("a folder");
        fs::write(&key, "another key").expect("written");
        finish(data.path(), &key).expect_err("it is there");
        assert_eq!(fs::read_to_string(&key).expect("it"), "another key");
        fs::remove_file(&key).expect("moved away");
        finish(data.path(), &key).expect("finished");
        assert_eq!(fs::read_to_string(&key).expect("it"), "key");
    }

    #[test]
    fn a_file_is_copied_where_it_cannot_be_renamed() {
        let (here, there) = (tempfile::tempdir(), tempfile::tempdir());
        let from = here.expect("a folder").keep().join("key");
        let to = there.expect("a folder").keep().join("key");
        fs::write(&from, "key").expect("written");
        copy_and_delete(&from, &to).expect("copied");
        assert_eq!(fs::read_to_string(&to).expect("it"), "key");
        assert!(!from.exists());
    }
}
