//! Backups that are made by themselves. Which there are, and how old the newest is, the folder itself tells: so it does
//! after a restart, and when somebody deletes or adds some.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

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
/// In UTC, so that names sort by time.
const TIME: &str = "%Y%m%dT%H%M%SZ";

/// The newest backup in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newest {
    /// The file.
    pub path: PathBuf,
    /// When it was made, as its name says.
    pub made_at: Timestamp,
    /// Its size in bytes.
    pub bytes: u64,
}

/// Asks for a backup when the settings want one and the newest is old enough.
///
/// # Errors
/// When the database fails.
pub async fn request_due(ctx: &Ctx) -> Result<(), StoreError> {
    let backups = &ctx.config.backups;
    let Some(dir) = &backups.dir else {
        return Ok(());
    };
    let now = ctx.clock.now();
    // The timetable asks once an hour: without the half hour one a day would be made an hour later each day.
    let hours =
        SignedDuration::from_hours(i64::from(backups.hours)) - SignedDuration::from_mins(30);
    // One that is later than now was made before the clock was put back.
    let is_recent = |newest: Newest| {
        let age = now.duration_since(newest.made_at);
        age < hours && age > -SignedDuration::from_hours(1)
    };
    // A folder that cannot be read is the job's to complain of.
    if newest(dir).ok().flatten().is_some_and(is_recent) {
        return Ok(());
    }
    queue::request(ctx, JobKind::Backup, "database", now).await
}

/// Makes the backup that is due, and deletes the oldest ones when it is made.
///
/// # Errors
/// When there is no backup; the problem says why.
pub async fn make_due(ctx: &Ctx) -> Result<Done, RunError> {
    let Some(dir) = &ctx.config.backups.dir else {
        return Ok(Done::default());
    };
    let made = make_in(ctx, dir).await;
    let (name, bytes) = made.map_err(|error| {
        let words = with_causes(&error);
        tracing::error!("no backup was made: {words}");
        RunError::Provider(Problem {
            message: format!("No backup was made: {words}."),
            ..Problem::ours(Reason::BackupFailed)
        })
    })?;
    if let Err(error) = delete_oldest(dir, ctx.config.backups.keep) {
        tracing::warn!(%error, "old backups in {} could not be deleted", dir.display());
    }
    Ok(Done {
        next: None,
        result: Some(serde_json::json!({ "file": name, "bytes": bytes }).to_string()),
    })
}

async fn make_in(ctx: &Ctx, dir: &Path) -> Result<(String, u64), BackupError> {
    let encryption = Encryption::of_settings(&ctx.config.backups)?;
    let encryption =
        encryption.ok_or_else(|| BackupError::Encryption("no recipient is set".into()))?;
    let now = ctx.clock.now();
    let source = Source {
        data_dir: ctx.config.data_dir.clone(),
        // A key beside what it opens would be worth little, and whoever runs this keeps it elsewhere.
        key_file: None,
    };
    let to = Destination::File(path_in(dir, now)?);
    let made = make(&source, &encryption, &to, now).await?;
    Ok((name_at(now), made.bytes))
}

/// The path of a new backup in a folder.
///
/// # Errors
/// When there is no such folder. It is not made: where a disk should be mounted, a folder on this one would only hide that
/// it is not.
pub fn path_in(dir: &Path, now: Timestamp) -> Result<PathBuf, BackupError> {
    fs::read_dir(dir).map_err(|error| BackupError::File(dir.to_owned(), error))?;
    Ok(dir.join(name_at(now)))
}

fn name_at(now: Timestamp) -> String {
    format!("{PREFIX}{}{ENDING}", now.strftime(TIME))
}

/// The newest backup in a folder, if there is one.
///
/// # Errors
/// When the folder cannot be read.
pub fn newest(dir: &Path) -> io::Result<Option<Newest>> {
    let Some((made_at, path)) = backups_in(dir)?.pop() else {
        return Ok(None);
    };
    let bytes = path.metadata()?.len();
    Ok(Some(Newest {
        path,
        made_at,
        bytes,
    }))
}

/// The backups in a folder, the newest last.
fn backups_in(dir: &Path) -> io::Result<Vec<(Timestamp, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if let Some(made_at) = name.and_then(time_of) {
            found.push((made_at, path));
        }
    }
    found.sort();
    Ok(found)
}

fn time_of(name: &str) -> Option<Timestamp> {
    let time = name.strip_prefix(PREFIX)?.strip_suffix(ENDING)?;
    let time = DateTime::strptime(TIME, time).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// Deletes all backups but the newest, and what kills left of ones that were not finished.
fn delete_oldest(dir: &Path, keep: u32) -> io::Result<()> {
    let mut backups = backups_in(dir)?;
    let too_many = backups.len().saturating_sub(keep as usize);
    for (_, path) in backups.drain(..too_many) {
        fs::remove_file(path)?;
    }
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let part = name.and_then(|name| name.strip_suffix(".part"));
        if part.and_then(time_of).is_some() {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
