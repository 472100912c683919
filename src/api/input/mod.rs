//! What was sent: read whole, checked whole, and every problem told at once.

pub(super) mod schema;

use axum::body::{Body as Incoming, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::openapi::path::ParameterIn;
use utoipa::{IntoParams, ToSchema};

use super::problem::{FieldError, Kind, Problem};

/// The largest body, in bytes.
pub(super) const LARGEST: usize = 64 << 10;

/// What a body or a query says besides its schema: ends in order, words that go together. It is asked of
/// anything, however wrong the rest is, so that every problem is told at once.
pub trait Sense {
    /// What makes no sense, by field.
    fn nonsense(_sent: &Map<String, Value>) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// The query.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: ToSchema + DeserializeOwned + Sense> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let sent = json(request).await?;
        let errors = body_errors::<T>(&sent);
        if !errors.is_empty() {
            return Err(Problem::invalid(errors));
        }
        // Only what its schema does not say can be wrong now.
        serde_json::from_value(sent).map(Self).map_err(|_| {
            Problem::invalid(vec![FieldError::body(
                "",
                "The body is not what is wanted.",
            )])
        })
    }
}

impl<S: Send + Sync, T: IntoParams + DeserializeOwned + Sense> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let parameters = T::into_params(|| Some(ParameterIn::Query));
        let parameters = serde_json::to_value(parameters).unwrap_or_default();
        let query = parts.uri.query().unwrap_or_default();
        let (sent, mut wrong) = read_query(&parameters, query);
        wrong.extend(T::nonsense(&sent));
        if !wrong.is_empty() {
            let errors = wrong.into_iter().map(|(f, d)| FieldError::query(f, d));
            return Err(Problem::invalid(errors.collect()));
        }
        serde_json::from_value(Value::Object(sent))
            .map(Self)
            .map_err(|_| Problem::new(Kind::Malformed))
    }
}

/// All that is wrong with a body.
pub(super) fn body_errors<T: ToSchema + Sense>(sent: &Value) -> Vec<FieldError> {
    let schema = serde_json::to_value(T::schema()).unwrap_or_default();
    let mut wrong = schema::check(&schema, sent);
    if let Some(fields) = sent.as_object() {
        wrong.extend(T::nonsense(fields));
    }
    let errors = wrong.into_iter().map(|(f, d)| FieldError::body(f, d));
    errors.collect()
}

/// A body as JSON, whatever it says.
pub(super) async fn json(request: Request) -> Result<Value, Problem> {
    let (parts, body) = request.into_parts();
    if !is_json(&parts.headers) {
        return Err(Problem::new(Kind::MediaType));
    }
    let bytes = bytes(body).await?;
    serde_json::from_slice(&bytes).map_err(|_| Problem::new(Kind::Malformed))
}

/// A body, up to the largest.
pub(super) async fn bytes(body: Incoming) -> Result<axum::body::Bytes, Problem> {
    to_bytes(body, LARGEST)
        .await
        .map_err(|_| Problem::new(Kind::TooLarge))
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// Reads a query by the descriptions of its parameters: text becomes what its schema says.
fn read_query(parameters: &Value, query: &str) -> (Map<String, Value>, Vec<(String, String)>) {
    let mut sent = Map::new();
    let mut wrong = Vec::new();
    let known = parameters.as_array().map_or(&[][..], Vec::as_slice);
    for (name, text) in url::form_urlencoded::parse(query.as_bytes()) {
        let name = name.chars().take(80).collect::<String>();
        let Some(parameter) = known.iter().find(|p| p["name"] == name.as_str()) else {
            wrong.push((name, "There is no such parameter.".to_owned()));
            continue;
        };
        if sent.contains_key(&name) {
            wrong.push((name, "Send this once.".to_owned()));
            continue;
        }
        let value = meant(&parameter["schema"], &text);
        let found = schema::check(&parameter["schema"], &value);
        wrong.extend(found.into_iter().map(|(_, detail)| (name.clone(), detail)));
        sent.insert(name, value);
    }
    for parameter in known.iter().filter(|p| p["required"] == Value::Bool(true)) {
        let name = parameter["name"].as_str().unwrap_or_default();
        if !sent.contains_key(name) {
            wrong.push((name.to_owned(), "This is missing.".to_owned()));
        }
    }
    (sent, wrong)
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
