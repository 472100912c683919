//! The chart of a rate. Its table is exact; only the positions of its points are rounded.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::app::parts::chart::{Dot, MOST_DATES, Plot};
use crate::app::parts::scale::Scale;
use domain::money;
use domain::rate::KeptQuote;
use islands::words;

/// The chart spans at least one five-hundredth of the rate, because rates move little.
const PARTS: i128 = 500;
/// The number of digits, before and after the point together, with which positions are computed.
const DIGITS: u32 = 15;

/// Returns the chart of quotes, oldest first, up to a moment; `None` for fewer than two. The time axis is linear, so a
/// gap is as wide as it was long.
pub(super) fn plot(quotes: &[KeptQuote], until: Timestamp, zone: &TimeZone) -> Option<Plot> {
    let [first, .., last] = quotes else {
        return None;
    };
    let (begins, ends) = (first.kept_at, until.max(last.kept_at));
    let span = ends.duration_since(begins).as_millis().max(1);
    let rates = quotes.iter().map(|kept| kept.quote.rate);
    let decimals = decimals(
        rates.clone().max()?,
        rates.clone().map(|rate| rate.scale()).max()?,
    );
    let unit = |rate: Decimal| {
        rate.checked_mul(power(decimals))
            .and_then(|rate| rate.round().to_i64())
    };
    let units = rates
        .map(|rate| unit(rate).unwrap_or(i64::MAX))
        .collect::<Vec<_>>();
    let scale = Scale::spanning(*units.iter().min()?, *units.iter().max()?, 1, PARTS);
    let dot = |(kept, unit): (&KeptQuote, &i64)| {
        let since = kept.kept_at.duration_since(begins).as_millis();
        Dot {
            label: local_time(kept.kept_at, "%-d %b %Y, %H:%M", zone),
            text: words::figure(&kept.quote.rate.to_string()),
            across: u16::try_from(since * 1000 / span).unwrap_or(1000).min(1000),
            down: scale.down(*unit),
        }
    };
    Some(Plot {
        dots: quotes.iter().zip(&units).map(dot).collect(),
        rules: labels(scale.rules(), decimals),
        dates: dates(begins, ends, zone),
        heads: ["Time", "Rate"].map(str::to_owned),
    })
}

/// Returns how many of a figure's `has` decimals fit into `DIGITS` beside its whole part.
fn decimals(greatest: Decimal, has: u32) -> u32 {
    let whole = greatest.trunc().to_string().len();
    let whole = u32::try_from(whole).unwrap_or(DIGITS);
    has.min(DIGITS.saturating_sub(whole))
}

fn power(decimals: u32) -> Decimal {
    Decimal::from(10_u64.pow(decimals.min(DIGITS)))
}

/// Returns the rules' labels, all with as many decimals as it takes to tell them apart.
fn labels(rules: [i64; 3], decimals: u32) -> [String; 3] {
    let exact = rules.map(|rule| Decimal::new(rule, decimals).normalize());
    let most = exact.iter().map(Decimal::scale).max().unwrap_or(0);
    exact.map(|mut rule| {
        rule.rescale(most);
        let text = rule.abs().to_string();
        let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
        let sign = if rule.is_sign_negative() {
            "\u{2212}"
        } else {
            ""
        };
        format!("{sign}{}{rest}", money::grouped(whole))
    })
}

/// Returns a few evenly spaced times, formatted as finely as their distance needs.
fn dates(begins: Timestamp, ends: Timestamp, zone: &TimeZone) -> Vec<String> {
    let span = ends.duration_since(begins);
    let one_year = [begins, ends].map(|at| at.to_zoned(zone.clone()).year());
    let format = match span {
        span if span < SignedDuration::from_mins(10) => "%H:%M:%S",
        span if span <= SignedDuration::from_hours(36) => "%H:%M",
        span if span < SignedDuration::from_hours(5 * 24) => "%-d %b, %H:%M",
        _ if one_year[0] == one_year[1] => "%-d %b",
        _ => "%-d %b %Y",
    };
    let steps = i32::try_from(MOST_DATES - 1).unwrap_or(1);
    let at = |n: i32| begins + span / steps * n;
    (0..=steps)
        .map(|n| local_time(at(n), format, zone))
        .collect()
}

