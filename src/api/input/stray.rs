//! Unexpected input: a query or a body that the operation does not take.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::Extensions;
use serde_json::Value;

use super::{LARGEST, read_query};
use crate::api::error::{ApiError, FieldError};
use crate::api::operation::Operation;

/// The unexpected input of a request. The code that checks the rest reports it too, so that every problem is reported
/// at once.
#[derive(Clone, Debug)]
pub(super) struct Stray(Vec<FieldError>);

impl Stray {
    /// Takes what was found in the request with these extensions.
    pub(super) fn take_found(extensions: &mut Extensions) -> Vec<FieldError> {
        extensions.remove::<Self>().map_or_else(Vec::new, |it| it.0)
    }
}

/// Checks a request for unexpected input.
///
/// # Errors
/// When there is some and the operation has no other input to check. Otherwise the problem is reported with the others.
pub(in crate::api) async fn reject_stray(
    operation: Operation,
    mut request: Request,
) -> Result<Request, ApiError> {
    let mut errors = Vec::new();
    if !operation.takes_query {
        let query = request.uri().query().unwrap_or_default();
        let (_, wrong) = read_query(&Value::Null, query);
        errors.extend(wrong.into_iter().map(|(f, d)| FieldError::query(f, d)));
    }
    if !operation.takes_body {
        let body = std::mem::take(request.body_mut());
        // Its size does not matter: that there is a body is the problem.
        if to_bytes(body, LARGEST)
            .await
            .map_or(true, |body| !body.is_empty())
        {
            errors.push(FieldError::body("", "This request must not have a body."));
        }
        *request.body_mut() = Body::empty();
    }
    if errors.is_empty() {
        return Ok(request);
    }
    if operation.takes_query || operation.takes_body {
        request.extensions_mut().insert(Stray(errors));
        return Ok(request);
    }
    Err(ApiError::invalid(errors))
}
