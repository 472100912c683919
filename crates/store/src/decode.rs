//! Converts columns to domain types. An unreadable column is an error, never a panic.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::StoreError;
use domain::money::{Currency, Money};

pub(crate) fn moment(millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millis).map_err(|_| StoreError::Unreadable("time"))
}

pub(crate) fn moment_or_none(millis: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    millis.map(moment).transpose()
}

pub(crate) fn day(text: &str) -> Result<Date, StoreError> {
    text.parse().map_err(|_| StoreError::Unreadable("day"))
}

pub(crate) fn money(minor: Option<i64>, currency: &str) -> Option<Money> {
    minor.map(|minor| Money::new(minor, Currency::from_storage(currency)))
}

/// Maps a domain parser's error to [`StoreError::Unreadable`].
pub(crate) fn parsed<T, E>(what: &'static str, result: Result<T, E>) -> Result<T, StoreError> {
    result.map_err(|_| StoreError::Unreadable(what))
}
