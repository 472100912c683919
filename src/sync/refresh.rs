//! Has the provider ask the bank for news now.

use super::SyncError;
use super::link::key_of;
use crate::context::Ctx;
use domain::id::ConnectionId;
use domain::user::User;
use providers::Key;

/// Has the provider ask the bank now (a paid call, only where the settings allow it), then requests a sync.
///
/// # Errors
/// [`SyncError::NotFound`]; the provider's refusal to ask for transactions.
pub async fn refresh_at_bank(ctx: &Ctx, user: &User, id: &ConnectionId) -> Result<(), SyncError> {
    let (connection, token) = key_of(ctx, user, id).await?;
    let provider = ctx.providers.named(&connection.provider)?;
    if !ctx.config.paid_refresh || !provider.capabilities().paid_refresh {
        return Err(SyncError::NotFound);
    }
    let key = Key {
        token: &token,
        connection: id,
    };
    let institution = connection.institution_id.as_deref();
    provider.refresh(key, institution).await?;
    super::request_sync(ctx, user, id).await
}
