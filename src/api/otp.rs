//! The code of two-step verification that some operations need.

use axum::http::HeaderMap;
use utoipa::IntoParams;

use super::Door;
use super::error::{ApiError, FieldError};
use super::visit::visit;
use crate::auth::{Caller, two_step};
use crate::context::ClientAddress;
use domain::secret::Secret;

const HEADER: &str = "passbook-otp";
const LONGEST: usize = 100;

/// The header with the code.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes; the guard reads it")]
pub struct Otp {
    /// A code of the authenticator app, or a recovery code. Needed with an access token from `/users/auth/token` when
    /// the person uses two-step verification; otherwise the answer is 403 with the code `step_up_required`.
    #[param(
        rename = "Passbook-OTP",
        max_length = 100,
        pattern = "^[0-9A-Za-z -]*$",
        example = "123456"
    )]
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
    // Also where no code is needed, so that a mistake is not found only later.
    let code = sent(headers)?;
    if !caller.user.two_step || caller.client.is_some() || caller.family.is_none() {
        return Ok(());
    }
    let unknown = ClientAddress("unknown".to_owned());
    let visit = visit(address.unwrap_or(&unknown), headers);
    let checked = two_step::check_for_program(&door.ctx, &caller.user, code, &visit);
    Ok(checked.await?)
}

/// Returns the code of the header, if there is one.
fn sent(headers: &HeaderMap) -> Result<Option<Secret>, ApiError> {
    let mut all = headers.get_all(HEADER).iter();
    let (first, second) = (all.next(), all.next());
    let Some(first) = first else {
        return Ok(None);
    };
    let code = first.to_str().ok().filter(|code| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b' ' || byte == b'-';
        second.is_none() && code.len() <= LONGEST && code.bytes().all(known)
    });
    let Some(code) = code else {
        let words = "Send one code of at most 100 letters, digits, spaces and dashes.";
        let wrong = FieldError::new("header", "Passbook-OTP", words);
        return Err(ApiError::invalid(vec![wrong]));
    };
    Ok(Some(code).filter(|code| !code.is_empty()).map(Secret::new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_sent_once_and_in_the_letters_of_codes() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(HEADER, value.parse().expect("a value"));
            }
            sent(&headers).map(|code| code.map(|code| code.expose().to_owned()))
        };
        assert_eq!(of(&[]).expect("fine"), None);
        assert_eq!(of(&[""]).expect("fine"), None);
        assert_eq!(of(&["123 456"]).expect("fine").as_deref(), Some("123 456"));
        let long: &'static str = "0".repeat(LONGEST + 1).leak();
        for bad in [&["1", "1"][..], &["1_2"], &["1;2"], &[long]] {
            assert_eq!(of(bad).expect_err("refused").status(), 422, "{bad:?}");
        }
    }
}
