//! Handles a bank that challenges the person during a sync, without a log-in here: the connection is challenged as
//! while linking.

use super::super::SyncError;
use super::credentials::{attempt, begin};
use super::granted::{begun, keep_grant};
use crate::context::Ctx;
use domain::connection::Connection;
use providers::{Key, Provider};

/// Lets the person answer the bank's challenge about a connection. A person who does not answer in time has to log in
/// again.
///
/// # Errors
/// The provider's refusal.
pub(in crate::sync) async fn ask_person(
    ctx: &Ctx,
    provider: &dyn Provider,
    connection: &Connection,
    key: Key<'_>,
) -> Result<(), SyncError> {
    let Some(user) = ctx.store.user(&connection.user_id).await? else {
        return Ok(());
    };
    let token = provider.link_of(key)?;
    let attempt = attempt(ctx, &user, provider, &connection.id);
    begin(ctx, &attempt, None).await?;
    let begun = begun(ctx, &token);
    keep_grant(ctx, &user, provider, &attempt, &connection.id, &begun).await?;
    tracing::info!(connection = %connection.id, "the bank asks something");
    Ok(())
}
