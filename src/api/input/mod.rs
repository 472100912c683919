//! Reading requests: a whole body or query is checked, and every problem is reported at once.

pub(super) mod schema;
pub(super) mod stray;

use std::marker::PhantomData;

use axum::body::{Body as Incoming, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::openapi::path::ParameterIn;
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, FieldError, Kind};
use stray::Stray;

/// The largest body, in bytes.
pub(super) const LARGEST: usize = 64 << 10;

/// What a body or query must satisfy beyond its schema, such as an order of dates or fields that belong together. It is
/// checked however wrong the rest is, so that every problem is reported at once.
pub trait Sense {
    /// Returns the problems, by field.
    fn nonsense(_sent: &Map<String, Value>) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// A JSON body with all its problems, for an operation that has further checks.
#[derive(Debug)]
pub struct Checked<T> {
    /// The body, unchecked.
    pub sent: Value,
    /// The problems of the body, and of the rest of the request.
    pub errors: Vec<FieldError>,
    of: PhantomData<T>,
}

/// The query.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// The path's parameters. A malformed one is the id of nothing.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: ToSchema + Sense + Send> FromRequest<S> for Checked<T> {
    type Rejection = ApiError;

    async fn from_request(mut request: Request, _: &S) -> Result<Self, ApiError> {
        let errors = Stray::take_found(request.extensions_mut());
        let sent = json(request).await?;
        Ok(Self::invalid(sent, errors))
    }
}

impl<T: ToSchema + Sense> Checked<T> {
    /// Collects the body's problems, and adds the other ones.
    fn invalid(sent: Value, mut errors: Vec<FieldError>) -> Self {
        let schema = serde_json::to_value(T::schema()).unwrap_or_default();
        let wrong = schema::check(&schema, &sent).into_iter();
        errors.extend(wrong.map(|(f, d)| FieldError::body(f, d)));
        let nonsense = sent.as_object().map_or_else(Vec::new, T::nonsense);
        let mut checked = Self {
            sent,
            errors,
            of: PhantomData,
        };
        checked.more(nonsense);
        checked
    }
}

impl<T> Checked<T> {
    /// Adds further problems, except for fields that already have one.
    pub(super) fn more<F: Into<String>>(&mut self, more: Vec<(F, String)>) {
        for (field, detail) in more {
            let field = field.into();
            if !self.errors.iter().any(|told| told.is_of_body(&field)) {
                self.errors.push(FieldError::body(field, detail));
            }
        }
    }
}

impl<T: DeserializeOwned> Checked<T> {
    /// Returns the body, or all its problems.
    pub(super) fn into_body(self) -> Result<T, ApiError> {
        if !self.errors.is_empty() {
            return Err(ApiError::invalid(self.errors));
        }
        // Only what its schema does not cover can be wrong now.
        serde_json::from_value(self.sent)
            .map_err(|_| ApiError::invalid(vec![FieldError::body("", "The body isn't valid.")]))
    }
}

impl<S: Send + Sync, T: ToSchema + DeserializeOwned + Sense + Send> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let checked = Checked::<T>::from_request(request, state).await?;
        checked.into_body().map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(it)| Self(it))
            .map_err(|_| ApiError::new(Kind::NotFound))
    }
}

impl<S: Send + Sync, T: IntoParams + DeserializeOwned + Sense> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let parameters = T::into_params(|| Some(ParameterIn::Query));
        let parameters = serde_json::to_value(parameters).unwrap_or_default();
        let query = parts.uri.query().unwrap_or_default();
        let (sent, mut wrong) = read_query(&parameters, query);
        wrong.extend(T::nonsense(&sent));
        let mut errors = Stray::take_found(&mut parts.extensions);
        errors.extend(wrong.into_iter().map(|(f, d)| FieldError::query(f, d)));
        if !errors.is_empty() {
            return Err(ApiError::invalid(errors));
        }
        serde_json::from_value(Value::Object(sent))
            .map(Self)
            .map_err(|_| ApiError::new(Kind::Malformed))
    }
}

