//! What no description asks for: a query where an operation takes none, a body where it takes none.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::Extensions;
use serde_json::Value;

use super::{LARGEST, read_query};
use crate::api::operation::Operation;
use crate::api::problem::{FieldError, Problem};

/// What nobody asked for. Whoever checks the rest of the request tells it along, so that all is told at once.
#[derive(Clone, Debug)]
pub(super) struct Stray(Vec<FieldError>);

impl Stray {
    /// What was found in the request that these extensions are of.
    pub(super) fn told(extensions: &mut Extensions) -> Vec<FieldError> {
        extensions.remove::<Self>().map_or_else(Vec::new, |it| it.0)
    }
}

/// The request as its operation may have it.
///
/// # Errors
/// When something came that the operation does not take, and it takes nothing else that had to be checked too.
pub(in crate::api) async fn refused(
    operation: Operation,
    mut request: Request,
) -> Result<Request, Problem> {
    let mut errors = Vec::new();
    if !operation.takes_query {
        let query = request.uri().query().unwrap_or_default();
        let (_, wrong) = read_query(&Value::Null, query);
        errors.extend(wrong.into_iter().map(|(f, d)| FieldError::query(f, d)));
    }
    if !operation.takes_body {
        let body = std::mem::take(request.body_mut());
        // However long it is: that there is one is what is wrong with it.
        if to_bytes(body, LARGEST)
            .await
            .map_or(true, |body| !body.is_empty())
        {
            errors.push(FieldError::body("", "This takes no body. Send none."));
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
    Err(Problem::invalid(errors))
}
