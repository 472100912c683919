//! The form that unlinks a bank.

use leptos::prelude::*;

use super::{Next, confirming};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::ledger::records;
use crate::sync::{self, SyncError};
use domain::id::ConnectionId;

/// Unlinks a connection, or removes one that was never linked. `rows` is `keep` or `delete`; any other value keeps, so
/// nothing is deleted by mistake. For a connection that has already ended, `delete` deletes the kept data.
#[server(name = Unlink, prefix = "/forms", endpoint = "unlink")]
pub async fn unlink(
    #[server(default)] connection: String,
    #[server(default)] rows: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let id = ConnectionId::parse(&connection).ok_or_else(|| PageError::NotFound.raised())?;
    let keeps = rows != "delete";
    let known = records::connection(&ctx, &user, id.as_str()).await?;
    if !confirming::confirmed(&format!("/connections/{id}/unlink")).await? {
        return Ok(());
    }
    let said = match sync::unlink(&ctx, &user, &id, keeps).await {
        Ok(()) if known.connection.linked_at.is_none() => "Bank removed.",
        Ok(()) if keeps => "Bank unlinked.",
        Ok(()) => "Bank unlinked. Its accounts and transactions are being deleted.",
        Err(SyncError::NoLongerLinked) if !keeps => {
            sync::delete_kept(&ctx, &user, &id).await?;
            "The data from this bank has been deleted."
        }
        Err(error) => return Err(error.into()),
    };
    Next::saying("/accounts", Flash::notice(said)).go().await
}
