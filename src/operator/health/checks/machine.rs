//! The machine and the program: time, SQLite, and the built-in assets.

use jiff::tz::TimeZone;

use super::super::facts::{Facts, Told};
use crate::operator::view::Check;
use domain::clock::{Clock, ZoneTrouble};

pub(super) fn checks(facts: &Facts<'_>) -> Vec<Check> {
    let mut found = vec![
        clock(facts.clock, facts.told.as_ref()),
        zone(facts.clock.zone(), facts.clock.zone_trouble()),
    ];
    found.extend(facts.told.as_ref().map(sqlite));
    found.push(islands(facts.islands));
    found
}

/// Checks the clock without a time server: webhooks carry their sender's time.
pub(super) fn clock(clock: &Clock, told: Option<&Told>) -> Check {
    let what = "Clock";
    let now = clock.now().to_zoned(clock.zone().clone());
    let here = now.strftime("%-d %B %Y, %H:%M:%S %Z");
    let Some(told) = told else {
        return Check::good(what, format!("It’s {here} here."));
    };
    if told.last_webhook_at.is_some_and(|at| at > clock.now()) {
        return Check::wrong(
            what,
            format!(
                "It’s {here} here, which is before the last webhook was received. Set the clock."
            ),
        );
    }
    match told.refused_for_time {
        0 => Check::good(what, format!("It’s {here} here.")),
        n => Check::warn(
            what,
            format!(
                "It’s {here} here. Webhooks rejected in the last 24 hours because of their time: {n}. Check the clock; if it’s right, they were forged."
            ),
        ),
    }
}

pub(super) fn zone(zone: &TimeZone, trouble: Option<&ZoneTrouble>) -> Check {
    let what = "Time zone";
    match (trouble, zone.iana_name()) {
        (Some(trouble), _) => Check::warn(
            what,
            format!(
                "{trouble}, so dates use UTC. Set TZ to a name like America/Los_Angeles, or to UTC if that’s what you want."
            ),
        )
        .with_line("TZ=America/Los_Angeles"),
        (None, Some(name)) => Check::good(what, format!("Dates use {name}.")),
        (None, None) => Check::good(what, "Dates use the time zone in TZ."),
    }
}

/// Checks SQLite. A version older than Passbook needs never gets here, because the database is not opened with it.
pub(super) fn sqlite(told: &Told) -> Check {
    let (what, version) = ("SQLite", &told.sqlite_version);
    match told.writes_ahead {
        true => Check::good(what, format!("Version {version}, with a write-ahead log.")),
        false => Check::warn(
            what,
            format!(
                "Version {version}, without a write-ahead log. Passbook turns it on at every start, so if Passbook is running now, the data directory is on a disk that doesn’t support it, such as a network drive. Move it to a local disk and set PASSBOOK_DATA_DIR to it."
            ),
        ),
    }
}

pub(super) fn islands(there: bool) -> Check {
    let what = "Browser code";
    match there {
        true => Check::good(what, "Built in."),
        false => Check::warn(
            what,
            "Missing, because this program was built with plain cargo build. Every page works as if scripts were off. Build with make run or make release to include it.",
        )
        .with_line("make release"),
    }
}
