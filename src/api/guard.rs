//! Enforces what each operation requires of its callers ([`super::operation`]).

use axum::body::HttpBody;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::{ApiError, Kind};
use super::input::stray;
use super::operation::{Access, Operation};
use super::{Door, idempotency, otp};
use crate::auth;
use crate::context::ClientAddress;
use domain::secret::Secret;

/// Counts every request by its address.
pub(super) async fn count(State(door): State<Door>, request: Request, next: Next) -> Response {
    let now = door.ctx.clock.now().as_millisecond();
    let address = request.extensions().get::<ClientAddress>();
    let address = address.map_or("unknown", |address| address.0.as_str());
    match door.by_address.count_address(address, now) {
        Ok(()) => next.run(request).await,
        Err(wait) => ApiError::new(Kind::TooMany).after(wait).into_response(),
    }
}

/// Authenticates a request, counts it, and passes the caller on to the operation.
pub(super) async fn stand(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let Some(path) = request.extensions().get::<MatchedPath>() else {
        // No operation has this address; the fallback says so.
        return next.run(request).await;
    };
    let path = path.as_str().trim_start_matches("/api/v1").to_owned();
    let method = match *request.method() {
        Method::HEAD => Method::GET,
        ref other => other.clone(),
    };
    let Some(operation) = door.operations.get(&(method, path)).copied() else {
        return next.run(request).await;
    };
    if operation.access == Access::Open {
        return answer(&door, operation, None, request, next).await;
    }
    let caller = match caller(&door, request.headers(), operation.access).await {
        Ok(caller) => caller,
        Err(problem) => {
            let earlier = match log_out(operation, &request) {
                Some((token, sent)) => idempotency::after_log_out(&door, &token, &sent).await,
                None => None,
            };
            return earlier.unwrap_or_else(|| problem.into_response());
        }
    };
    if operation.own && caller.client.is_some() {
        let words = "Apps can't use this: it needs the person's own access token or API key.";
        return ApiError::saying(Kind::Forbidden, words).into_response();
    }
    if operation.step_up {
        let address = request.extensions().get::<ClientAddress>().cloned();
        let headers = request.headers().clone();
        if let Err(problem) = otp::check(&door, &caller, address.as_ref(), &headers).await {
            return problem.into_response();
        }
    }
    let now = door.ctx.clock.now().as_millisecond();
    let left = match door.by_caller.count(&caller.counted_as, now) {
        Ok(left) => left,
        Err(wait) => return ApiError::new(Kind::TooMany).after(wait).into_response(),
    };
    request.extensions_mut().insert(caller.clone());
    let mut response = answer(&door, operation, Some(&caller), request, next).await;
    left.tell(response.headers_mut());
    response
}

/// Runs the operation, once only if the request has an idempotency key. Of the operations without a caller, only
/// sign-up is a write that returns no secret.
async fn answer(
    door: &Door,
    operation: Operation,
    caller: Option<&auth::Caller>,
    request: Request,
    next: Next,
) -> Response {
    let key = match idempotency::key(request.headers(), request.method(), operation) {
        Ok(key) => key,
        Err(problem) => return problem.into_response(),
    };
    let request = match stray::reject_stray(operation, request).await {
        Ok(request) => request,
        Err(problem) => return problem.into_response(),
    };
    match (key, caller) {
        (None, _) => next.run(request).await,
        (Some(key), Some(caller)) => idempotency::run(door, caller, key, request, next).await,
        (Some(key), None) => {
            let address = request.extensions().get::<ClientAddress>().cloned();
            let address = address.unwrap_or_else(|| ClientAddress("unknown".to_owned()));
            idempotency::sign_up::run(door, address, key, request, next).await
        }
    }
}

/// Returns a log-out with an idempotency key, whose response may have been kept for the token that it ended. A log-out
/// with a body was never accepted.
fn log_out(operation: Operation, request: &Request) -> Option<(Secret, idempotency::Sent)> {
    if !request.uri().path().ends_with("/users/auth/logout") || !request.body().is_end_stream() {
        return None;
    }
    let key = idempotency::key(request.headers(), request.method(), operation).ok()??;
    let (method, uri) = (request.method().clone(), request.uri().clone());
    Some((
        bearer(request.headers())?,
        idempotency::Sent { key, method, uri },
    ))
}

async fn caller(
    door: &Door,
    headers: &HeaderMap,
    access: Access,
) -> Result<auth::Caller, ApiError> {
    let bearer = bearer(headers).ok_or_else(|| ApiError::new(Kind::Unauthorized))?;
    let caller = auth::caller(&door.ctx, &door.keys, &bearer).await?;
    match access {
        Access::With(scope) if !caller.scopes.has(scope) => Err(ApiError::saying(
            Kind::Forbidden,
            format!("This key doesn't have the scope `{}`.", scope.word()),
        )),
        Access::TokenOnly if caller.family.is_none() => Err(ApiError::saying(
            Kind::Forbidden,
            "This requires an access token. An API key isn't enough.",
        )),
        _ => Ok(caller),
    }
}

/// Returns the bearer credential, if there is exactly one.
fn bearer(headers: &HeaderMap) -> Option<Secret> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(one), None) = (all.next(), all.next()) else {
        return None;
    };
    let (scheme, token) = one.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| Secret::new(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bearer_of_plain_text_counts() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::AUTHORIZATION, value.parse().expect("a value"));
            }
            bearer(&headers).map(|secret| secret.expose().to_owned())
        };
        assert_eq!(of(&["Bearer abc"]).as_deref(), Some("abc"));
        assert_eq!(of(&["bearer abc"]).as_deref(), Some("abc"));
        for bad in [
            &[][..],
            &["Bearer"],
            &["Bearer "],
            &["Basic abc"],
            &["abc"],
            &["Bearer a", "Bearer a"],
        ] {
            assert_eq!(of(bad), None, "{bad:?}");
        }
    }
}
