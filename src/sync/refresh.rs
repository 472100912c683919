//! Having the provider ask the bank now.

use super::SyncError;
use super::link::token_of;
use crate::context::Ctx;
use domain::id::ConnectionId;
use domain::user::User;
use providers::plaid::Key;

/// Has the provider ask the bank now (a paid call, only where the settings allow it), then syncs.
///
/// # Errors
/// [`SyncError::NotFound`]; the provider's refusal to ask for transactions.
pub async fn refresh_at_bank(ctx: &Ctx, user: &User, id: &ConnectionId) -> Result<(), SyncError> {
    if !ctx.config.paid_refresh {
        return Err(SyncError::NotFound);
    }
    let token = token_of(ctx, user, id).await?;
    let connection = ctx.store.connection(&user.id, id).await?;
    let institution = connection.and_then(|connection| connection.institution_id);
    let key = Key {
        token: &token,
        connection: id,
    };
    ctx.providers.plaid.refresh(key).await?;
    // Fresh balances become the ones that the next sync reads. Without them it still reads the rows that the
    // refresh was paid for.
    let balances = ctx
        .providers
        .plaid
        .balances_now(key, institution.as_deref());
    if let Err(refusal) = balances.await {
        tracing::warn!(connection = %id, code = refusal.code, request_id = refusal.request_id,
            "the bank was not asked for balances");
    }
    super::request_sync(ctx, user, id).await
}
