use serde_json::json;
use utoipa::PartialSchema;

use super::schema::{KNOWN, check};
use super::*;

/// Every schema that something sent is checked against.
fn schemas() -> Vec<Value> {
    let document = crate::api::description();
    let mut schemas = Vec::new();
    for (_, item) in document["paths"].as_object().into_iter().flatten() {
        for (_, operation) in item.as_object().into_iter().flatten() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            schemas.extend(
                parameters
                    .filter(|p| p["in"] == "query")
                    .map(|p| p["schema"].clone()),
            );
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            if let Some(name) = body["$ref"].as_str().and_then(|it| it.rsplit('/').next()) {
                schemas.push(document["components"]["schemas"][name].clone());
            }
        }
    }
    schemas
}

fn words(schema: &Value, found: &mut Vec<String>) {
    for (word, inner) in schema.as_object().into_iter().flatten() {
        found.push(word.clone());
        match word.as_str() {
            "properties" => inner
                .as_object()
                .into_iter()
                .flatten()
                .for_each(|(_, schema)| words(schema, found)),
            "items" => words(inner, found),
            _ => {}
        }
    }
}

#[test]
fn nothing_is_described_that_is_not_checked() {
    let schemas = schemas();
    assert!(schemas.len() > 10);
    let mut found = Vec::new();
    for schema in &schemas {
        words(schema, &mut found);
    }
    // A pattern says in other words what the format `decimal` says.
    found.retain(|word| !KNOWN.contains(&word.as_str()) && word != "pattern");
    assert!(found.is_empty(), "{found:?}");
    let decimals = schemas
        .iter()
        .filter(|schema| schema.get("pattern").is_some());
    assert!(
        decimals
            .into_iter()
            .all(|schema| schema["format"] == "decimal")
    );
}

#[test]
fn bodies_are_closed() {
    for schema in schemas()
        .iter()
        .filter(|schema| schema.get("properties").is_some())
    {
        assert_eq!(schema["additionalProperties"], json!(false), "{schema}");
    }
}

#[test]
fn every_problem_is_told_with_its_place() {
    let schema = json!({
        "type": "object", "required": ["a", "b"], "additionalProperties": false,
        "properties": {
            "a": { "type": "integer", "minimum": 1, "maximum": 5 },
            "b": { "type": "string" },
            "c": { "type": ["array", "null"], "maxItems": 2, "items": { "type": "string", "maxLength": 2 } },
            "d": { "type": "string", "enum": ["x", "y"] },
        }
    });
    let wrong = |value: Value| -> Vec<String> {
        let mut fields: Vec<String> = check(&schema, &value).into_iter().map(|(f, _)| f).collect();
        fields.sort();
        fields
    };
    assert!(wrong(json!({ "a": 1, "b": "", "c": null, "d": "x" })).is_empty());
    assert_eq!(
        wrong(json!({ "a": 6, "c": ["ok", "long", "x"], "d": "z" })),
        ["a", "b", "c", "d"]
    );
    assert_eq!(
        wrong(json!({ "a": "1", "b": 2, "c": ["long"], "e": 1 })),
        ["a", "b", "c.0", "e"]
    );
    assert_eq!(wrong(json!([])), [""]);
}

#[test]
fn schemas_of_types_are_what_bodies_are_checked_against() {
    #[derive(serde::Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    struct Sent {
        #[allow(dead_code, reason = "it stands for a body")]
        name: Option<String>,
    }
    impl Sense for Sent {}
    assert_eq!(
        serde_json::to_value(Sent::schema()).expect("JSON")["additionalProperties"],
        json!(false)
    );
    assert!(body_errors::<Sent>(&json!({ "name": null })).is_empty());
    assert_eq!(body_errors::<Sent>(&json!({ "nam": "x" })).len(), 1);
}
