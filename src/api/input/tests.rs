use serde_json::json;
use utoipa::PartialSchema;

use super::schema::{KNOWN, check};
use super::*;

/// Returns every schema that input is checked against.
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
    found.retain(|word| !KNOWN.contains(&word.as_str()));
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn text_fits_its_pattern() {
    let amounts = schemas().into_iter();
    let amounts: Vec<Value> = amounts.filter(|it| it["format"] == "decimal").collect();
    assert_eq!(amounts.len(), 2);
    for schema in amounts {
        let fits = |text: &str| check(&schema, &json!(text)).is_empty();
        for good in ["0", "5", "0.5", "12.50", "007", "999999999999.99999999"] {
            assert!(fits(good), "{good}");
        }
        for bad in [
            "",
            ".",
            ".5",
            "5.",
            "0.123456789",
            "1234567890123",
            "1e3",
            "-1",
            "+1",
            "1,000",
            " 1",
            "1\n",
        ] {
            assert!(!fits(bad), "{bad}");
        }
    }
    let schema = json!({ "type": "string", "pattern": "^[ab]+$" });
    assert!(check(&schema, &json!("abba")).is_empty());
    assert_eq!(check(&schema, &json!("abc")).len(), 1);
    let unreadable = json!({ "type": "string", "pattern": "[" });
    assert_eq!(check(&unreadable, &json!("abc")).len(), 1);
}

#[test]
fn a_query_is_text_in_utf_8() {
    let parameters = json!([{ "name": "q", "in": "query", "schema": { "type": "string" } }]);
    let read = |query: &str| {
        let (sent, wrong) = read_query(&parameters, query);
        (sent.get("q").cloned(), wrong.len())
    };
    assert_eq!(
        read("q=a+b%20%C3%A9%EF%BF%BD%zz%2"),
        (Some(json!("a b é\u{fffd}%zz%2")), 0)
    );
    assert_eq!(read("&q=&"), (Some(json!("")), 0));
    assert_eq!(read("q"), (Some(json!("")), 0));
    assert_eq!(read("q=%ff").1, 1);
    assert_eq!(read("q=%EF%BF%BD%ff&q=a").1, 2);
    assert_eq!(read("q=a&%ff=1").1, 1);
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
    let errors = |sent: Value| Checked::<Sent>::invalid(sent, Vec::new()).errors;
    assert!(errors(json!({ "name": null })).is_empty());
    assert_eq!(errors(json!({ "nam": "x" })).len(), 1);
}
