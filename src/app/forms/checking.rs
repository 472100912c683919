//! The buttons that compare a connection with its bank, and put right what that finds.

use leptos::prelude::*;

use super::Next;
use crate::app::error::PageError;
use crate::app::visitor;
use crate::sync;
use domain::id::ConnectionId;

/// Asks for a comparison; the page that it leads to shows what comes of it.
#[server(name = CheckBank, prefix = "/forms", endpoint = "check")]
pub async fn check_bank(#[server(default)] connection: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let id = ConnectionId::parse(&connection).ok_or_else(|| PageError::NotFound.raised())?;
    sync::request_check(&ctx, &user, &id).await?;
    Next::to(format!("/connections/{id}/check")).go().await
}

/// Asks for what a comparison finds to be put right.
#[server(name = PutRight, prefix = "/forms", endpoint = "put-right")]
pub async fn put_right(#[server(default)] connection: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let id = ConnectionId::parse(&connection).ok_or_else(|| PageError::NotFound.raised())?;
    sync::request_put_right(&ctx, &user, &id).await?;
    Next::to(format!("/connections/{id}/check")).go().await
}
