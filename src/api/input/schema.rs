//! Checks a request against the schema in the API's own description, and reports every problem.

use jiff::Timestamp;
use jiff::civil::Date;
use regex::Regex;
use rust_decimal::Decimal;
use serde_json::Value;

/// The problems: field names, each with what to send instead.
pub(super) type Wrong = Vec<(String, String)>;

/// The schema keywords that are checked; those that only describe are ignored.
#[cfg(test)]
pub(super) const KNOWN: [&str; 20] = [
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "format",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "maxItems",
    "default",
    "description",
    "example",
    "examples",
    "title",
    "propertyNames",
    "pattern",
    "writeOnly",
];

/// Returns everything that is wrong with a value.
pub(super) fn check(schema: &Value, value: &Value) -> Wrong {
    let mut wrong = Vec::new();
    at(schema, value, "", &mut wrong);
    wrong
}

fn at(schema: &Value, value: &Value, field: &str, wrong: &mut Wrong) {
    let types = types(schema);
    if !types.is_empty() && !types.iter().any(|kind| is(kind, value)) {
        wrong.push((field.to_owned(), format!("Send {}.", wanted(&types))));
        return;
    }
    if let Some(choices) = schema["enum"].as_array()
        && !choices.contains(value)
    {
        let words: Vec<&str> = choices.iter().filter_map(Value::as_str).collect();
        wrong.push((field.to_owned(), format!("Send {}.", words.join(" or "))));
        return;
    }
    match value {
        Value::String(text) => wrong.extend(text_of(schema, text).map(|d| (field.to_owned(), d))),
        Value::Number(number) => {
            wrong.extend(number_of(schema, number.as_f64()).map(|d| (field.to_owned(), d)));
        }
        Value::Array(items) => array(schema, items, field, wrong),
        Value::Object(_) => object(schema, value, field, wrong),
        Value::Null | Value::Bool(_) => {}
    }
}

fn object(schema: &Value, value: &Value, field: &str, wrong: &mut Wrong) {
    let Some(fields) = value.as_object() else {
        return;
    };
    let required = schema["required"].as_array();
    for name in required.into_iter().flatten().filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            wrong.push((below(field, name), "This is required.".to_owned()));
        }
    }
    let closed = schema["additionalProperties"] == Value::Bool(false);
    for (name, value) in fields {
        match schema["properties"].get(name) {
            Some(schema) => at(schema, value, &below(field, name), wrong),
            None if closed => {
                let name: String = name.chars().take(80).collect();
                wrong.push((below(field, &name), "Unknown field.".to_owned()));
            }
            None => {}
        }
    }
}

fn array(schema: &Value, items: &[Value], field: &str, wrong: &mut Wrong) {
    if let Some(most) = schema["maxItems"].as_u64()
        && items.len() as u64 > most
    {
        wrong.push((field.to_owned(), format!("Send at most {most}.")));
        return;
    }
    for (i, item) in items.iter().enumerate() {
        at(&schema["items"], item, &below(field, &i.to_string()), wrong);
    }
}

fn text_of(schema: &Value, text: &str) -> Option<String> {
    let length = text.chars().count() as u64;
    if schema["minLength"]
        .as_u64()
        .is_some_and(|least| length < least)
    {
        let least = schema["minLength"].as_u64()?;
        return Some(match least {
            1 => "This can't be empty.".to_owned(),
            least => format!("Send at least {least} characters."),
        });
    }
    if let Some(most) = schema["maxLength"].as_u64().filter(|most| length > *most) {
        return Some(format!("Send at most {most} characters."));
    }
    // None of our texts has a NUL, and SQLite would cut the text there.
    if text.contains('\0') {
        return Some("Send text without NUL characters.".to_owned());
    }
    let pattern = schema["pattern"].as_str();
    let fits = pattern.is_none_or(|pattern| fits(pattern, text));
    match schema["format"].as_str() {
        Some("date") if !fits || day(text).is_none() => {
            Some("Send a date like 2026-11-21.".to_owned())
        }
        Some("date-time") if !fits || moment(text).is_none() => {
            Some("Send a date and time like 2026-11-21T10:00:00Z.".to_owned())
        }
        Some("decimal") if !fits || amount(text).is_none() => {
            Some("Send an amount like 12.50, not below 0.".to_owned())
        }
        _ if !fits => Some(format!("Send text that matches {}.", pattern?)),
        _ => None,
    }
}

/// Whether a text matches a pattern; an invalid pattern matches nothing.
fn fits(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
}

fn number_of(schema: &Value, number: Option<f64>) -> Option<String> {
    let (least, most) = (schema["minimum"].as_f64(), schema["maximum"].as_f64());
    let number = number?;
    let fits = least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most);
    if fits {
        return None;
    }
    Some(match (least, most) {
        (Some(least), Some(most)) => format!("Send a number from {least} to {most}."),
        (Some(least), None) => format!("Send a number of at least {least}."),
        _ => format!("Send a number of at most {}.", most.unwrap_or_default()),
    })
}

/// Parses a day, in the one form of RFC 3339.
pub(in crate::api) fn day(text: &str) -> Option<Date> {
    let in_form = text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| match i {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    in_form.then(|| text.parse().ok()).flatten()
}

/// Parses a moment with its offset from UTC (RFC 3339).
pub(in crate::api) fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// Parses an amount in units of a currency, without a sign.
pub(in crate::api) fn amount(text: &str) -> Option<Decimal> {
    let in_form = text.len() <= 24 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let amount: Decimal = in_form.then(|| text.parse().ok()).flatten()?;
    (amount < Decimal::from(1_000_000_000_000_i64)).then_some(amount)
}

pub(super) fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(some) => some.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => {
            value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|n| n.fract() == 0.0)
        }
        "null" => value.is_null(),
        _ => false,
    }
}

fn wanted(types: &[&str]) -> String {
    let words: Vec<&str> = types
        .iter()
        .map(|kind| match *kind {
            "object" => "an object",
            "array" => "a list",
            "string" => "text",
            "boolean" => "true or false",
            "number" => "a number",
            "integer" => "a whole number",
            _ => "null",
        })
        .collect();
    words.join(" or ")
}

fn below(field: &str, name: &str) -> String {
    match field {
        "" => name.to_owned(),
        field => format!("{field}.{name}"),
    }
}
