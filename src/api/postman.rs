//! The API's description as a Postman collection.

use serde_json::{Map, Value, json};

use super::example;

/// Makes a collection (format 2.1) of every operation; the address and the token are variables.
#[must_use]
pub fn collection(document: &Value, base: &str) -> Value {
    let mut folders: Map<String, Value> = Map::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let tag = operation["tags"][0].as_str().unwrap_or("Other").to_owned();
            let folder = folders.entry(tag).or_insert_with(|| json!([]));
            if let Some(items) = folder.as_array_mut() {
                items.push(request(document, path, method, operation));
            }
        }
    }
    let folders: Vec<Value> = folders
        .into_iter()
        .map(|(name, item)| json!({ "name": name, "item": item }))
        .collect();
    json!({
        "info": {
            "name": "Passbook",
            "description": document["info"]["description"],
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
        },
        "auth": { "type": "bearer", "bearer": [{ "key": "token", "value": "{{access}}", "type": "string" }] },
        "variable": [
            { "key": "base", "value": format!("{base}/api/v1") },
            { "key": "access", "value": "" }
        ],
        "item": folders
    })
}

fn request(document: &Value, path: &str, method: &str, operation: &Value) -> Value {
    let segments: Vec<String> = path
        .trim_start_matches('/')
        .split('/')
        .map(|part| {
            match part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'))
            {
                Some(name) => format!(":{name}"),
                None => part.to_owned(),
            }
        })
        .collect();
    let of = |place: &str| -> Vec<Value> {
        let here = example::parameters(operation).filter(|p| p["in"] == place);
        here.map(|p| {
            json!({ "key": p["name"], "value": "", "description": p["description"], "disabled": place != "path" })
        })
        .collect()
    };
    let mut request = json!({
        "method": method.to_uppercase(),
        "description": operation["summary"],
        "header": of("header"),
        "url": {
            "raw": format!("{{{{base}}}}/{}", segments.join("/")),
            "host": ["{{base}}"],
            "path": segments,
            "query": of("query"),
            "variable": of("path")
        }
    });
    if let Some(example) = example::body(document, operation) {
        let raw = serde_json::to_string_pretty(&example).unwrap_or_default();
        request["body"] =
            json!({ "mode": "raw", "raw": raw, "options": { "raw": { "language": "json" } } });
    }
    if operation["security"][0] == json!({}) {
        request["auth"] = json!({ "type": "noauth" });
    }
    json!({ "name": operation["summary"], "request": request })
}
