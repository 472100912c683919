//! Parses a filter from the URL.

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::view::{Filter, QuickRange};
use domain::category::Category;
use domain::id::{AccountId, TransactionId};
use domain::own;
use domain::search;
use store::{Narrowing, Place, Position};

const AMOUNT: &str = "Enter an amount like 12.50 or 1,200.";

/// Field names, each with a sentence for the person.
type Mistakes = Vec<(String, String)>;

/// Returns what a filter means, or everything that is wrong with it.
pub(super) fn parse_filter(filter: &Filter) -> Result<(Narrowing, Place), Mistakes> {
    let mut reader = Reader {
        problems: Vec::new(),
    };
    let narrowing = Narrowing {
        words: search::words(&filter.q),
        account: reader.field(
            "account",
            &filter.account,
            "Choose one of your accounts.",
            AccountId::parse,
        ),
        from: reader.field("from", &filter.from, "Enter a date like 2026-11-01.", day),
        to: reader.field("to", &filter.to, "Enter a date like 2026-11-30.", day),
        min: reader.field("min", &filter.min, AMOUNT, amount),
        max: reader.field("max", &filter.max, AMOUNT, amount),
        category: reader.field(
            "category",
            &filter.category,
            "Choose one of the categories.",
            category,
        ),
        pending: reader.field(
            "pending",
            &filter.pending,
            "Choose pending or posted.",
            yes_or_no,
        ),
        tag: reader.field("tag", &filter.tag, "Choose one of your tags.", tag),
    };
    let gone = "This page is gone. Start from the first page.";
    let after = reader.field("after", &filter.after, gone, position);
    let before = reader.field("before", &filter.before, gone, position);
    let place = match (after, before) {
        (Some(at), _) => Place::After(at),
        (None, Some(at)) => Place::Before(at),
        (None, None) => Place::First,
    };
    if let (Some(from), Some(to)) = (narrowing.from, narrowing.to)
        && from > to
    {
        reader.complain("to", "The last day can’t be before the first.");
    }
    if let (Some(min), Some(max)) = (narrowing.min, narrowing.max)
        && min > max
    {
        reader.complain("max", "The maximum can’t be less than the minimum.");
    }
    if !filter.q.trim().is_empty() && narrowing.words.is_empty() {
        reader.complain("q", "Enter letters or digits to search for.");
    }
    if search::too_many(&filter.q) {
        let most = format!("Enter at most {} words.", search::MOST_WORDS);
        reader.complain("q", &most);
    }
    if reader.problems.is_empty() {
        Ok((narrowing, place))
    } else {
        Err(reader.problems)
    }
}

/// Returns the ranges to choose with one press.
pub(super) fn quick_ranges(today: Date) -> Vec<QuickRange> {
    let this_month = today.first_of_month();
    let end_of_last = this_month.yesterday().unwrap_or(this_month);
    let three_months_ago = today.checked_sub(89.days()).unwrap_or(today);
    let this_year = today.first_of_year();
    let ranges = [
        ("This month", this_month, today),
        ("Last month", end_of_last.first_of_month(), end_of_last),
        ("Last 90 days", three_months_ago, today),
        ("This year", this_year, today),
    ];
    let ranges = ranges.map(|(label, from, to)| QuickRange {
        label: label.to_owned(),
        from: from.to_string(),
        to: to.to_string(),
    });
    ranges.into()
}

/// Formats a place for a URL.
pub(super) fn place_text(place: &Position) -> String {
    format!("{}.{}", place.day, place.id)
}

struct Reader {
    problems: Mistakes,
}

impl Reader {
    fn field<T>(
        &mut self,
        name: &str,
        text: &str,
        wanted: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let value = parse(text);
        if value.is_none() {
            self.complain(name, wanted);
        }
        value
    }

    fn complain(&mut self, name: &str, wanted: &str) {
        self.problems.push((name.to_owned(), wanted.to_owned()));
    }
}

fn day(text: &str) -> Option<Date> {
    text.parse()
        .ok()
        .filter(|day: &Date| (1900..=2200).contains(&day.year()))
}

