//! The code of two-step verification that some operations need.

use axum::http::HeaderMap;
use utoipa::IntoParams;

use super::Door;
use super::error::ApiError;
use super::visit::visit;
use crate::auth::{Caller, two_step};
use crate::context::ClientAddress;
use domain::secret::Secret;

const HEADER: &str = "passbook-otp";

/// The header with the code.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes; the guard reads it")]
pub struct Otp {
    /// A code of the authenticator app, or a recovery code. Needed with an access token from `/users/auth/token` when
    /// the person uses two-step verification; otherwise the answer is 403 with the code `step_up_required`.
    #[param(rename = "Passbook-OTP", max_length = 100, example = "123456")]
    code: Option<String>,
}

/// Checks the code, where one is needed: only tokens that were got with the password act with all of a person's rights.
///
/// # Errors
/// When the code is missing or wrong.
pub(super) async fn check(
    door: &Door,
    caller: &Caller,
    address: Option<&ClientAddress>,
    headers: &HeaderMap,
) -> Result<(), ApiError> {
    if !caller.user.two_step || caller.client.is_some() || caller.family.is_none() {
        return Ok(());
    }
    let code = headers.get(HEADER);
    let code = code.and_then(|code| code.to_str().ok()).map(Secret::new);
    let unknown = ClientAddress("unknown".to_owned());
    let visit = visit(address.unwrap_or(&unknown), headers);
    let checked = two_step::check_for_program(&door.ctx, &caller.user, code, &visit);
    Ok(checked.await?)
}