/// Refuses a malformed cursor. An empty one means the beginning, like none.
pub(super) fn foreign_cursor(
    sent: &Map<String, Value>,
    is_ours: impl FnOnce(&str) -> bool,
) -> Option<(String, String)> {
    let cursor = sent.get("cursor").and_then(Value::as_str);
    cursor.filter(|text| !text.is_empty() && !is_ours(text))?;
    let said = "Send a next_cursor unchanged, or none to start from the beginning.";
    Some(("cursor".to_owned(), said.to_owned()))
}

/// Reads a body as JSON, without checking it.
pub(super) async fn json(request: Request) -> Result<Value, ApiError> {
    let (parts, body) = request.into_parts();
    if !is_json(&parts.headers) {
        return Err(ApiError::new(Kind::MediaType));
    }
    let bytes = bytes(body).await?;
    serde_json::from_slice(&bytes).map_err(|_| ApiError::new(Kind::Malformed))
}

/// Reads a body up to the largest size.
pub(super) async fn bytes(body: Incoming) -> Result<axum::body::Bytes, ApiError> {
    to_bytes(body, LARGEST)
        .await
        .map_err(|_| ApiError::new(Kind::TooLarge))
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// Parses a query by the descriptions of its parameters: text becomes the type in the schema.
fn read_query(parameters: &Value, query: &str) -> (Map<String, Value>, Vec<(String, String)>) {
    let mut sent = Map::new();
    let mut wrong = Vec::new();
    let known = parameters.as_array().map_or(&[][..], Vec::as_slice);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
        let name = String::from_utf8_lossy(&decoded(name)).into_owned();
        let name = name.chars().take(80).collect::<String>();
        let Some(parameter) = known.iter().find(|p| p["name"] == name.as_str()) else {
            wrong.push((name, "Unknown parameter.".to_owned()));
            continue;
        };
        if sent.contains_key(&name) {
            wrong.push((name, "Send this only once.".to_owned()));
            continue;
        }
        let Ok(text) = String::from_utf8(decoded(text)) else {
            wrong.push((name.clone(), "Send UTF-8 text.".to_owned()));
            sent.insert(name, Value::Null);
            continue;
        };
        let value = meant(&parameter["schema"], &text);
        let found = schema::check(&parameter["schema"], &value);
        wrong.extend(found.into_iter().map(|(_, detail)| (name.clone(), detail)));
        sent.insert(name, value);
    }
    for parameter in known.iter().filter(|p| p["required"] == Value::Bool(true)) {
        let name = parameter["name"].as_str().unwrap_or_default();
        if !sent.contains_key(name) {
            wrong.push((name.to_owned(), "This is required.".to_owned()));
        }
    }
    (sent, wrong)
}

/// Decodes the bytes of a query (url.spec.whatwg.org, application/x-www-form-urlencoded). The caller must check that
/// they are valid text.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let hex = hex.filter(|two| two.bytes().all(|b| b.is_ascii_hexdigit()));
        let hex = hex.and_then(|two| u8::from_str_radix(two, 16).ok());
        let (byte, left) = match (first, hex) {
            (b'%', Some(byte)) => (byte, &after[2..]),
            (b'+', _) => (b' ', after),
            (other, _) => (other, after),
        };
        bytes.push(byte);
        rest = left;
    }
    bytes
}

fn meant(schema: &Value, text: &str) -> Value {
    let types = schema::types(schema);
    let whole = || text.parse::<i64>().ok().filter(|n| n.to_string() == text);
    match (types.contains(&"integer"), types.contains(&"boolean"), text) {
        (true, ..) => whole().map_or_else(|| Value::from(text), Value::from),
        (_, true, "true") => Value::Bool(true),
        (_, true, "false") => Value::Bool(false),
        _ => Value::from(text),
    }
}

#[cfg(test)]
mod tests;