/// Formats a time in this Passbook's zone.
pub(super) fn local_time(at: Timestamp, format: &str, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;
    use domain::rate::{Pair, Quote};

    fn kept(minute: i64, rate: &str) -> KeptQuote {
        let at = "2026-11-21T10:00:00Z".parse::<Timestamp>().expect("a time") + minute.minutes();
        KeptQuote {
            place: minute,
            quote: Quote {
                pair: Pair::new("BTC", "USD").expect("a pair"),
                source: "coinbase".into(),
                rate: rate.parse().expect("a decimal"),
                bid: None,
                ask: None,
                at,
            },
            kept_at: at,
            fetched_at: at,
        }
    }

    fn drawn(rates: &[(i64, &str)], until: i64) -> Plot {
        let quotes: Vec<_> = rates.iter().map(|(at, rate)| kept(*at, rate)).collect();
        plot(&quotes, kept(until, "1").kept_at, &TimeZone::UTC).expect("a line")
    }

    #[test]
    fn a_gap_is_as_wide_as_it_was_long_and_the_line_ends_where_it_ended() {
        let plot = drawn(&[(0, "67000"), (1, "67100.5"), (61, "67200")], 120);
        assert_eq!(
            plot.dots.iter().map(|dot| dot.across).collect::<Vec<_>>(),
            [0, 8, 508]
        );
        assert_eq!(plot.dots[1].text, "67,100.50");
        assert_eq!(plot.dots[1].label, "21 Nov 2026, 10:01");
        assert_eq!(plot.dates, ["10:00", "10:30", "11:00", "11:30", "12:00"]);
        assert!(plot.dots[0].down > plot.dots[1].down);
    }

    #[test]
    fn one_rate_is_no_line() {
        assert_eq!(
            plot(&[kept(0, "1")], kept(1, "1").kept_at, &TimeZone::UTC),
            None
        );
    }

    #[test]
    fn rules_are_round_and_of_one_length() {
        assert_eq!(
            drawn(&[(0, "67000.12345678"), (9, "67350.1")], 9).rules,
            ["67,400", "67,200", "67,000"]
        );
        assert_eq!(
            drawn(&[(0, "1.0834"), (9, "1.0871")], 9).rules,
            ["1.088", "1.086", "1.084"]
        );
        // A constant rate is a flat line in the middle.
        let flat = drawn(&[(0, "150.00"), (9, "150.00")], 9);
        assert_eq!((flat.rules[1].as_str(), flat.dots[0].down), ("150.0", 500));
    }

    #[test]
    fn figures_of_any_size_have_their_place() {
        for rate in [
            "0.0000000000000000000000000001",
            "79228162514264337593543950335",
            "0.00000701",
            "9999999999999999",
        ] {
            let plot = drawn(&[(0, rate), (1, "1")], 1);
            assert!(
                plot.dots.iter().all(|dot| dot.down <= 1000),
                "{rate}: {plot:?}"
            );
        }
    }

    #[test]
    fn dates_are_told_as_finely_as_they_are_apart() {
        let day = 24 * 60;
        assert_eq!(drawn(&[(0, "1"), (4, "1")], 4).dates[1], "10:01:00");
        assert_eq!(
            drawn(&[(0, "1"), (2 * day, "1")], 0).dates[1],
            "21 Nov, 22:00"
        );
        assert_eq!(drawn(&[(0, "1"), (30 * day, "1")], 0).dates[4], "21 Dec");
        assert_eq!(
            drawn(&[(0, "1"), (365 * day, "1")], 0).dates[0],
            "21 Nov 2026"
        );
    }
}
