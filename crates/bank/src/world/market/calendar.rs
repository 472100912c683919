//! The publication times of the European Central Bank's reference rates: about 16:00 in Frankfurt on each working day
//! of the TARGET calendar (ecb.europa.eu, "Euro foreign exchange reference rates"). Here it is 15:00 UTC all year.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::world::history::is_weekend;

/// The day of the first reference rates.
pub const FIRST_PUBLICATION: Date = date(1999, 1, 4);
/// The hour of publication, in UTC.
const HOUR: i8 = 15;

/// Returns the moment at which the rates of a day are published.
#[must_use]
pub fn published_at(day: Date) -> Timestamp {
    let moment = day.at(HOUR, 0, 0, 0).to_zoned(TimeZone::UTC);
    moment.map_or(Timestamp::MAX, |moment| moment.timestamp())
}

/// Returns the day of the newest rates that are published at a moment and not later than a day. `None` before the first
/// ones.
#[must_use]
pub fn published(no_later_than: Date, now: Timestamp) -> Option<Date> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let mut day = no_later_than.min(today);
    while day >= FIRST_PUBLICATION {
        if is_working_day(day) && published_at(day) <= now {
            return Some(day);
        }
        day = day.yesterday().ok()?;
    }
    None
}

/// Returns the next working day.
#[must_use]
pub fn next_working_day(day: Date) -> Option<Date> {
    let mut next = day.tomorrow().ok()?;
    while !is_working_day(next) {
        next = next.tomorrow().ok()?;
    }
    Some(next)
}

/// Whether the TARGET payment system is open.
fn is_working_day(day: Date) -> bool {
    let easter = easter(day.year());
    let moves = |days: i64| easter.checked_add(days.days()).ok() == Some(day);
    let is_holiday = matches!(
        (day.month(), day.day()),
        (1, 1) | (5, 1) | (12, 25) | (12, 26)
    );
    !is_weekend(day) && !is_holiday && !moves(-2) && !moves(1)
}

/// Returns Easter Sunday of a year in the Gregorian calendar, by Gauss's algorithm with Lichtenberg's corrections.
fn easter(year: i16) -> Date {
    let x = i32::from(year);
    let k = x / 100;
    let m = 15 + (3 * k + 3) / 4 - (8 * k + 13) / 25;
    let s = 2 - (3 * k + 3) / 4;
    let a = x % 19;
    let d = (19 * a + m) % 30;
    let r = (d + a / 11) / 29;
    let og = 21 + d - r;
    let sz = 7 - (x + x / 4 + s) % 7;
    let days_of_march = i64::from(og + 7 - (og - sz).rem_euclid(7));
    let first = date(year, 3, 1);
    first
        .checked_add((days_of_march - 1).days())
        .unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    #[test]
    fn easter_is_where_the_church_has_it() {
        for (year, expected) in [
            (1999, date(1999, 4, 4)),
            (2000, date(2000, 4, 23)),
            (2008, date(2008, 3, 23)),
            (2024, date(2024, 3, 31)),
            (2025, date(2025, 4, 20)),
            (2026, date(2026, 4, 5)),
            (2038, date(2038, 4, 25)),
        ] {
            assert_eq!(easter(year), expected);
        }
    }

    #[test]
    fn rates_are_out_at_three_on_working_days() {
        for (now, expected) in [
            ("2026-03-10T14:59:59.999Z", date(2026, 3, 9)),
            ("2026-03-10T15:00:00Z", date(2026, 3, 10)),
            ("2026-03-14T16:00:00Z", date(2026, 3, 13)),
            ("2026-03-15T23:00:00Z", date(2026, 3, 13)),
            ("2026-03-16T14:00:00Z", date(2026, 3, 13)),
            ("2026-04-06T18:00:00Z", date(2026, 4, 2)),
            ("2026-12-26T18:00:00Z", date(2026, 12, 24)),
            ("2024-01-01T18:00:00Z", date(2023, 12, 29)),
        ] {
            assert_eq!(published(Date::MAX, at(now)), Some(expected), "{now}");
        }
        let now = at("2026-03-10T18:00:00Z");
        assert_eq!(published(date(2026, 3, 8), now), Some(date(2026, 3, 6)));
        assert_eq!(published(date(1999, 1, 3), now), None);
        assert_eq!(published(Date::MAX, at("1998-01-01T00:00:00Z")), None);
        assert_eq!(next_working_day(date(2026, 4, 2)), Some(date(2026, 4, 7)));
        assert_eq!(next_working_day(Date::MAX), None);
    }
}
