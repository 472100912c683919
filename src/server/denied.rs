//! Files that the system does not let Passbook use, each with its owner and the command that fixes it.

use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{Access, access};

use super::StartError;
use crate::config::Config;

/// Tests the access that Passbook needs to the data directory and the key, if they exist.
///
/// # Errors
/// [`StartError::Denied`] for the first one that the system refuses.
pub(super) fn refuse(config: &Config) -> Result<(), StartError> {
    let dir = &config.data_dir;
    // Only creating a file shows whether files can be created in a directory.
    let probe = dir.join("passbook.probe");
    if is_denied(
        OpenOptions::new().write(true).create(true).truncate(true),
        &probe,
    ) {
        return Err(StartError::Denied(explain(dir)));
    }
    // The disk may be full, which is not checked here.
    let _ = fs::remove_file(&probe);
    refuse_files(config)
}

/// Tests the access without creating a file, so it misses what only creating one would show.
///
/// # Errors
/// The errors of [`refuse`].
pub(super) fn refuse_untouched(config: &Config) -> Result<(), StartError> {
    let (dir, needed) = (&config.data_dir, Access::WRITE_OK | Access::EXEC_OK);
    if matches!(access(dir, needed), Err(error) if error.kind() == ErrorKind::PermissionDenied) {
        return Err(StartError::Denied(explain(dir)));
    }
    refuse_files(config)
}

fn refuse_files(config: &Config) -> Result<(), StartError> {
    let dir = &config.data_dir;
    for name in ["passbook.db", "sandbox.db"] {
        for ending in ["", "-wal", "-shm"] {
            let path = dir.join(format!("{name}{ending}"));
            if is_denied(OpenOptions::new().read(true).write(true), &path) {
                return Err(StartError::Denied(explain(&path)));
            }
        }
    }
    let (lock, key) = (dir.join("passbook.lock"), &config.key_file);
    if is_denied(OpenOptions::new().write(true), &lock) {
        return Err(StartError::Denied(explain(&lock)));
    }
    if is_denied(OpenOptions::new().read(true), key) {
        return Err(StartError::Denied(explain(key)));
    }
    Ok(())
}

fn is_denied(options: &OpenOptions, path: &Path) -> bool {
    matches!(options.open(path), Err(error) if error.kind() == ErrorKind::PermissionDenied)
}

/// Explains why a file cannot be used, who owns it, and what to do.
#[must_use]
pub fn explain(path: &Path) -> String {
    let shown = path.display();
    let us = fs::metadata("/proc/self").map(|found| found.uid()).ok();
    // The nearest path that can be inspected: a closed directory hides its contents.
    let seen = path
        .ancestors()
        .find_map(|at| Some((at, fs::metadata(at).ok()?)));
    let (Some(us), Some((at, found))) = (us, seen) else {
        return format!("{shown} cannot be used: permission denied");
    };
    let (owner, mode, whose) = (found.uid(), found.mode() & 0o7777, at.display());
    let rights = if found.is_dir() { "u+rwx" } else { "u+rw" };
    let remedy = match owner == us {
        true => format!("Run: chmod {rights} '{whose}'"),
        false => format!(
            "Run Passbook as {}, or run this as root: chown {us} '{whose}' && chmod {rights} '{whose}'",
            user(owner)
        ),
    };
    format!(
        "{shown} cannot be used: permission denied. {whose} belongs to {} (mode {mode:o}), and Passbook runs as {}. {remedy}",
        user(owner),
        user(us)
    )
}

/// Explains why a directory cannot be created.
pub(super) fn explain_not_made(dir: &Path) -> String {
    let us = fs::metadata("/proc/self").map_or(0, |found| found.uid());
    let shown = dir.display();
    format!(
        "{shown} cannot be created: permission denied. Passbook runs as {}. Set PASSBOOK_DATA_DIR to a folder it can write to, or run this as root: install -d -m 700 -o {us} '{shown}'",
        user(us)
    )
}

/// Returns an account's name if the machine knows it, else its number.
fn user(id: u32) -> String {
    let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = known.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(id)).then(|| name.to_owned())
    });
    match name {
        Some(name) => format!("{name} (user {id})"),
        None => format!("user {id}"),
    }
}
