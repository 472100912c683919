//! Writes objects in MX's format.

use serde_json::Value;

/// Writes an object with exact decimal amounts, which a binary floating-point number cannot hold.
pub(super) fn with_amounts(object: &Value, amounts: &[(&str, Option<&str>)]) -> String {
    let mut text = String::from("{");
    for (name, amount) in amounts {
        text.push_str(&format!("\"{name}\":{},", amount.unwrap_or("null")));
    }
    text.push_str(object.to_string().trim_start_matches('{'));
    text
}

/// Merges the fields of another object into an object.
pub(super) fn merged(mut object: Value, more: Value) -> Value {
    if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
        object.extend(more);
    }
    object
}

/// Sets fields to null for which the built-in bank has no values.
pub(super) fn unknown(object: &mut Value, names: &[&str]) {
    for name in names {
        object[*name] = Value::Null;
    }
}
