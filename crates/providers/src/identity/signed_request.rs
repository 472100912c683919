//! Facebook's `signed_request`, which asks for a person's data to be deleted
//! (developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback).

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use domain::identity::{LONGEST_SUBJECT, SignInError};
use domain::secret::Secret;

#[derive(Deserialize)]
struct Payload {
    algorithm: String,
    user_id: String,
}

/// Returns the id of the person whose data is to be deleted, if the request is signed with the app's secret.
pub(super) fn subject_to_delete(message: &str, secret: &Secret) -> Result<String, SignInError> {
    let wrong = SignInError::InvalidResponse;
    let (signature, payload) = message
        .split_once('.')
        .ok_or(wrong("it has no signature"))?;
    // Facebook leaves out the padding; some libraries add it.
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
    let signature = decoded(signature).map_err(|_| wrong("its signature cannot be read"))?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    hmac::verify(&key, payload.as_bytes(), &signature)
        .map_err(|_| wrong("its signature is not right"))?;
    let payload = decoded(payload).map_err(|_| wrong("it cannot be read"))?;
    let payload: Payload =
        serde_json::from_slice(&payload).map_err(|_| wrong("it cannot be read"))?;
    if !payload.algorithm.eq_ignore_ascii_case("HMAC-SHA256") {
        return Err(wrong("it is signed in another way"));
    }
    if payload.user_id.is_empty() || payload.user_id.len() > LONGEST_SUBJECT {
        return Err(wrong("it names nobody"));
    }
    Ok(payload.user_id)
}
