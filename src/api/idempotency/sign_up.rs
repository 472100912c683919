//! A sign-up that is sent twice. No person exists yet to keep its idempotency key for, so the response is kept with the
//! person that it creates. It is returned to a caller who also knows that person's password; the password itself is not
//! kept.

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use serde_json::Value;

use super::{again, answer, to_the_end};
use crate::api::error::ApiError;
use crate::api::visit::visit;
use crate::api::{Door, input};
use crate::auth::idempotency::{self, SignUp};
use crate::context::ClientAddress;
use domain::secret::Secret;

/// Signs up a person, or returns the response to the same sign-up sent earlier.
pub(in crate::api) async fn run(
    door: &Door,
    address: ClientAddress,
    key: String,
    request: Request,
    next: Next,
) -> Response {
    let door = door.clone();
    to_the_end(async move { once_only(&door, &address, &key, request, next).await }).await
}

async fn once_only(
    door: &Door,
    address: &ClientAddress,
    key: &str,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let bytes = input::bytes(body).await?;
    let visit = visit(address, &parts.headers);
    let sent = sign_up(key, &bytes);
    let request = Request::from_parts(parts, Body::from(bytes));
    let (parts, body) = answer(request, next).await;
    let refused = matches!(
        parts.status,
        StatusCode::FORBIDDEN | StatusCode::UNPROCESSABLE_ENTITY
    );
    match (sent, std::str::from_utf8(&body)) {
        (Some(sent), Ok(text)) if parts.status == StatusCode::CREATED => {
            idempotency::remember(&door.ctx, &sent, (parts.status.as_u16(), text)).await?;
        }
        (Some(sent), _) if refused => {
            if let Some((status, body)) =
                idempotency::same_sign_up(&door.ctx, &sent, &visit).await?
            {
                return Ok(again(status, body));
            }
        }
        _ => {}
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// Returns what is compared of a sign-up, if the body can be parsed; otherwise the operation reports what is wrong with
/// it.
fn sign_up(key: &str, body: &[u8]) -> Option<SignUp> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    let fields = body.as_object_mut()?;
    let email = fields.get("email")?.as_str()?.to_owned();
    let password = match fields.remove("password")? {
        Value::String(password) => Secret::new(password),
        _ => return None,
    };
    Some(SignUp {
        key: key.to_owned(),
        email,
        password,
        rest: body.to_string(),
    })
}
