//! The API's description as a page for people, rendered on the server from the OpenAPI document.

use leptos::prelude::*;
use serde_json::Value;

use super::problem::Kind;

/// Renders the page.
pub(super) fn page(document: &Value, stylesheet: &'static str) -> String {
    let about = text(&document["info"]["description"]);
    let paragraphs: Vec<_> = about
        .split("\n\n")
        .map(|words| view! { <p>{words.to_owned()}</p> })
        .collect();
    let page = view! {
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href=stylesheet/>
                <link rel="icon" type="image/svg+xml" href="/favicon.svg"/>
                <title>"API · Passbook"</title>
            </head>
            <body>
                <main class="api-description" id="content">
                    <p class="back"><a href="/">"Back to Passbook"</a></p>
                    <h1>"API reference"</h1>
                    {paragraphs}
                    <p>
                        "For machines: " <a href="/api/openapi.json">"OpenAPI 3.1"</a> ", "
                        <a href="/api/postman.json">"Postman collection"</a> ". All paths below start with "
                        <code>"/api/v1"</code> "."
                    </p>
                    {tags(document)
                        .into_iter()
                        .map(|tag| section(document, &tag))
                        .collect::<Vec<_>>()}
                    <h2>"Errors"</h2>
                    <dl class="facts">
                        {Kind::ALL.map(problem)}
                    </dl>
                </main>
            </body>
        </html>
    };
    format!("<!DOCTYPE html>{}", page.to_html())
}

fn section(document: &Value, tag: &str) -> AnyView {
    let operations: Vec<AnyView> = each(document)
        .filter(|(_, _, operation)| operation["tags"][0] == tag)
        .map(|(path, method, operation)| drawn(document, path, method, operation))
        .collect();
    view! { <h2>{tag.to_owned()}</h2> {operations} }.into_any()
}

fn drawn(document: &Value, path: &str, method: &str, operation: &Value) -> AnyView {
    let name = format!("{} {path}", method.to_uppercase());
    let summary = text(&operation["summary"]);
    let more = text(&operation["description"]);
    let parameters = operation["parameters"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let body = resolved(
        document,
        &operation["requestBody"]["content"]["application/json"]["schema"],
    );
    let fields = parameters
        .iter()
        .map(|p| {
            field(
                &text(&p["name"]),
                &p["schema"],
                p["required"] == Value::Bool(true),
                &text(&p["description"]),
            )
        })
        .chain(properties(body))
        .collect::<Vec<_>>();
    let answers: Vec<_> = operation["responses"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(status, answer)| {
            view! { <dt>{status.clone()}</dt><dd>{text(&answer["description"])}</dd> }
        })
        .collect();
    view! {
        <section>
            <h3><code>{name}</code></h3>
            <p>{summary}</p>
            {(!more.is_empty()).then(|| view! { <p>{more}</p> })}
            <p class="soft">{who(&operation["security"])}</p>
            {(!fields.is_empty()).then(|| view! { <h4>"Parameters"</h4> <dl class="facts">{fields}</dl> })}
            <h4>"Responses"</h4>
            <dl class="facts">{answers}</dl>
        </section>
    }
    .into_any()
}

fn properties(schema: &Value) -> Vec<AnyView> {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, schema)| {
            let needed = required.iter().any(|it| it == name.as_str());
            field(name, schema, needed, &text(&schema["description"]))
        })
        .collect()
}

fn field(name: &str, schema: &Value, needed: bool, words: &str) -> AnyView {
    let kind = match &schema["type"] {
        Value::String(one) => one.clone(),
        Value::Array(some) => some.first().map(text).unwrap_or_default(),
        _ => String::new(),
    };
    let format = text(&schema["format"]);
    let kind = if format.is_empty() {
        kind
    } else {
        format!("{kind}, {format}")
    };
    let kind = if needed {
        format!("{kind}, required")
    } else {
        kind
    };
    view! { <dt><code>{name.to_owned()}</code></dt><dd>{kind} ". " {words.to_owned()}</dd> }
        .into_any()
}

fn problem(kind: Kind) -> AnyView {
    let id = format!("problem-{}", kind.word());
    let words = format!("{}. {}", kind.title(), kind.advice());
    view! { <dt id=id>{kind.status().as_u16()}</dt><dd>{words}</dd> }.into_any()
}

/// Says which credentials an operation accepts.
fn who(security: &Value) -> String {
    let ways = security.as_array().map_or(&[][..], Vec::as_slice);
    let scope = ways.iter().find_map(|way| way["key"][0].as_str());
    match scope {
        Some(scope) => format!("Requires an access token, or an API key with the scope “{scope}”."),
        None if ways.iter().any(|way| !way["token"].is_null()) => {
            "Requires an access token.".to_owned()
        }
        None => "No authentication.".to_owned(),
    }
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let name = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next());
    name.map_or(schema, |name| &document["components"]["schemas"][name])
}

fn each(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// Returns the groups, in the order of their first operation.
fn tags(document: &Value) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for first in ["Tokens", "Banks", "Reading"] {
        tags.push(first.to_owned());
    }
    for (_, _, operation) in each(document) {
        let tag = text(&operation["tags"][0]);
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
