//! Scheduled backups: whether there are any, and how old the newest is.

use std::path::Path;

use jiff::Timestamp;

use super::super::facts::Facts;
use crate::backup;
use crate::operator::view::Check;
use domain::text::with_causes;
use domain::wording::size;

const WHAT: &str = "Backups";

pub(super) fn checks(facts: &Facts<'_>) -> Vec<Check> {
    vec![backups(facts)]
}

pub(super) fn backups(facts: &Facts<'_>) -> Check {
    let settings = &facts.config.backups;
    let Some(dir) = &settings.dir else {
        return Check::note(
            WHAT,
            "No automatic backups. Set PASSBOOK_BACKUP_DIR, or run passbook backup yourself.",
        );
    };
    if !settings.are_encrypted() {
        let words = backup::BackupError::NoEncryption.to_string();
        return Check::wrong(WHAT, format!("{words}."))
            .with_line("PASSBOOK_BACKUP_RECIPIENTS=age1…");
    }
    let now = facts.clock.now();
    let instance = facts.told.as_ref().map(|told| told.instance.as_str());
    match backup::newest(dir, instance, now) {
        Err(error) => {
            let error = backup::BackupError::NoFolder(dir.clone(), error);
            Check::wrong(
                WHAT,
                format!("Backups can’t be made: {}.", with_causes(&error)),
            )
        }
        Ok(_) if is_inside(dir, &facts.config.data_dir) => Check::wrong(
            WHAT,
            format!(
                "Backups are stored in {}, inside the data directory, so you could lose both at once. Set PASSBOOK_BACKUP_DIR to a folder on another disk.",
                dir.display()
            ),
        ),
        Ok(None) => Check::warn(
            WHAT,
            format!(
                "No backups in {} yet. The first should be made within an hour. If it isn’t, look at /admin/jobs.",
                dir.display()
            ),
        ),
        Ok(Some((made_at, path))) => newest(made_at, &path, settings.hours, now),
    }
}

fn newest(made_at: Timestamp, path: &Path, every: u32, now: Timestamp) -> Check {
    let hours = now.duration_since(made_at).as_hours();
    let age = match hours {
        0 => "less than an hour".to_owned(),
        1 => "1 hour".to_owned(),
        2..48 => format!("{hours} hours"),
        _ => format!("{} days", hours / 24),
    };
    if hours > 2 * i64::from(every) {
        return Check::wrong(
            WHAT,
            format!(
                "The latest backup, {}, is {age} old. One should be made every {every} hours, so look at /admin/jobs.",
                path.display()
            ),
        );
    }
    let bytes = path.metadata().map_or(0, |found| found.len());
    Check::good(
        WHAT,
        format!(
            "The latest is {age} old: {}, {}.",
            path.display(),
            size(bytes)
        ),
    )
}

fn is_inside(dir: &Path, data_dir: &Path) -> bool {
    match (dir.canonicalize(), data_dir.canonicalize()) {
        (Ok(dir), Ok(data_dir)) => dir.starts_with(data_dir),
        _ => false,
    }
}
