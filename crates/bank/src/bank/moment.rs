//! Times and dates in the formats of the database and the wires.

use jiff::Timestamp;
use jiff::civil::Date;

/// Converts Unix milliseconds, as the database stores them.
pub fn from_millis(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
}

/// Formats a time as Plaid does, in whole seconds.
pub fn wire(moment: Timestamp) -> String {
    Timestamp::from_second(moment.as_second())
        .unwrap_or(moment)
        .to_string()
}

/// Formats Unix milliseconds as Plaid does.
pub fn wire_millis(millis: i64) -> String {
    wire(from_millis(millis))
}

/// Formats Unix milliseconds as MX does, with milliseconds.
pub fn wire_full(millis: i64) -> String {
    from_millis(millis)
        .strftime("%Y-%m-%dT%H:%M:%S.%3fZ")
        .to_string()
}

/// Parses an ISO 8601 date that the bank wrote or a schema has checked. `None` if it is not a date.
pub fn day(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// `#[serde(with)]` for a timestamp as Unix milliseconds.
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
