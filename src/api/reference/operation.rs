//! One operation of the reference page.

use leptos::prelude::*;
use serde_json::Value;

use super::{Operation, with_code};
use crate::api::document::{COMMON_ERRORS, IDEMPOTENCY_KEY};
use crate::api::example::{curl, kind, parameters, resolved, text};

/// Renders an operation: what it does, who may use it, an example, and what it takes and returns.
pub(super) fn view(document: &Value, (path, method, about): &Operation<'_>) -> AnyView {
    let more = text(&about["description"]);
    let body = resolved(
        document,
        &about["requestBody"]["content"]["application/json"]["schema"],
    );
    let fields: Vec<_> = parameters(about)
        // The page explains it once.
        .filter(|p| p["name"] != IDEMPOTENCY_KEY)
        .map(|p| {
            let needed = p["required"] == true;
            field(
                &text(&p["name"]),
                &p["schema"],
                needed,
                &text(&p["description"]),
            )
        })
        .chain(properties(body))
        .collect();
    view! {
        <section>
            <h3 id=anchor(path, method)>{with_code(&text(&about["summary"]))}</h3>
            <p class="operation">
                <code>{method.to_uppercase()} " " {(*path).to_owned()}</code>
                <span class="soft">{who(&about["security"])}</span>
            </p>
            {(!more.is_empty()).then(|| view! { <p>{with_code(&more)}</p> })}
            <pre tabindex="0"><code>{curl(document, path, method, about)}</code></pre>
            {(!fields.is_empty()).then(|| view! { <h4>"Parameters"</h4> <dl class="facts">{fields}</dl> })}
            <h4>"Responses"</h4>
            <dl class="facts">{responses(about)}</dl>
        </section>
    }
    .into_any()
}

/// Returns the id of an operation on the page: `get-accounts-id`.
pub(super) fn anchor(path: &str, method: &str) -> String {
    super::anchor(&format!("{method} {path}"))
}

/// Renders the responses of an operation, but for those that all operations have.
fn responses(about: &Value) -> Vec<AnyView> {
    let all = about["responses"].as_object().into_iter().flatten();
    all.map(|(status, answer)| (status.as_str(), text(&answer["description"])))
        .filter(|(status, words)| !COMMON_ERRORS.contains(&(*status, words.as_str())))
        .map(|(status, words)| {
            let status = status.to_owned();
            view! { <dt>{status}</dt><dd>{with_code(&words)}</dd> }.into_any()
        })
        .collect()
}

fn properties(schema: &Value) -> Vec<AnyView> {
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, schema)| {
            let needed = required.iter().any(|it| it == name.as_str());
            field(name, schema, needed, &text(&schema["description"]))
        })
        .collect()
}

fn field(name: &str, schema: &Value, needed: bool, words: &str) -> AnyView {
    let format = text(&schema["format"]);
    let needed = if needed { "required" } else { "" };
    let facts = [kind(schema), &format, needed];
    let facts: Vec<_> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    let facts = facts.join(", ");
    view! { <dt><code>{name.to_owned()}</code></dt><dd>{facts} ". " {with_code(words)}</dd> }
        .into_any()
}

/// Says which credentials an operation accepts.
fn who(security: &Value) -> String {
    let ways = security.as_array().map_or(&[][..], Vec::as_slice);
    let scope = ways.iter().find_map(|way| way["key"][0].as_str());
    match scope {
        Some(scope) => format!("Scope: {scope}"),
        None if ways.iter().any(|way| !way["token"].is_null()) => "Access token only".to_owned(),
        None => "No authentication".to_owned(),
    }
}
