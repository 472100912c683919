//! Who calls, and what they may do.

use super::{AuthError, SigningKeys, api_keys, tokens};
use crate::context::Ctx;
use domain::access::Scopes;
use domain::id::FamilyId;
use domain::secret::Secret;
use domain::user::User;

/// A program that acts for a person.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The person.
    pub user: User,
    /// What it may do.
    pub scopes: Scopes,
    /// Under what its requests are counted.
    pub counted_as: String,
    /// The family of its token; a key has none.
    pub family: Option<FamilyId>,
}

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
