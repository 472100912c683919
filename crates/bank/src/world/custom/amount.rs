//! The numbers and dates of a `user_custom` file, parsed without loss of digits.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::value::RawValue;

use super::CustomError;
use super::file::Written;

/// The largest amount. It keeps every sum within the range of a decimal.
const LARGEST: i64 = 1_000_000_000_000;
/// The longest number in characters.
const LONGEST_NUMBER: usize = 40;
/// The most decimals that any currency uses.
const MOST_DECIMALS: u32 = 18;

/// Parses a decimal from its literal text. `None` for null.
pub(super) fn decimal(place: &str, written: &RawValue) -> Result<Option<Decimal>, CustomError> {
    let text = written.get();
    if text == "null" {
        return Ok(None);
    }
    let wrong = |what: &str| Err(CustomError::field(place, what));
    if !text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
        return wrong("must be a number");
    }
    if text.len() > LONGEST_NUMBER {
        return wrong("has too many digits");
    }
    let parsed = if text.contains(['e', 'E']) {
        Decimal::from_scientific(text)
    } else {
        Decimal::from_str_exact(text)
    };
    match parsed {
        Ok(value) if value.abs() > Decimal::from(LARGEST) => wrong("is too large"),
        Ok(value) if value.scale() > MOST_DECIMALS => wrong("has too many decimals"),
        // Zero has no sign.
        Ok(value) if value.is_zero() => Ok(Some(Decimal::ZERO)),
        Ok(value) => Ok(Some(value)),
        Err(_) => wrong("is a number that cannot be kept to the digit"),
    }
}

/// Parses a decimal field that may be missing.
pub(super) fn optional(
    place: &str,
    written: Option<&Written>,
) -> Result<Option<Decimal>, CustomError> {
    written.map_or(Ok(None), |written| decimal(place, written))
}

/// Parses a date in the form `YYYY-MM-DD`.
pub(super) fn date(place: &str, text: &str) -> Result<Date, CustomError> {
    let wrong = || CustomError::field(place, "is not a day written as YYYY-MM-DD");
    if text.len() != 10 || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(wrong());
    }
    let day: Date = text.parse().map_err(|_| wrong())?;
    if !(1900..=2200).contains(&day.year()) {
        return Err(CustomError::field(
            place,
            "must be between the years 1900 and 2200",
        ));
    }
    Ok(day)
}
