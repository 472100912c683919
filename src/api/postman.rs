//! The API's description as a Postman collection.

use serde_json::{Map, Value, json};

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
    let parameters = operation["parameters"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let of = |place: &str| -> Vec<Value> {
        let here = parameters.iter().filter(|p| p["in"] == place);
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
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    if !schema.is_null() {
        let example = example(document, schema);
        let raw = serde_json::to_string_pretty(&example).unwrap_or_default();
        request["body"] =
            json!({ "mode": "raw", "raw": raw, "options": { "raw": { "language": "json" } } });
    }
    if operation["security"][0] == json!({}) {
        request["auth"] = json!({ "type": "noauth" });
    }
    json!({ "name": operation["summary"], "request": request })
}

/// Makes an example of a request body.
fn example(document: &Value, schema: &Value) -> Value {
    let name = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next());
    let schema = name.map_or(schema, |name| &document["components"]["schemas"][name]);
    let mut body = Map::new();
    let required = schema["required"].as_array();
    for name in required.into_iter().flatten().filter_map(Value::as_str) {
        let example = &schema["properties"][name]["example"];
        let example = if example.is_null() {
            json!("")
        } else {
            example.clone()
        };
        body.insert(name.to_owned(), example);
    }
    Value::Object(body)
}
