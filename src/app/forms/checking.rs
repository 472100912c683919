//! The buttons that compare a connection with its bank and fix the differences.

use leptos::prelude::*;

use super::Next;
use crate::app::error::PageError;
use crate::app::visitor;
use crate::sync;
use domain::id::ConnectionId;

/// Requests a comparison and leads to the page that shows the result.
#[server(name = CheckBank, prefix = "/forms", endpoint = "check")]
pub async fn check_bank(#[server(default)] connection: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let id = ConnectionId::parse(&connection).ok_or_else(|| PageError::NotFound.raised())?;
    sync::request_check(&ctx, &user, &id).await?;
    Next::to(format!("/connections/{id}/check")).go().await
}

/// Requests that the differences be fixed.
#[server(name = PutRight, prefix = "/forms", endpoint = "put-right")]
pub async fn put_right(#[server(default)] connection: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let id = ConnectionId::parse(&connection).ok_or_else(|| PageError::NotFound.raised())?;
    sync::request_put_right(&ctx, &user, &id).await?;
    Next::to(format!("/connections/{id}/check")).go().await
}
