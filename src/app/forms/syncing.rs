//! The buttons that request a sync.

use leptos::prelude::*;

use super::Next;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::ledger::records;
use crate::sync::{self, SyncError};
use domain::id::ConnectionId;

/// Requests a sync of one connection, or of all if `connection` is empty.
#[server(name = SyncNow, prefix = "/forms", endpoint = "sync")]
pub async fn sync_now(
    #[server(default)] connection: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    if connection.is_empty() {
        sync::request_sync_of_all(&ctx, &user).await?;
    } else {
        match sync::request_sync(&ctx, &user, &parse_connection_id(&connection)?).await {
            Err(SyncError::NoLongerLinked) => return Next::saying(back, ended()).go().await,
            asked => asked?,
        }
    }
    let said = "Checking for new transactions. Anything new will show up in a moment.";
    Next::saying(back, Flash::notice(said)).go().await
}

/// Has the provider fetch from the bank now. This costs the admin money, so only this button does it.
#[server(name = AskBank, prefix = "/forms", endpoint = "ask-bank")]
pub async fn ask_bank(
    #[server(default)] connection: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let bank = records::connection(&ctx, &user, &connection).await?;
    let flash = match sync::refresh_at_bank(&ctx, &user, &parse_connection_id(&connection)?).await {
        Ok(()) => Flash::notice("Checking with your bank. New transactions will appear here."),
        Err(SyncError::Provider(problem)) => {
            Flash::trouble(problem.sentence(&bank.connection.institution_name))
        }
        Err(SyncError::NoLongerLinked) => ended(),
        Err(error) => return Err(error.into()),
    };
    Next::saying(back, flash).go().await
}

/// The message for a page that was opened before the bank was unlinked.
fn ended() -> Flash {
    Flash::trouble("This bank is no longer linked. To get new transactions, link it again.")
}

fn parse_connection_id(connection: &str) -> Result<ConnectionId, PageError> {
    ConnectionId::parse(connection).ok_or_else(|| PageError::NotFound.raised())
}
