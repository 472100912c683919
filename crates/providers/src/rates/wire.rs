//! Figures and times, which the responses of all sources share.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use domain::rate::RateRefusal;

/// The refusal for a response that cannot be read or believed.
pub(super) const UNREADABLE: RateRefusal = RateRefusal::Away(None);

/// The most digits that a decimal can always hold.
const MOST_DIGITS: usize = 28;
/// How far a source's time may be ahead: clocks differ, and in summer Frankfurter publishes an hour before the nominal
/// time of its rates.
const AHEAD: SignedDuration = SignedDuration::from_hours(1);

/// A figure from a JSON text or number, with every digit. Null, an empty text and `-` mean none. Anything but plain
/// digits with at most one point is an error, except that a number may have a negative exponent.
#[derive(Debug, Default)]
pub(super) struct Figure(pub(super) Option<Decimal>);

impl Figure {
    /// Returns a rate, which is above zero.
    pub(super) fn rate(&self) -> Result<Decimal, RateRefusal> {
        self.offer().ok_or(UNREADABLE)
    }

    /// Returns a bid or an ask. Zero means that there is none.
    pub(super) fn offer(&self) -> Option<Decimal> {
        self.0.filter(|figure| !figure.is_zero())
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let figure = match raw.get() {
            "null" => Some(None),
            text if text.starts_with('"') => serde_json::from_str::<String>(text)
                .ok()
                .and_then(|text| parse_rate(&text)),
            literal => read_number(literal),
        };
        figure
            .map(Self)
            .ok_or_else(|| D::Error::custom("a figure that is no number"))
    }
}

/// Parses a number literal. Ruby, in which Frankfurter is written, writes numbers below 0.0001 as `4.6e-05`.
fn read_number(literal: &str) -> Option<Option<Decimal>> {
    let Some((digits, exponent)) = literal.split_once(['e', 'E']) else {
        return parse_rate(literal);
    };
    let places: u32 = exponent.strip_prefix('-')?.parse().ok()?;
    let mut figure = parse_rate(digits)??;
    let scale = figure.scale().checked_add(places)?;
    figure.set_scale(scale).ok()?;
    Some(Some(figure))
}

/// Parses a figure. `Some(None)` means that there is none, `None` that it is invalid.
fn parse_rate(text: &str) -> Option<Option<Decimal>> {
    let text = text.trim();
    if matches!(text, "" | "-") {
        return Some(None);
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !plain(whole) || !plain(part) || digits > MOST_DIGITS {
        return None;
    }
    Decimal::from_str_exact(text).ok().map(Some)
}

/// Returns a source's time, unless it is in the future.
pub(super) fn believed(at: Timestamp, now: Timestamp) -> Result<Timestamp, RateRefusal> {
    if at.duration_since(now) > AHEAD {
        return Err(UNREADABLE);
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(json: &str) -> Option<Option<String>> {
        let figure = serde_json::from_str::<Figure>(json).ok()?;
        Some(figure.0.map(|figure| figure.to_string()))
    }

    #[test]
    fn figures_keep_every_digit() {
        for text in [
            "10347.92000000",
            "0.00000000000000000001",
            "9999999999999999999999999999",
            "0.999999999999999999999999999",
            "1",
        ] {
            assert_eq!(figure(text), Some(Some(text.to_owned())), "{text}");
            assert_eq!(figure(&format!("\" {text} \"")), figure(text), "{text}");
        }
        for none in ["null", r#""""#, r#""-""#, r#"" ""#] {
            assert_eq!(figure(none), Some(None), "{none}");
        }
    }

    #[test]
    fn small_numbers_may_have_an_exponent() {
        for (literal, text) in [("4.6e-05", "0.000046"), ("5.0E-5", "0.000050")] {
            assert_eq!(figure(literal), Some(Some(text.to_owned())), "{literal}");
        }
    }

    #[test]
    fn absurd_figures_are_errors() {
        for text in [
            "-1",
            "+1",
            "NaN",
            "Infinity",
            "1e5",
            "1E-2",
            "1_000",
            "1,000.00",
            "1.2.3",
            ".5",
            "5.",
            ".",
            "--",
            "0x10",
            "١",
            "10000000000000000000000000000",
            "1.0000000000000000000000000000",
            "null",
        ] {
            assert_eq!(figure(&format!("\"{text}\"")), None, "{text}");
        }
        let long = "9".repeat(400);
        for literal in [
            "-1",
            "1e5",
            "1e-29",
            "1e-99999999999",
            "1.5e-28",
            "-4e-5",
            "true",
            "[1]",
            "{}",
            &long,
        ] {
            assert_eq!(figure(literal), None, "{literal}");
        }
    }

    #[test]
    fn a_rate_is_above_zero_and_zero_is_no_offer() {
        let zero: Figure = serde_json::from_str("\"0.00\"").expect("a figure");
        assert_eq!(zero.rate(), Err(UNREADABLE));
        assert_eq!(zero.offer(), None);
        assert_eq!(Figure::default().rate(), Err(UNREADABLE));
    }

    #[test]
    fn a_moment_may_be_an_hour_ahead_and_no_more() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(believed(now + AHEAD, now), Ok(now + AHEAD));
        let later = now + AHEAD + SignedDuration::from_nanos(1);
        assert_eq!(believed(later, now), Err(UNREADABLE));
        assert_eq!(believed(Timestamp::MIN, Timestamp::MAX), Ok(Timestamp::MIN));
        assert_eq!(believed(Timestamp::MAX, Timestamp::MIN), Err(UNREADABLE));
    }
}
