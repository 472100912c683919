//! One call of MX's wire: read and let in.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, Method};
use serde_json::{Map, Value};

use super::door;
use crate::api::address::{query, segments};
use crate::bank::{Bank, Refusal, no};

/// Larger bodies are no calls.
const BODY_LIMIT: usize = 1 << 20;

/// A version of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// `v20250224`.
    New,
    /// `v20111101`.
    Old,
}

/// A call that has been let in.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) version: Version,
    /// `X-CALLBACK-PAYLOAD`.
    pub(super) callback: Option<String>,
    segments: Vec<String>,
    query: Vec<(String, String)>,
    body: Map<String, Value>,
}

impl Call {
    /// Reads a call and lets it in.
    pub(super) async fn read(bank: &Bank, request: Request) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        door::let_in(&parts.headers, bank.config().credentials.as_ref())?;
        let version = door::version(&parts.headers)?;
        let path = parts.uri.path().to_owned();
        let raw = to_bytes(body, BODY_LIMIT)
            .await
            .map_err(|_| no(400, "The request body is too large."))?;
        let body = match raw.as_ref() {
            [] => Map::new(),
            raw => serde_json::from_slice(raw)
                .map_err(|_| no(400, "The request body is not a JSON object."))?,
        };
        Ok(Self {
            segments: segments(&path),
            query: query(parts.uri.query().unwrap_or_default()),
            method: parts.method,
            path,
            version,
            callback: callback(&parts.headers)?,
            body,
        })
    }

    /// The parts of the path.
    pub(super) fn parts(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }

    /// A field of the query; an empty one is none.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// All values of a list in the query, `name[]=a&name[]=b`, `name=a&name=b` or `name=a,b`.
    pub(super) fn query_list(&self, name: &str) -> Vec<&str> {
        self.query
            .iter()
            .filter(|(key, _)| key.strip_suffix("[]").unwrap_or(key) == name)
            .flat_map(|(_, value)| value.split(','))
            .filter(|value| !value.is_empty())
            .collect()
    }

    /// Whether it asks for a later page of a member's transactions.
    pub(super) fn is_later_page(&self) -> bool {
        self.path.ends_with("/transactions") && self.query("page").is_some_and(|page| page != "1")
    }

    /// A flag of the query.
    pub(super) fn query_flag(&self, name: &str) -> Option<bool> {
        self.query(name)
            .map(|value| value == "true" || value == "1")
    }

    /// The object in the body's wrapper; one that is missing or empty is refused.
    pub(super) fn object(&self, name: &str) -> Result<Fields<'_>, Refusal> {
        match self.body.get(name).and_then(Value::as_object) {
            Some(object) if !object.is_empty() => Ok(Fields(object)),
            _ => Err(no(
                400,
                format!("The request is missing a required parameter: {name}."),
            )),
        }
    }

    /// The body's own fields, beside the wrapper.
    pub(super) fn fields(&self) -> Fields<'_> {
        Fields(&self.body)
    }
}

/// Fields of a body. What is there in a wrong type is refused.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(&'a Map<String, Value>);

impl Fields<'_> {
    /// A text that may not be there.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(no(422, format!("{name} must be a string."))),
        }
    }

    /// A flag that may not be there.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(no(422, format!("{name} must be a boolean."))),
        }
    }

    /// Texts; none when they are not there.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, Refusal> {
        let wrong = || no(422, format!("{name} must be an array of strings."));
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(all)) => all
                .iter()
                .map(|one| one.as_str().map(str::to_owned).ok_or_else(wrong))
                .collect(),
            Some(_) => Err(wrong()),
        }
    }

    /// Guids and values: credentials, answers.
    pub(super) fn answers(&self, name: &str) -> Result<Vec<(String, String)>, Refusal> {
        let wrong = || no(422, format!("{name} must be an array of guids and values."));
        let all = match self.0.get(name) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(all) => all.as_array().ok_or_else(wrong)?,
        };
        let text = |one: &Value, key: &str| one.get(key)?.as_str().map(str::to_owned);
        all.iter()
            .map(|one| text(one, "guid").zip(text(one, "value")).ok_or_else(wrong))
            .collect()
    }
}

fn callback(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let callback = door::text(headers, "x-callback-payload").map(str::to_owned);
    if callback.as_ref().is_some_and(|text| text.len() > 1024) {
        return Err(no(
            400,
            "X-CALLBACK-PAYLOAD is longer than 1024 characters.",
        ));
    }
    Ok(callback)
}
