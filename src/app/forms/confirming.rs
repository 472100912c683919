//! The form with which a person confirms that it's them.

use leptos::prelude::*;
use tower_sessions::Session;

use super::Next;
use super::people::{leading_on, problems};
use super::signing_in::Typed;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::auth::{self, sealed_session};
use crate::context::Ctx;

/// The path of the page that asks.
pub const CONFIRM: &str = "/confirm";
/// Where the problems of an answer wait for the page. The flash may hold what was typed into the form that led here.
const KEY: &str = "confirmation";

/// Checks the password or code, and leads on to the page that asked for it.
#[server(name = Confirm, prefix = "/forms", endpoint = "confirm")]
pub async fn confirm(
    #[server(default)] typed: String,
    #[server(default)] next: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let typed = Typed::with(typed).await?;
    match auth::confirm(&ctx, &user, typed.proof()).await {
        Ok(()) => Next::to(visitor::within(&next)).go().await,
        Err(error) => {
            let flash = Flash::for_refused_form(&[], problems(error)?);
            sealed_session::put(&ctx, &visitor::session().await?, KEY, &flash).await?;
            Next::to(leading_on(CONFIRM, &next)).go().await
        }
    }
}

/// Whether the person confirmed in the last five minutes that it's them. If not, redirects to the page that asks, which
/// leads back to `next`.
///
/// # Errors
/// When the session cannot be read.
pub async fn confirmed(next: &str) -> Result<bool, PageError> {
    let (ctx, session) = (visitor::ctx()?, visitor::session().await?);
    let confirmed = auth::is_confirmed(&ctx, &session).await?;
    if !confirmed {
        visitor::go(&leading_on(CONFIRM, next));
    }
    Ok(confirmed)
}

/// Keeps what was typed into a form for its page, while the person confirms that it's them.
///
/// # Errors
/// When the session cannot be stored.
pub async fn hold(typed: &[(&str, &str)]) -> Result<(), PageError> {
    let flash = Flash::for_refused_form(typed, Vec::new());
    flash
        .leave(&visitor::ctx()?, &visitor::session().await?)
        .await
}

/// Returns the problems of the last answer, once.
///
/// # Errors
/// When the session cannot be read.
pub async fn take_problems(ctx: &Ctx, session: &Session) -> Result<Flash, PageError> {
    let flash: Option<Flash> = sealed_session::take(ctx, session, KEY).await?;
    Ok(flash.unwrap_or_default())
}
