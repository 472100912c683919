//! The details of a transaction: everything the bank says of it that has no column of its own.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use domain::text::one_line;

/// Returns a row's fields without those that have columns.
pub(crate) fn fields(raw: &RawValue, in_columns: &[&str]) -> Result<Map<String, Value>, String> {
    let mut all: Map<String, Value> = serde_json::from_str(raw.get()).map_err(|e| e.to_string())?;
    all.retain(|name, _| !in_columns.contains(&name.as_str()));
    Ok(all)
}

/// Returns the fields in the form in which they are stored: without empty values, each text on one line.
pub(crate) fn kept(fields: Map<String, Value>) -> String {
    let mut rest = Value::Object(fields);
    prune(&mut rest);
    rest.to_string()
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
