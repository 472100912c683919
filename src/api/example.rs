//! Example requests, made from the description: for the reference page and the Postman collection.

use serde_json::{Map, Value, json};

/// Returns an example of an operation's JSON body; `None` if it has none. It holds the required fields and the lists,
/// because an empty list says nothing.
pub(super) fn body(document: &Value, operation: &Value) -> Option<Value> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let schema = resolved(document, schema);
    let properties = schema["properties"].as_object()?;
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    let wanted = properties.iter().filter(|(name, schema)| {
        required.iter().any(|it| it == name.as_str()) || kind(schema) == "array"
    });
    let fields: Map<String, Value> = wanted
        .map(|(name, schema)| (name.clone(), value(document, schema)))
        .collect();
    Some(Value::Object(fields))
}

/// Returns a shell command that sends an operation's request, with `$api` and `$auth` as the reference page sets them.
pub(super) fn curl(document: &Value, path: &str, method: &str, operation: &Value) -> String {
    let mut command = "curl -s".to_owned();
    let body = body(document, operation);
    match (method, &body) {
        ("get", _) | ("post", Some(_)) => {}
        _ => command = format!("{command} -X {}", method.to_uppercase()),
    }
    // Shells take braces for patterns.
    command += &match path.contains('{') {
        true => format!(" \"$api{path}\""),
        false => format!(" $api{path}"),
    };
    if operation["security"][0] != json!({}) {
        command += " -H \"$auth\"";
    }
    if let Some(body) = body {
        command += &format!(" \\\n  -H 'Content-Type: application/json' -d '{body}'");
    }
    command
}

/// Returns the parameters of an operation.
pub(super) fn parameters(operation: &Value) -> impl Iterator<Item = &Value> {
    operation["parameters"].as_array().into_iter().flatten()
}

/// Returns the schema that a reference points to, or the schema itself.
pub(super) fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let name = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next());
    name.map_or(schema, |name| &document["components"]["schemas"][name])
}

/// Returns the text of a JSON string; empty for anything else.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn value(document: &Value, schema: &Value) -> Value {
    if !schema["example"].is_null() {
        return schema["example"].clone();
    }
    let schema = resolved(document, schema);
    match kind(schema) {
        "array" => json!([value(document, &schema["items"])]),
        "boolean" => json!(true),
        "integer" | "number" => json!(1),
        "object" => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            let fields: Map<String, Value> = fields
                .map(|(name, schema)| (name.clone(), value(document, schema)))
                .collect();
            Value::Object(fields)
        }
        _ => json!("…"),
    }
}

/// Returns the type of a schema; for one that may also be null, the other type.
pub(super) fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(kinds) => kinds
            .iter()
            .filter_map(Value::as_str)
            .find(|kind| *kind != "null")
            .unwrap_or_default(),
        kind => kind.as_str().unwrap_or_default(),
    }
}
