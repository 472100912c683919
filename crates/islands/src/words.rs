//! Formatting shared by the server, which renders the first rate, and the browser, which writes the next ones, so that
//! both look the same.

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The age in seconds from which a rate counts as old. Rates come every minute.
pub const OLD: i64 = 180;

/// Splits a figure into its whole part, with grouped thousands, and its decimals with the point: at least two, and no
/// trailing zeros beyond those. A text that is no plain decimal is returned unchanged.
#[must_use]
pub fn halves(exact: &str) -> (String, String) {
    let (whole, decimals) = exact.split_once('.').unwrap_or((exact, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(decimals) {
        return (exact.to_owned(), String::new());
    }
    let mut grouped = String::with_capacity(whole.len() + whole.len() / 3);
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    (grouped, format!(".{:0<2}", decimals.trim_end_matches('0')))
}

/// Formats a figure like [`halves`], as one text.
#[must_use]
pub fn figure(exact: &str) -> String {
    let (whole, decimals) = halves(exact);
    whole + &decimals
}

/// Formats an age in seconds: "12 seconds ago".
#[must_use]
pub fn age(seconds: i64) -> String {
    let ago = |n: i64, unit: &str| format!("{n} {unit}{} ago", if n == 1 { "" } else { "s" });
    match seconds {
        ..5 => "just now".to_owned(),
        5..60 => ago(seconds, "second"),
        60..3_600 => ago(seconds / 60, "minute"),
        3_600..86_400 => ago(seconds / 3_600, "hour"),
        _ => ago(seconds / 86_400, "day"),
    }
}

/// Formats a moment to the second, from its year, month (counted from 1), day, hour, minute and second, and the name of
/// the time zone.
#[must_use]
pub fn moment(at: [i32; 6], zone: &str) -> String {
    let [year, month, day, hour, minute, second] = at;
    let month = usize::try_from(month - 1).ok().and_then(|n| MONTHS.get(n));
    let month = month.unwrap_or(&"");
    format!("{day} {month} {year}, {hour:02}:{minute:02}:{second:02} {zone}")
}

/// Returns the display name of a source of rates by its name in messages.
#[must_use]
pub fn source(word: &str) -> &str {
    match word {
        "alphavantage" => "Alpha Vantage",
        "coinbase" => "Coinbase",
        "frankfurter" => "European Central Bank, through Frankfurter",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_keeps_its_value_and_has_two_decimals_at_least() {
        for (exact, shown) in [
            ("67000.12345678", "67,000.12345678"),
            ("67000.12000000", "67,000.12"),
            ("1234567", "1,234,567.00"),
            ("0.9", "0.90"),
            ("0.00000701", "0.00000701"),
            ("150.00", "150.00"),
            ("999", "999.00"),
            // Twenty-eight digits, which no binary float can hold.
            (
                "79228162514264.337593543950335",
                "79,228,162,514,264.337593543950335",
            ),
        ] {
            assert_eq!(figure(exact), shown);
        }
        for odd in ["", "-1", "1e5", "NaN", ".5", "1.2.3", "<b>"] {
            assert_eq!(figure(odd), odd);
        }
        assert_eq!(halves("50000.5"), ("50,000".into(), ".50".into()));
    }

    #[test]
    fn an_age_is_told_in_the_largest_unit() {
        let told = [-9, 4, 5, 59, 60, 150, 3_600, 86_400, 200_000].map(age);
        let words = [
            "just now",
            "just now",
            "5 seconds ago",
            "59 seconds ago",
            "1 minute ago",
            "2 minutes ago",
            "1 hour ago",
            "1 day ago",
            "2 days ago",
        ];
        assert_eq!(told, words);
    }

    #[test]
    fn a_moment_has_its_seconds_and_zone() {
        let told = moment([2026, 11, 7, 9, 5, 0], "UTC");
        assert_eq!(told, "7 Nov 2026, 09:05:00 UTC");
    }
}
