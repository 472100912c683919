//! Null on the wire means empty.

use serde::{Deserialize, Deserializer};

/// Reads null as the empty value of its type.
pub(crate) fn or_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads null as an empty list, and skips nulls in a list.
pub(crate) fn or_none<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let all: Option<Vec<Option<T>>> = Option::deserialize(deserializer)?;
    Ok(all.unwrap_or_default().into_iter().flatten().collect())
}
