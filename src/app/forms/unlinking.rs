//! The form that ends a connection.

use leptos::prelude::*;

use super::Next;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::domain::id::ConnectionId;
use crate::sync;

/// Ends a connection; `rows` is `keep` or `delete`. Anything else keeps: nothing is deleted by mistake.
#[server(name = Unlink, prefix = "/forms", endpoint = "unlink")]
pub async fn unlink(
    #[server(default)] connection: String,
    #[server(default)] rows: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let id = ConnectionId::parse(&connection).ok_or_else(|| PageError::NotFound.raised())?;
    sync::unlink(&ctx, &user, &id, rows != "delete").await?;
    let said = "Unlinked. The bank’s side is being told, as often as it takes.";
    Next::saying("/accounts", Flash::notice(said)).go().await
}
