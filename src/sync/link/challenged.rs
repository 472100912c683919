//! A bank that asks its person something although nobody has logged in: the connection is challenged, as while linking.

use super::super::SyncError;
use super::typed::{attempt, begin, begun, keep_grant};
use crate::context::Ctx;
use domain::connection::Connection;
use providers::Provider;

/// Has a person answer what the bank asks about a connection. Who does not in time logs in again.
///
/// # Errors
/// The provider's refusal; when the database fails.
pub(in crate::sync) async fn ask_person(
    ctx: &Ctx,
    provider: &dyn Provider,
    connection: &Connection,
) -> Result<(), SyncError> {
    let Some(user) = ctx.store.user(&connection.user_id).await? else {
        return Ok(());
    };
    for link in provider.links_of(user.id.as_str()).await? {
        let grant = provider.exchange(&link.public_token).await?;
        if grant.item_id != connection.item_id {
            continue;
        }
        let attempt = attempt(ctx, &user, provider, &connection.id);
        begin(ctx, &attempt, None).await?;
        let begun = begun(ctx, &link);
        keep_grant(ctx, &user, provider, &attempt, &connection.id, &begun).await?;
        tracing::info!(connection = %connection.id, "the bank asks something");
        break;
    }
    Ok(())
}
