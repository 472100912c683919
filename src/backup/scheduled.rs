//! Scheduled backups. The folder itself shows which backups exist and how old the newest is, so the answer is right
//! after a restart and after a person deletes or adds files. The names hold the instance id of the Passbook, so that
//! two that share a folder never count or delete each other's backups.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::make::{Destination, Source, make};
use super::{BackupError, Encryption};
use crate::context::Ctx;
use crate::queue::{self, Done, RunError};
use domain::job::JobKind;
use domain::problem::{Problem, Reason};
use domain::text::with_causes;
use store::StoreError;

const PREFIX: &str = "passbook-";
const ENDING: &str = ".tar.gz.age";
/// The time in a file name, in UTC, so that names sort by time.
const TIME: &str = "%Y%m%dT%H%M%SZ";

/// Asks for a backup when the settings want one and the newest is old enough.
pub async fn request_due(ctx: &Ctx) -> Result<(), StoreError> {
    let backups = &ctx.config.backups;
    let Some(dir) = &backups.dir else {
        return Ok(());
    };
    let now = ctx.clock.now();
    // The timetable runs hourly: without the half hour, a daily backup would be made an hour later each day.
    let hours =
        SignedDuration::from_hours(i64::from(backups.hours)) - SignedDuration::from_mins(30);
    // If the folder cannot be read, the job reports it.
    let newest = newest(dir, Some(&ctx.instance), now).ok().flatten();
    if newest.is_some_and(|(made_at, _)| now.duration_since(made_at) < hours) {
        return Ok(());
    }
    queue::request(ctx, JobKind::Backup, "database", now).await
}

