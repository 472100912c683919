//! Moments and days as the file and the wire write them.

use jiff::Timestamp;
use jiff::civil::Date;

/// A moment from the file's milliseconds.
pub fn from_millis(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
}

/// A moment as Plaid writes it, to the second.
pub fn wire(moment: Timestamp) -> String {
    Timestamp::from_second(moment.as_second())
        .unwrap_or(moment)
        .to_string()
}

/// A moment of the file as Plaid writes it.
pub fn wire_millis(millis: i64) -> String {
    wire(from_millis(millis))
}

/// A moment of the file as MX writes it, to the millisecond.
pub fn wire_full(millis: i64) -> String {
    from_millis(millis)
        .strftime("%Y-%m-%dT%H:%M:%S.%3fZ")
        .to_string()
}

/// A day from the text that the bank itself wrote, or that a schema has checked.
pub fn day(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// `#[serde(with)]` for a moment as milliseconds.
pub mod millis {
    use super::{Timestamp, from_millis};
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(moment: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(moment.as_millisecond())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        Ok(from_millis(i64::deserialize(from)?))
    }
}
