//! The data directory and its files, the key, and free disk space.

use std::fs::Metadata;
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use super::super::facts::{Facts, database_size};
use crate::operator::view::Check;
use domain::wording::size;

/// Permission bits of everyone but the owner; `OTHERS` leaves out the group too.
const NOT_OWNER: u32 = 0o077;
const OTHERS: u32 = 0o007;
/// The free space below which a disk is soon full, in bytes.
const LITTLE: u64 = 100_000_000;

pub(super) fn checks(facts: &Facts<'_>) -> Vec<Check> {
    let (dir, key) = (&facts.config.data_dir, &facts.config.key_file);
    let mut found = vec![
        private("Key file", key, facts.begun, closed_of_key(dir, key)),
        private("Data directory", dir, facts.begun, NOT_OWNER),
    ];
    found.extend(databases(dir));
    found.extend(facts.two_keys.then(unfinished_change));
    found.extend(key.exists().then(|| place_of_key(dir, key)));
    found.extend(room(dir));
    found
}

/// Returns the permission bits that a key must not have. A key of another account, such as root's, may be read through
/// its group.
fn closed_of_key(dir: &Path, key: &Path) -> u32 {
    let owner = |path: &Path| path.metadata().map(|found| found.uid()).ok();
    match (owner(dir), owner(key)) {
        (Some(ours), Some(theirs)) if ours != theirs => OTHERS,
        _ => NOT_OWNER,
    }
}

/// Checks that only the owner can read a file: none of the bits in `closed` may be set. A missing file is fine before
/// the first start.
pub(super) fn private(what: &str, path: &Path, begun: bool, closed: u32) -> Check {
    let shown = path.display();
    match path.metadata() {
        Ok(found) => match open_to_others(path, &found, closed) {
            Some((words, line)) => Check::wrong(what, words).with_line(line),
            None => Check::good(what, format!("{shown} can only be read by its owner.")),
        },
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Check::warn(
            what,
            format!(
                "{shown} can’t be checked: permission denied. Run this as the user that runs Passbook."
            ),
        ),
        Err(_) if begun => Check::wrong(
            what,
            format!("{shown} is missing. Put it back before you restart Passbook."),
        ),
        Err(_) => Check::note(
            what,
            format!("{shown} doesn’t exist yet. The first start creates it."),
        ),
    }
}

/// Returns what is wrong with a file's mode, and the command that fixes it.
fn open_to_others(path: &Path, found: &Metadata, closed: u32) -> Option<(String, String)> {
    let (mode, shown) = (found.permissions().mode() & 0o777, path.display());
    let right = if found.is_dir() { "700" } else { "600" };
    (mode & closed != 0).then(|| {
        let words =
            format!("{shown} has mode {mode:o}, so other users on this machine can access it.");
        (words, format!("chmod {right} {}", quoted(path)))
    })
}

/// Quotes a path for a shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    match text.chars().all(plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// Checks the modes of SQLite's database files. `None` before the first start.
pub(super) fn databases(dir: &Path) -> Option<Check> {
    let what = "Database files";
    let names = ["passbook.db", "sandbox.db"].into_iter();
    let names = names.flat_map(|name| ["", "-wal", "-shm"].map(|end| format!("{name}{end}")));
    let there = names.filter_map(|name| {
        let path = dir.join(name);
        path.metadata().ok().map(|found| (path, found))
    });
    let there: Vec<_> = there.collect();
    let mut open = there
        .iter()
        .filter_map(|(path, found)| open_to_others(path, found, NOT_OWNER));
    match open.next() {
        Some((words, line)) => {
            let lines = open.map(|(_, line)| line);
            let lines: Vec<String> = std::iter::once(line).chain(lines).collect();
            Some(Check::wrong(what, words).with_line(lines.join(" && ")))
        }
        None => {
            (!there.is_empty()).then(|| Check::good(what, "They can only be read by their owner."))
        }
    }
}

pub(super) fn unfinished_change() -> Check {
    Check::warn(
        "Key change",
        "The key file holds both the old and the new key, because a key change was interrupted. Everything works. To finish the change, stop Passbook and run:",
    )
    .with_line("passbook rotate-key")
}

/// Checks where the key is. In the data directory, a backup of the whole folder would hold the key beside what it
/// opens.
pub(super) fn place_of_key(dir: &Path, key: &Path) -> Check {
    let what = "Key backup";
    let within = match (dir.canonicalize(), key.canonicalize()) {
        (Ok(dir), Ok(key)) => key.starts_with(dir),
        _ => key.starts_with(dir),
    };
    match within {
        true => Check::note(
            what,
            "The key is in the data directory. Back it up separately from the database, which can’t be decrypted without it.",
        ),
        false => Check::good(what, "The key is outside the data directory."),
    }
}

/// Checks free disk space. `None` when there is no directory yet, or its disk does not report it.
fn room(dir: &Path) -> Option<Check> {
    let disk = rustix::fs::statvfs(dir).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    Some(enough(free, database_size(dir)))
}

/// Checks that there is room for a copy of the database, which an upgrade and a backup both make.
pub(super) fn enough(free: u64, database: u64) -> Check {
    let what = "Disk space";
    let (left, needed) = (size(free), size(database));
    if free < database {
        return Check::wrong(
            what,
            format!(
                "Only {left} free in the data directory, but an upgrade copies the database first, which needs {needed}. Free up some space."
            ),
        );
    }
    if free < LITTLE {
        return Check::warn(
            what,
            format!(
                "Only {left} free in the data directory. Passbook can’t save anything on a full disk. Free up some space."
            ),
        );
    }
    Check::good(what, format!("{left} free; the database uses {needed}."))
}
