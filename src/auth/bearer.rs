//! Whose the token or the key is that a program brings.

use super::{AuthError, Caller, SigningKeys, api_keys, tokens};
use crate::context::Ctx;
use domain::secret::Secret;

/// Who comes with what stands behind `Bearer`: an access token or a key.
///
/// # Errors
/// [`AuthError::BadToken`] when it is not good.
pub async fn caller(ctx: &Ctx, keys: &SigningKeys, bearer: &Secret) -> Result<Caller, AuthError> {
    if bearer.expose().starts_with(api_keys::PREFIX) {
        return api_keys::holder(ctx, bearer).await;
    }
    tokens::holder(ctx, keys, bearer).await
}
