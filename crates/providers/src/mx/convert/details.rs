//! All else that a bank says of a transaction.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::details::{fields, kept};
use domain::text::one_line;

/// Fields that the ledger keeps in columns, and ids of what the row belongs to; the rest is kept as details.
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

/// All that has no column, without what is empty, each text on one line. `shown` is what stands in the columns for the
/// readable description.
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
