//! Parsing the time span of a rates filter.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use super::history::HistoryFilter;
use crate::rates::Span;

/// The ranges that end now: their words in the URL and on the page.
pub const RANGES: [(&str, &str); 5] = [
    ("day", "Day"),
    ("week", "Week"),
    ("month", "Month"),
    ("year", "Year"),
    ("all", "All"),
];

/// A parser that collects all problems of a filter.
#[derive(Default)]
pub(super) struct Reader {
    /// The problems: a field's name and a sentence for the person.
    pub problems: Vec<(String, String)>,
}

impl Reader {
    /// Adds a problem of a field.
    pub fn complain(&mut self, field: &str, words: &str) {
        self.problems.push((field.to_owned(), words.to_owned()));
    }

    /// Parses a page number; 1 if it is empty.
    pub fn page(&mut self, text: &str) -> Option<u32> {
        let number = match text.trim() {
            "" => Some(1),
            text => text.parse().ok().filter(|number| *number > 0),
        };
        if number.is_none() {
            self.complain("page", "There’s no page with this number.");
        }
        number
    }

    /// Parses a day; `None` if it is empty or invalid.
    fn day(&mut self, field: &str, text: &str) -> Option<Date> {
        let text = text.trim();
        let day = text
            .parse()
            .ok()
            .filter(|day: &Date| (1900..=2200).contains(&day.year()));
        if day.is_none() && !text.is_empty() {
            self.complain(field, "Enter a date like 2026-11-01.");
        }
        day
    }
}

/// Returns whether a filter means this range.
pub(super) fn is(filter: &HistoryFilter, range: &str) -> bool {
    let by_days = [&filter.from, &filter.to]
        .iter()
        .any(|day| !day.trim().is_empty());
    let named = match filter.range.trim() {
        "" => RANGES[0].0,
        named => named,
    };
    !by_days && named == range
}

/// Returns the span that a filter means; `None` if it is invalid.
pub(super) fn parse_span(
    reader: &mut Reader,
    filter: &HistoryFilter,
    now: Timestamp,
    zone: &TimeZone,
) -> Option<Span> {
    let found = reader.problems.len();
    let (from, to) = (
        reader.day("from", &filter.from),
        reader.day("to", &filter.to),
    );
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        reader.complain("to", "The last day can’t be before the first.");
    }
    let range = filter.range.trim();
    let known = range.is_empty() || RANGES.iter().any(|(word, _)| *word == range);
    if !known {
        reader.complain(
            "range",
            "We don’t know this range. Choose one of those above, or two dates.",
        );
    }
    if reader.problems.len() > found {
        return None;
    }
    if from.is_some() || to.is_some() {
        return Some(Span {
            from: from.and_then(|day| begins(day, zone)),
            to: to.and_then(|day| begins(day.tomorrow().ok()?, zone)),
        });
    }
    let here = now.to_zoned(zone.clone());
    Some(Span {
        from: back(&here, range).map(|from| from.timestamp()),
        to: None,
    })
}

fn begins(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    Some(day.to_zoned(zone.clone()).ok()?.timestamp())
}

/// Returns the beginning of a range that ends now; `None` for "all".
fn back(now: &Zoned, range: &str) -> Option<Zoned> {
    let span = match range {
        "all" => return None,
        "week" => 7.days(),
        "month" => 1.month(),
        "year" => 1.year(),
        _ => 24.hours(),
    };
    now.checked_sub(span).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn filter(range: &str, from: &str, to: &str) -> HistoryFilter {
        HistoryFilter {
            range: range.into(),
            from: from.into(),
            to: to.into(),
            ..HistoryFilter::default()
        }
    }

    fn parse_range(
        range: &str,
        from: &str,
        to: &str,
    ) -> Result<[Option<Timestamp>; 2], Vec<String>> {
        let mut reader = Reader::default();
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let span = parse_span(
            &mut reader,
            &filter(range, from, to),
            at("2026-11-21T10:00:00Z"),
            &zone,
        );
        let fields = reader.problems.into_iter().map(|(field, _)| field);
        span.map(|span| [span.from, span.to])
            .ok_or(fields.collect())
    }

    #[test]
    fn a_range_ends_now_and_the_last_day_is_the_usual_one() {
        let day = Ok([Some(at("2026-11-20T10:00:00Z")), None]);
        assert_eq!(parse_range("", "", ""), day);
        assert_eq!(parse_range("day", "", ""), day);
        assert_eq!(
            parse_range("week", "", ""),
            Ok([Some(at("2026-11-14T10:00:00Z")), None])
        );
        assert_eq!(
            parse_range("month", "", ""),
            Ok([Some(at("2026-10-21T10:00:00Z")), None])
        );
        assert_eq!(
            parse_range("year", "", ""),
            Ok([Some(at("2025-11-21T10:00:00Z")), None])
        );
        assert_eq!(parse_range("all", "", ""), Ok([None, None]));
    }

    #[test]
    fn days_are_those_of_the_zone_with_the_last_one_whole() {
        let (from, to) = (
            Some(at("2026-10-31T23:00:00Z")),
            Some(at("2026-11-02T23:00:00Z")),
        );
        assert_eq!(
            parse_range("week", "2026-11-01", "2026-11-02"),
            Ok([from, to])
        );
        assert_eq!(parse_range("", "2026-11-01", ""), Ok([from, None]));
        assert_eq!(parse_range("", "", " 2026-11-02 "), Ok([None, to]));
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let wrong = parse_range("fortnight", "yesterday", "2026-02-30");
        assert_eq!(
            wrong,
            Err(["from", "to", "range"].map(str::to_owned).to_vec())
        );
        assert_eq!(
            parse_range("", "2026-11-02", "2026-11-01"),
            Err(vec!["to".to_owned()])
        );
        assert_eq!(
            parse_range("", "9999-12-31", ""),
            Err(vec!["from".to_owned()])
        );
        let mut reader = Reader::default();
        let pages = ["", "1", " 7 ", "0", "-1", "x", "99999999999"].map(|text| reader.page(text));
        assert_eq!(pages, [Some(1), Some(1), Some(7), None, None, None, None]);
        assert_eq!(reader.problems.len(), 4);
    }

    #[test]
    fn the_range_of_a_filter_is_known() {
        assert!(is(&filter("", "", ""), "day") && is(&filter("all", "", ""), "all"));
        assert!(!is(&filter("all", "", "2026-11-01"), "all"));
    }
}
