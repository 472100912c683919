//! MX's JSON, as far as it is used. Answers are read leniently: unknown fields and values are passed over, and
//! enumerations stay text.
//!
//! Null may stand anywhere. A field is one of three: an `Option`; `or_empty`, where null and nothing are the empty
//! text, list or object; or, without an attribute, part of the identity of what it belongs to, which cannot be
//! read without it. `tests/nulls.rs` puts null into every place of every answer.

mod asked;
mod rows;
mod told;

use serde::Deserialize;
use serde::de::Deserializer;

pub(super) use asked::*;
pub(super) use rows::*;
pub(super) use told::*;

/// Reads null as the empty value of its type.
pub(in crate::mx) fn or_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads null as an empty list, and passes over null in a list.
pub(in crate::mx) fn or_none<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let all: Option<Vec<Option<T>>> = Option::deserialize(deserializer)?;
    Ok(all.unwrap_or_default().into_iter().flatten().collect())
}
