//! Connections whose bank is checking a log-in that was typed here.

use super::view::{Asking, ConnectionCard};
use crate::context::Ctx;
use domain::connection::{Connection, LinkPhase};
use domain::user::User;
use store::StoreError;

/// Returns who the log-in of a connection waits for; `None` when its bank is not being asked.
pub async fn asking(
    ctx: &Ctx,
    user: &User,
    connection: &Connection,
) -> Result<Option<Asking>, StoreError> {
    if connection.link_phase != Some(LinkPhase::Processing) || connection.unlink_asked_at.is_some()
    {
        return Ok(None);
    }
    let attempt = ctx.store.attempt_under_way(&user.id, &connection.id);
    let Some(attempt) = attempt.await? else {
        return Ok(Some(Asking::Bank));
    };
    let sealed = ctx.store.sealed_link(&user.id, &attempt.id).await?;
    Ok(Some(match sealed.sealed_hosted_url {
        Some(_) => Asking::Person,
        None => Asking::Bank,
    }))
}

/// Sets `asking` on cards, which are in the order of the connections.
pub(super) async fn say_who_is_asked(
    ctx: &Ctx,
    user: &User,
    connections: &[Connection],
    cards: &mut [ConnectionCard],
) -> Result<(), StoreError> {
    for (connection, card) in connections.iter().zip(cards) {
        card.asking = asking(ctx, user, connection).await?;
    }
    Ok(())
}
