//! One call on MX's wire: its parsing and authentication.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, Method};
use serde_json::{Map, Value};

use super::door;
use crate::api::address::{query, segments};
use crate::bank::{Bank, Refusal, no};

/// The largest body in bytes.
const BODY_LIMIT: usize = 1 << 20;

/// A version of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// `v20250224`.
    New,
    /// `v20111101`.
    Old,
}

/// An authenticated call.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) version: Version,
    /// The value of the header `X-CALLBACK-PAYLOAD`.
    pub(super) callback: Option<String>,
    segments: Vec<String>,
    query: Vec<(String, String)>,
    body: Map<String, Value>,
}

impl Call {
    /// Parses and authenticates a call.
    pub(super) async fn parse(bank: &Bank, request: Request) -> Result<Self, Refusal> {
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

    /// The segments of the path.
    pub(super) fn parts(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }

    /// Returns a query field that is not empty.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Returns all values of a list in the query: `name[]=a&name[]=b`, `name=a&name=b` or `name=a,b`.
    pub(super) fn query_list(&self, name: &str) -> Vec<&str> {
        self.query
            .iter()
            .filter(|(key, _)| key.strip_suffix("[]").unwrap_or(key) == name)
            .flat_map(|(_, value)| value.split(','))
            .filter(|value| !value.is_empty())
            .collect()
    }

    /// Whether it requests a page of transactions after the first.
    pub(super) fn is_later_page(&self) -> bool {
        self.path.ends_with("/transactions") && self.query("page").is_some_and(|page| page != "1")
    }

    /// Returns a flag of the query.
    pub(super) fn query_flag(&self, name: &str) -> Option<bool> {
        self.query(name)
            .map(|value| value == "true" || value == "1")
    }

    /// Returns the object in the body's wrapper; refuses a missing or empty one.
    pub(super) fn object(&self, name: &str) -> Result<Fields<'_>, Refusal> {
        match self.body.get(name).and_then(Value::as_object) {
            Some(object) if !object.is_empty() => Ok(Fields(object)),
            _ => Err(no(
                400,
                format!("The request is missing a required parameter: {name}."),
            )),
        }
    }

    /// Returns the body's own fields, beside the wrapper.
    pub(super) fn fields(&self) -> Fields<'_> {
        Fields(&self.body)
    }
}

/// The fields of a body. A field of the wrong type is refused.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(&'a Map<String, Value>);

impl Fields<'_> {
    /// Returns an optional text.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(no(422, format!("{name} must be a string."))),
        }
    }

    /// Returns an optional flag.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(no(422, format!("{name} must be a boolean."))),
        }
    }

    /// Returns a list of texts; empty when it is absent.
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

    /// Returns pairs of guid and value: credentials or answers.
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
