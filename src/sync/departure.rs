//! Deletes people. Their banks are unlinked first; the person is deleted with the last of them.

use super::{SyncError, clean_up};
use crate::context::Ctx;
use domain::departure::Departure;
use domain::id::UserId;

/// Begins to delete a person and everything of theirs. All access ends at once; the rest follows when the providers
/// have confirmed the end of every connection, however often they have to be told.
pub async fn delete_person(ctx: &Ctx, id: &UserId) -> Result<Departure, SyncError> {
    let departure = ctx.store.leave(id, ctx.clock.now()).await?;
    tracing::info!(user = %id, ?departure, "asked to delete a person");
    match departure {
        Departure::Gone => clean_up::request_clean_up(ctx).await?,
        Departure::Waiting => ctx.work.notify_one(),
        Departure::LastAdmin | Departure::Demo | Departure::Unknown => {}
    }
    Ok(departure)
}

/// Deletes the people who are leaving and of whom nothing is left at a provider. Usually the end of their last
/// connection has done that already; here it is done for people whose link attempt ended without a connection.
pub(super) async fn finish_departures(ctx: &Ctx) -> Result<(), SyncError> {
    let deleted = ctx.store.delete_free_of_banks().await?;
    if deleted > 0 {
        tracing::info!(deleted, "people were deleted");
        clean_up::request_clean_up(ctx).await?;
    }
    Ok(())
}
