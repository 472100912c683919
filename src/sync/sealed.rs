//! Unseals secrets for one call to a provider, and seals them before they are stored.

use crate::context::Ctx;
use domain::connection::Connection;
use domain::problem::{Problem, Reason};
use domain::secret::Secret;

/// Unseals the access token of a connection.
pub(super) fn access_token(
    ctx: &Ctx,
    connection: &Connection,
    sealed: &[u8],
) -> Result<Secret, Problem> {
    let (row, owner) = (connection.id.as_str(), connection.user_id.as_str());
    open(ctx, sealed, row, owner)
}

/// Unseals a secret of one row of one owner.
pub(super) fn open(ctx: &Ctx, sealed: &[u8], row: &str, owner: &str) -> Result<Secret, Problem> {
    let secret = ctx.vault.unseal(sealed, row, owner);
    secret.map_err(|_| Problem::ours(Reason::KeyDoesNotOpen))
}

/// Seals a secret for one row of one owner.
pub(super) fn seal(ctx: &Ctx, secret: &Secret, row: &str, owner: &str) -> Result<Vec<u8>, Problem> {
    let sealed = ctx.vault.seal(secret, row, owner);
    sealed.map_err(|_| Problem::ours(Reason::KeyDoesNotSeal))
}
