//! Conversion of a form's texts into a call's fields.

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde_json::{Map, Value};

use crate::api::call::Call;
use crate::api::misbehave;
use crate::bank::Refusal;

/// Fields that no form of the panel may have: a token in place of an Item's id, and a webhook's address, because this
/// program would then send requests wherever a visitor wants.
const NEVER: [&str; 3] = ["access_token", "url", "fields"];

/// Returns the call that a form makes; `None` when there is no such call.
pub(super) fn call(path: &str, pairs: &[(String, String)]) -> Option<Result<Call, Refusal>> {
    let fields = misbehave::fields_of(path)?;
    let mut body = Map::new();
    for (name, text) in pairs {
        let text = text.trim();
        if text.is_empty() || NEVER.contains(&name.as_str()) {
            continue;
        }
        let field = fields.iter().find(|field| field.is_named(name));
        let value = field.map_or_else(|| Value::from(text), |field| field.value_of(text));
        // The first value counts, as it did in the check that this Item is the visitor's.
        body.entry(name.clone()).or_insert(value);
    }
    let raw = Bytes::from(Value::Object(body).to_string());
    let call = Call::parse(raw, &HeaderMap::new()).and_then(|mut call| {
        call.check(fields)?;
        Ok(call)
    });
    Some(call)
}
