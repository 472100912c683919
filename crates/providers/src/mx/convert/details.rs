//! The details of a transaction.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::details::{fields, kept};
use domain::text::one_line;

/// Fields that have their own columns, and ids of what the row belongs to. The rest is kept as details.
const IN_COLUMNS: [&str; 15] = [
    "guid",
    "account_guid",
    "amount",
    "type",
    "date",
    "currency_code",
    "status",
    "category",
    "top_level_category",
    "category_guid",
    "account_id",
    "member_guid",
    "member_is_managed_by_user",
    "user_guid",
    "user_id",
];

/// Returns all fields without a column, without empty values, each text on one line. `shown` is what the columns
/// already have of the readable description.
pub(super) fn details(raw: &RawValue, shown: &[&str]) -> Result<String, String> {
    let mut all = fields(raw, &IN_COLUMNS)?;
    if all
        .get("description")
        .and_then(Value::as_str)
        .is_some_and(|text| shown.contains(&&*one_line(text)))
    {
        all.remove("description");
    }
    Ok(kept(all))
}