/// Makes the backup that is due, then deletes the oldest ones.
///
/// # Errors
/// When no backup was made; the problem says why.
pub async fn make_due(ctx: &Ctx) -> Result<Done, RunError> {
    let Some(dir) = &ctx.config.backups.dir else {
        return Ok(Done::default());
    };
    let made = make_in(ctx, dir).await;
    let (path, bytes) = made.map_err(|error| {
        let words = with_causes(&error);
        tracing::error!("no backup was made: {words}");
        RunError::Provider(Problem {
            message: format!("No backup was made: {words}."),
            ..Problem::ours(Reason::BackupFailed)
        })
    })?;
    let (keep, now) = (ctx.config.backups.keep, ctx.clock.now());
    if let Err(error) = delete_oldest(dir, &ctx.instance, keep, now) {
        tracing::warn!(%error, "old backups in {} could not be deleted", dir.display());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(Done {
        next: None,
        result: Some(serde_json::json!({ "file": name, "bytes": bytes }).to_string()),
    })
}

async fn make_in(ctx: &Ctx, dir: &Path) -> Result<(PathBuf, u64), BackupError> {
    let encryption = Encryption::of_settings(&ctx.config.backups)?;
    let encryption = encryption.ok_or(BackupError::NoEncryption)?;
    let now = ctx.clock.now();
    let source = Source {
        data_dir: ctx.config.data_dir.clone(),
        // A key beside what it opens would protect little; the operator keeps it elsewhere.
        key_file: None,
    };
    let path = path_in(dir, &ctx.instance, now)?;
    let stop = CancellationToken::new();
    // Dropping this future also stops the work on its own thread.
    let _given_up = stop.clone().drop_guard();
    let made = make(
        &source,
        &encryption,
        &Destination::File(path.clone()),
        now,
        &stop,
    )
    .await?;
    Ok((path, made.bytes))
}

/// Returns the path for a new backup in a folder.
///
/// # Errors
/// When the folder does not exist. It is not created: where a disk should be mounted, a new folder would only hide that
/// it is not.
pub fn path_in(dir: &Path, instance: &str, now: Timestamp) -> Result<PathBuf, BackupError> {
    fs::read_dir(dir).map_err(|error| BackupError::NoFolder(dir.to_owned(), error))?;
    let name = format!("{PREFIX}{instance}-{}{ENDING}", now.strftime(TIME));
    Ok(dir.join(name))
}

/// Returns the newest backup in a folder, of one Passbook or of any; `None` when there is none. A backup dated in the
/// future does not count, because the clock was wrong when it was made.
///
/// # Errors
/// When the folder cannot be read.
pub fn newest(
    dir: &Path,
    instance: Option<&str>,
    now: Timestamp,
) -> io::Result<Option<(Timestamp, PathBuf)>> {
    Ok(backups_in(dir, instance, now)?.pop())
}

/// Returns the backups in a folder, the newest last.
fn backups_in(
    dir: &Path,
    instance: Option<&str>,
    now: Timestamp,
) -> io::Result<Vec<(Timestamp, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let told = name.to_str().and_then(told_by);
        let is_one = |(made_at, whose): &(Timestamp, &str)| {
            *made_at <= now && instance.is_none_or(|us| us == *whose)
        };
        if let Some((made_at, _)) = told.filter(is_one)
            && entry.metadata()?.is_file()
        {
            found.push((made_at, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

/// Reads from a backup's name when it was made, and by which Passbook.
fn told_by(name: &str) -> Option<(Timestamp, &str)> {
    let (instance, time) = name
        .strip_prefix(PREFIX)?
        .strip_suffix(ENDING)?
        .split_once('-')?;
    let time = DateTime::strptime(TIME, time).ok()?;
    Some((time.to_zoned(TimeZone::UTC).ok()?.timestamp(), instance))
}

/// Deletes all but the newest backups of a Passbook, and the unfinished files of killed backups. Backups dated in the
/// future, and all other files, stay and do not count.
///
/// # Errors
/// Returns the first failure, after trying the rest.
pub fn delete_oldest(dir: &Path, instance: &str, keep: u32, now: Timestamp) -> io::Result<()> {
    let mut backups = backups_in(dir, Some(instance), now)?;
    let too_many = backups.len().saturating_sub(keep as usize);
    let old = backups.drain(..too_many).map(|(_, path)| path);
    let mut done = Ok(());
    for path in old.chain(left_in(dir, instance)?) {
        done = done.and(fs::remove_file(path));
    }
    done
}

/// Returns the partial backups of this Passbook; the caller makes none at the moment.
fn left_in(dir: &Path, instance: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let whole = name.to_str().and_then(|name| {
            Some(&name.strip_suffix(".part")?[..name.find(ENDING)? + ENDING.len()])
        });
        if whole
            .and_then(told_by)
            .is_some_and(|(_, us)| us == instance)
        {
            found.push(entry.path());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).expect("a folder");
        let name = |entry: io::Result<fs::DirEntry>| {
            let name = entry.expect("an entry").file_name();
            name.to_string_lossy().into_owned()
        };
        let mut names: Vec<_> = entries.map(name).collect();
        names.sort();
        names
    }

    #[test]
    fn only_its_own_old_backups_are_deleted() {
        let folder = tempfile::tempdir().expect("a folder");
        let dir = folder.path();
        let now: Timestamp = "2026-11-27T12:00:00Z".parse().expect("a moment");
        let stay = [
            "notes.txt",
            "passbook-0000000a-20261125T000000Z.tar.gz.age",
            "passbook-0000000a-20261126T000000Z.tar.gz.age",
            // From the future, another Passbook's, without a time, and a name that only resembles ours.
            "passbook-0000000a-20990101T000000Z.tar.gz.age",
            "passbook-0000000b-20200101T000000Z.tar.gz.age",
            "passbook-0000000b-20200101T000000Z.tar.gz.age.x1.part",
            "passbook-0000000a-yesterday.tar.gz.age",
            "passbook-0000000a-20200101T000000Z.tar.gz",
        ];
        let go = [
            "passbook-0000000a-20261124T000000Z.tar.gz.age",
            "passbook-0000000a-20200101T000000Z.tar.gz.age",
            "passbook-0000000a-20261127T000000Z.tar.gz.age.8Zx.part",
        ];
        for name in stay.iter().chain(&go) {
            fs::write(dir.join(name), "x").expect("written");
        }
        // A folder with a backup's name is no backup.
        let strange = "passbook-0000000a-20190101T000000Z.tar.gz.age";
        fs::create_dir(dir.join(strange)).expect("a folder");
        let found = newest(dir, Some("0000000a"), now).expect("it reads");
        assert_eq!(found.expect("one").1, dir.join(stay[2]));
        delete_oldest(dir, "0000000a", 2, now).expect("deleted");
        let mut wanted: Vec<_> = stay.iter().map(|name| (*name).to_owned()).collect();
        wanted.push(strange.into());
        wanted.sort();
        assert_eq!(names(dir), wanted);
    }

    #[test]
    fn a_name_reads_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let now: Timestamp = "2026-11-27T12:34:56Z".parse().expect("a moment");
        let path = path_in(folder.path(), "0123abcd", now).expect("a path");
        let name = path.file_name().expect("a name").to_str().expect("text");
        assert_eq!(told_by(name), Some((now, "0123abcd")));
    }
}
