//! Having the provider ask the bank now.

use super::SyncError;
use super::link::token_of;
use crate::context::Ctx;
use crate::domain::id::ConnectionId;
use crate::domain::user::User;
use crate::providers::plaid::Key;

/// Has the provider ask the bank now (a paid call, only with `PLAID_PAID_REFRESH=on`), then syncs.
///
/// # Errors
/// [`SyncError::NotFound`]; the provider's refusal.
pub async fn refresh_at_bank(ctx: &Ctx, user: &User, id: &ConnectionId) -> Result<(), SyncError> {
    if !ctx.config.paid_refresh {
        return Err(SyncError::NotFound);
    }
    let token = token_of(ctx, user, id).await?;
    let key = Key {
        token: &token,
        connection: id,
    };
    ctx.providers.plaid.refresh(key).await?;
    // Fresh balances become the ones that the next sync reads.
    ctx.providers.plaid.balances_now(key).await?;
    super::request_sync(ctx, user, id).await
}
