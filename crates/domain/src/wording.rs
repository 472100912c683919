//! Counts, spans of time, days and sizes as people read them. Pages, errors and commands take them from here; the islands,
//! which do not include this crate, format ages to the second themselves.

use jiff::civil::Date;

use crate::money;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Formats a number with commas between thousands: "1,234,567". A number above [`i64::MAX`] is formatted as that.
#[must_use]
pub fn grouped(number: impl TryInto<i64>) -> String {
    let number = number.try_into().unwrap_or(i64::MAX);
    let sign = if number < 0 { "\u{2212}" } else { "" };
    format!(
        "{sign}{}",
        money::grouped(&number.unsigned_abs().to_string())
    )
}

/// Formats a count with a noun that takes an "s": "0 banks", "1 bank", "1,200 banks".
#[must_use]
pub fn counted(number: impl TryInto<i64>, noun: &str) -> String {
    counted_as(number, [noun, &format!("{noun}s")])
}

/// Formats a count like [`counted`], but zero in words: "no banks".
#[must_use]
pub fn counted_or_no(number: i64, noun: &str) -> String {
    match number {
        0 => format!("no {noun}s"),
        _ => counted(number, noun),
    }
}

/// Formats a count with a noun's singular and plural: "1 person", "2 people".
#[must_use]
pub fn counted_as(number: impl TryInto<i64>, [one, several]: [&str; 2]) -> String {
    let number = number.try_into().unwrap_or(i64::MAX);
    let noun = if number == 1 { one } else { several };
    format!("{} {noun}", grouped(number))
}

/// Formats how long ago something happened, in seconds: "just now", "2 minutes ago", "3 days ago". A moment in the
/// future is "just now", because a clock that was set back must not alarm people.
#[must_use]
pub fn ago(seconds: i64) -> String {
    match seconds {
        ..MINUTE => "just now".to_owned(),
        MINUTE..HOUR => format!("{} ago", counted(seconds / MINUTE, "minute")),
        HOUR..DAY => format!("{} ago", counted(seconds / HOUR, "hour")),
        _ => format!("{} ago", counted(seconds / DAY, "day")),
    }
}

/// Formats how far ahead a moment is, in seconds: "in less than a minute", "in 5 minutes", "in 30 hours", "in 3 days".
/// Hours go up to two days, because "in 1 day" could be almost two.
#[must_use]
pub fn ahead(seconds: i64) -> String {
    match seconds {
        ..MINUTE => "in less than a minute".to_owned(),
        MINUTE..HOUR => format!("in {}", counted(seconds / MINUTE, "minute")),
        _ if seconds < 2 * DAY => format!("in {}", counted(seconds / HOUR, "hour")),
        _ => format!("in {}", counted(seconds / DAY, "day")),
    }
}

/// Formats a day: "21 Nov 2026".
#[must_use]
pub fn day(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// Formats a month: "November 2026".
#[must_use]
pub fn month(date: Date) -> String {
    date.strftime("%B %Y").to_string()
}

/// Formats a day in full: "Saturday 21 November 2026".
#[must_use]
pub fn long_day(date: Date) -> String {
    date.strftime("%A %-d %B %Y").to_string()
}

/// Formats bytes: "512 bytes", "4 KB", "1.2 MB", "2.3 GB".
#[must_use]
pub fn size(bytes: u64) -> String {
    let tenths =
        |unit: u64, name: &str| format!("{}.{} {name}", bytes / unit, bytes % unit / (unit / 10));
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        1_000_000..1_000_000_000 => tenths(1_000_000, "MB"),
        _ => tenths(1_000_000_000, "GB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_take_the_plural_but_for_one() {
        let told = [-1, 0, 1, 2, 1_200].map(|n| counted(n, "bank"));
        assert_eq!(
            told,
            ["−1 banks", "0 banks", "1 bank", "2 banks", "1,200 banks"]
        );
        let told = [0, 1, 2].map(|n| counted_or_no(n, "bank"));
        assert_eq!(told, ["no banks", "1 bank", "2 banks"]);
        let told = [0, 1, 2].map(|n| counted_as(n, ["person", "people"]));
        assert_eq!(told, ["0 people", "1 person", "2 people"]);
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(i64::MIN), "−9,223,372,036,854,775,808");
    }

    #[test]
    fn spans_are_told_in_whole_units() {
        let told = [-500, 59, 60, 7_199, 7_200, 86_399, 86_400, 40 * 86_400].map(ago);
        let wanted = [
            "just now",
            "just now",
            "1 minute ago",
            "1 hour ago",
            "2 hours ago",
            "23 hours ago",
            "1 day ago",
            "40 days ago",
        ];
        assert_eq!(told, wanted);
        let told = [-5, 59, 60, 3_600, 47 * 3_600, 48 * 3_600].map(ahead);
        let wanted = [
            "in less than a minute",
            "in less than a minute",
            "in 1 minute",
            "in 1 hour",
            "in 47 hours",
            "in 2 days",
        ];
        assert_eq!(told, wanted);
    }

    #[test]
    fn days_and_sizes() {
        let date = jiff::civil::date(2026, 3, 1);
        assert_eq!(day(date), "1 Mar 2026");
        assert_eq!(month(date), "March 2026");
        assert_eq!(long_day(date), "Sunday 1 March 2026");
        assert_eq!(
            [0, 999, 4_096, 1_250_000, 2_340_000_000].map(size),
            ["0 bytes", "999 bytes", "4 KB", "1.2 MB", "2.3 GB"]
        );
    }
}
