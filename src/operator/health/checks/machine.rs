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
        return Check::good(what, format!("It is {here} here."));
    };
    if told.last_webhook_at.is_some_and(|at| at > clock.now()) {
        return Check::wrong(
            what,
            format!("It is {here} here, which is before the last webhook came. Set the clock."),
        );
    }
    match told.refused_for_time {
        0 => Check::good(what, format!("It is {here} here.")),
        n => Check::warn(
            what,
            format!(
                "It is {here} here. {n} webhooks of the last day were refused for their time: compare the clock, or they were forged."
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
                "{trouble}, so days are counted in UTC. Set TZ to a name like America/Los_Angeles, or to UTC if that is meant."
            ),
        )
        .with_line("TZ=America/Los_Angeles"),
        (None, Some(name)) => Check::good(what, format!("Days are counted in {name}.")),
        (None, None) => Check::good(what, "Days are counted in the zone of TZ."),
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
                "Version {version}, without a write-ahead log. Each start switches it on: if Passbook runs now, the data directory is on a disk that cannot have one, such as a network’s. Move it to a disk of this machine and set PASSBOOK_DATA_DIR to it."
            ),
        ),
    }
}

pub(super) fn islands(there: bool) -> Check {
    let what = "What runs in the browser";
    match there {
        true => Check::good(what, "It is built in."),
        false => Check::warn(
            what,
            "It is missing: this program was built with plain cargo build. Every page works as it does with scripts off. `make run` or `make release` builds it in.",
        )
        .with_line("make release"),
    }
}