/// Parses an amount. Commas between thousands are accepted; one anywhere else might be a decimal point, and is not
/// guessed at.
fn amount(text: &str) -> Option<Decimal> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut thousands = groups.peekable();
    let begins_well = thousands.peek().is_none() || (1..=3).contains(&first.len());
    if !begins_well || fraction.contains(',') || !thousands.all(|group| group.len() == 3) {
        return None;
    }
    let amount: Decimal = text.replace(',', "").parse().ok()?;
    (amount >= Decimal::ZERO && amount < Decimal::from(1_000_000_000_000_i64)).then_some(amount)
}

fn category(text: &str) -> Option<String> {
    Category::is_code(text).then(|| text.to_owned())
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

fn tag(text: &str) -> Option<String> {
    own::is_tag(text).then(|| text.to_lowercase())
}

fn position(text: &str) -> Option<Position> {
    let (on, id) = text.split_once('.')?;
    Some(Position {
        day: day(on)?,
        id: TransactionId::parse(id)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_empty_narrows_nothing() {
        assert_eq!(
            parse_filter(&Filter::default()),
            Ok((Narrowing::default(), Place::First))
        );
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let filter = Filter {
            q: "!!".into(),
            account: "x".into(),
            from: "yesterday".into(),
            to: "2026-02-30".into(),
            min: "-1".into(),
            max: "lots".into(),
            category: "<b>".into(),
            pending: "maybe".into(),
            tag: "<i>".into(),
            after: "1".into(),
            before: "2".into(),
        };
        let problems = parse_filter(&filter).expect_err("all wrong");
        let mut fields: Vec<&str> = problems.iter().map(|(field, _)| field.as_str()).collect();
        fields.sort_unstable();
        assert_eq!(
            fields,
            [
                "account", "after", "before", "category", "from", "max", "min", "pending", "q",
                "tag", "to"
            ]
        );
    }

    #[test]
    fn quick_ranges_end_today_or_with_their_month() {
        let on = |day: &str| {
            let ranges = quick_ranges(day.parse().expect("a day"));
            let ends = ranges.into_iter().map(|range| (range.from, range.to));
            ends.collect::<Vec<_>>()
        };
        let range = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(
            on("2026-03-01"),
            [
                range("2026-03-01", "2026-03-01"),
                range("2026-02-01", "2026-02-28"),
                range("2025-12-02", "2026-03-01"),
                range("2026-01-01", "2026-03-01"),
            ]
        );
        assert_eq!(on("2027-01-31")[1], range("2026-12-01", "2026-12-31"));
    }

    #[test]
    fn ends_are_in_order() {
        let filter = Filter {
            from: "2026-11-02".into(),
            to: "2026-11-01".into(),
            min: "2".into(),
            max: "1,000".into(),
            ..Filter::default()
        };
        assert_eq!(
            parse_filter(&filter)
                .expect_err("the days are not in order")
                .len(),
            1
        );
    }

    #[test]
    fn a_word_that_would_not_be_looked_for_is_told() {
        let filter = |q: &str| Filter {
            q: q.into(),
            ..Filter::default()
        };
        assert!(parse_filter(&filter("a b c d e f g h")).is_ok());
        let problems = parse_filter(&filter("a b c d e f g h i")).expect_err("nine words");
        assert_eq!(problems, [("q".into(), "Enter at most 8 words.".into())]);
    }

    #[test]
    fn a_comma_stands_between_thousands_or_nothing_is_read() {
        for (text, read) in [
            ("1,234.50", Some(Decimal::new(123_450, 2))),
            ("12,345,678", Some(Decimal::from(12_345_678))),
            ("1200", Some(Decimal::from(1200))),
            (".5", Some(Decimal::new(5, 1))),
            ("10,5", None),
            ("10,50", None),
            ("1,2345", None),
            ("1234,567", None),
            (",500", None),
            ("1.234,50", None),
            ("1,,000", None),
        ] {
            assert_eq!(amount(text), read, "{text}");
        }
    }

    #[test]
    fn a_place_survives_the_url() {
        let place = Position {
            day: jiff::civil::date(2026, 11, 21),
            id: TransactionId::generate(),
        };
        let filter = Filter {
            after: place_text(&place),
            ..Filter::default()
        };
        assert_eq!(
            parse_filter(&filter).expect("good").1,
            Place::After(place.clone())
        );
        let filter = Filter {
            before: place_text(&place),
            ..Filter::default()
        };
        assert_eq!(parse_filter(&filter).expect("good").1, Place::Before(place));
    }
}
