//! Authentication on MX's wire, and the choice of its version.

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::call::Version;
use crate::Credentials;
use crate::api::call::same;
use crate::bank::{Refusal, no};

/// The `Accept` type that requests the older version.
pub(super) const OLD_TYPE: &str = "application/vnd.mx.api.v1+json";

/// Authenticates a caller by client id and API key.
pub(super) fn let_in(headers: &HeaderMap, expected: Option<&Credentials>) -> Result<(), Refusal> {
    let refused = || no(401, "Unauthorized: wrong client id or API key.");
    let (client_id, key) = basic(headers).ok_or_else(refused)?;
    let good = match expected {
        None => !client_id.is_empty() && !key.is_empty(),
        Some(pair) => same(&pair.client_id, &client_id) & same(&pair.secret, &key),
    };
    if good { Ok(()) } else { Err(refused()) }
}

/// Returns the version that a caller requests.
pub(super) fn version(headers: &HeaderMap) -> Result<Version, Refusal> {
    let accept = text(headers, header::ACCEPT.as_str()).unwrap_or("*/*");
    let any_json = accept.contains("application/json") || accept.contains("*/*");
    match text(headers, "accept-version") {
        Some("v20250224") if any_json => Ok(Version::New),
        Some("v20111101") if any_json || accept.contains(OLD_TYPE) => Ok(Version::Old),
        None if accept.contains(OLD_TYPE) => Ok(Version::Old),
        _ => Err(no(
            406,
            "Not acceptable: say Accept-Version: v20250224 and Accept: application/json.",
        )),
    }
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let (scheme, encoded) = text(headers, header::AUTHORIZATION.as_str())?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let plain = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (client_id, key) = plain.split_once(':')?;
    Some((client_id.to_owned(), key.to_owned()))
}

pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
