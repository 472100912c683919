//! Identifies a program by the bearer token or API key that it sends.

use super::{AuthError, Caller, SigningKeys, api_keys, tokens};
use crate::context::Ctx;
use domain::secret::Secret;

/// Returns the caller of a bearer credential: an access token or an API key.
///
/// # Errors
/// [`AuthError::BadToken`] when the credential is not valid.
pub async fn caller(ctx: &Ctx, keys: &SigningKeys, bearer: &Secret) -> Result<Caller, AuthError> {
    if bearer.expose().starts_with(api_keys::PREFIX) {
        return api_keys::holder(ctx, bearer).await;
    }
    tokens::holder(ctx, keys, bearer).await
}
