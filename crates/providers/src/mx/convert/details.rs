//! All else that a bank says of a transaction.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

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
    let mut all: Map<String, Value> = serde_json::from_str(raw.get()).map_err(|e| e.to_string())?;
    all.retain(|name, _| !IN_COLUMNS.contains(&name.as_str()));
    if all
        .get("description")
        .and_then(Value::as_str)
        .is_some_and(|text| shown.contains(&&*one_line(text)))
    {
        all.remove("description");
    }
    let mut rest = Value::Object(all);
    prune(&mut rest);
    Ok(rest.to_string())
}

fn prune(value: &mut Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => {
            *text = one_line(text);
            !text.is_empty()
        }
        Value::Array(items) => {
            items.retain_mut(prune);
            !items.is_empty()
        }
        Value::Object(fields) => {
            let all = std::mem::take(fields).into_iter();
            let named = all.map(|(name, field)| (one_line(&name), field));
            fields.extend(
                named.filter_map(|(name, mut field)| prune(&mut field).then_some((name, field))),
            );
            !fields.is_empty()
        }
        Value::Bool(_) | Value::Number(_) => true,
    }
}
