//! Objects as MX writes them.

use serde_json::Value;

/// An object with amounts, written digit by digit: a binary fraction would not keep them.
pub(super) fn with_amounts(object: &Value, amounts: &[(&str, Option<&str>)]) -> String {
    let mut text = String::from("{");
    for (name, amount) in amounts {
        text.push_str(&format!("\"{name}\":{},", amount.unwrap_or("null")));
    }
    text.push_str(object.to_string().trim_start_matches('{'));
    text
}

/// An object with the fields of another.
pub(super) fn merged(mut object: Value, more: Value) -> Value {
    if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
        object.extend(more);
    }
    object
}

/// Makes fields null that no bank here knows.
pub(super) fn unknown(object: &mut Value, names: &[&str]) {
    for name in names {
        object[*name] = Value::Null;
    }
}
