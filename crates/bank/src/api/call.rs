//! One call on Plaid's wire: its parsing, its authentication and its response.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use super::fields::{self, Field};
use crate::Credentials;
use crate::bank::{BankError, Refusal};

/// A parsed request.
pub struct Call {
    body: Map<String, Value>,
    raw: Bytes,
    /// The authenticated client, by which calls are rate-limited.
    pub client_id: String,
}

/// The fields of a response, in order. They are kept as text so that no amount becomes a binary fraction.
#[derive(Default)]
pub struct Reply(Vec<(&'static str, Box<RawValue>)>);

impl Reply {
    /// Returns a reply with no field but the request id.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Adds a field.
    pub fn with(mut self, name: &'static str, value: &impl Serialize) -> Result<Self, Refusal> {
        let value = to_raw_value(value).map_err(|_| Refusal::internal())?;
        self.0.push((name, value));
        Ok(self)
    }
}

impl Call {
    /// Parses a body, which is a JSON object or empty. `null` counts as empty, because some clients send it.
    pub fn parse(raw: Bytes, headers: &HeaderMap) -> Result<Self, Refusal> {
        let body = if raw.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&raw).map_err(|_| Refusal::from_code("INVALID_BODY"))?
        };
        let body = match body {
            Value::Null => Map::new(),
            Value::Object(body) => body,
            _ => return Err(Refusal::from_code("INVALID_BODY")),
        };
        let mut call = Self {
            body,
            raw,
            client_id: String::new(),
        };
        for (name, header) in [("client_id", "plaid-client-id"), ("secret", "plaid-secret")] {
            if let Some(value) = headers.get(header).and_then(|value| value.to_str().ok()) {
                call.body.entry(name).or_insert_with(|| value.into());
            }
        }
        Ok(call)
    }

    /// Authenticates the caller by headers or body and removes the credentials from the body.
    pub fn let_in(&mut self, expected: Option<&Credentials>) -> Result<(), Refusal> {
        let mut take = |name: &str| match self.body.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::invalid_field(format!(
                "{name} must be a properly formatted, non-empty string"
            ))),
        };
        let (client_id, secret) = (take("client_id")?, take("secret")?);
        let missing: Vec<String> = [
            ("client_id", client_id.is_none()),
            ("secret", secret.is_none()),
        ]
        .into_iter()
        .filter(|(_, missing)| *missing)
        .map(|(name, _)| name.to_owned())
        .collect();
        let (Some(client_id), Some(secret)) = (client_id, secret) else {
            return Err(fields::missing_fields(&missing));
        };
        let good = match expected {
            None => !client_id.is_empty() && !secret.is_empty(),
            Some(pair) => same(&pair.client_id, &client_id) & same(&pair.secret, &secret),
        };
        if !good {
            return Err(Refusal::from_code("INVALID_API_KEYS"));
        }
        self.client_id = client_id;
        Ok(())
    }

    /// Removes the credentials unchecked, for the one endpoint that requires none.
    pub fn ignore_credentials(&mut self) {
        self.body.remove("client_id");
        self.body.remove("secret");
    }

    /// Checks all fields against the endpoint's list.
    pub fn check(&mut self, fields: &'static [Field]) -> Result<(), Refusal> {
        fields::check(&mut self.body, fields)
    }

    /// Returns a text field; empty when it is absent.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.get(name).and_then(Value::as_str).unwrap_or("")
    }

    /// Returns a field; `a.b` names a nested one.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Value> {
        let mut parts = path.split('.');
        let first = self.body.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    }

    /// Returns an optional text field.
    #[must_use]
    pub fn maybe_text(&self, path: &str) -> Option<String> {
        Some(self.get(path)?.as_str()?.to_owned())
    }

    /// Returns a number, or `otherwise` when it is absent.
    #[must_use]
    pub fn number(&self, path: &str, otherwise: u16) -> u16 {
        let number = self.get(path).and_then(Value::as_u64);
        number
            .and_then(|number| u16::try_from(number).ok())
            .unwrap_or(otherwise)
    }

    /// Returns a flag; `false` when it is absent.
    #[must_use]
    pub fn flag(&self, path: &str) -> bool {
        self.get(path).and_then(Value::as_bool).unwrap_or(false)
    }

    /// Returns an optional list of texts.
    #[must_use]
    pub fn texts(&self, path: &str) -> Option<Vec<String>> {
        let all = self.get(path)?.as_array()?;
        Some(
            all.iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
        )
    }

    /// Returns the raw body, for the one endpoint that receives amounts as numbers.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }
}

/// Builds the HTTP response, which always carries the request id.
pub fn answer(result: Result<Reply, BankError>, request_id: &str) -> Response {
    match result {
        Ok(reply) => json(StatusCode::OK, &with_request_id(&reply, request_id)),
        Err(BankError::Refused(refusal)) => refuse(&refusal, request_id),
        Err(error) => {
            tracing::error!(%error, request_id, "the built-in bank failed");
            refuse(&Refusal::internal(), request_id)
        }
    }
}

fn refuse(refusal: &Refusal, request_id: &str) -> Response {
    let mut object = refusal.object();
    object["request_id"] = request_id.into();
    object["suggested_action"] = Value::Null;
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    json(status, &format!("{object:#}"))
}

/// Writes the fields in order. A map would reparse the amounts.
fn with_request_id(reply: &Reply, request_id: &str) -> String {
    let mut text = String::from("{\n");
    for (name, value) in &reply.0 {
        text.push_str(&format!("  \"{name}\": {},\n", value.get()));
    }
    text.push_str(&format!("  \"request_id\": \"{request_id}\"\n}}"));
    text
}

fn json(status: StatusCode, text: &str) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        text.to_owned(),
    )
        .into_response()
}

/// Compares in constant time.
pub(super) fn same(expected: &str, given: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(expected.as_bytes(), given.as_bytes()).is_ok()
}
