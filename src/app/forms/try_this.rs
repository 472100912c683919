//! The buttons of "Try this", with which something happens at the built-in bank.

use leptos::prelude::*;

use super::Next;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::auth::cookies;
use crate::sync;
use domain::id::ConnectionId;

/// Where every button leads: the card is on the overview.
const OVERVIEW: &str = "/";
/// How long a browser remembers that the card is hidden, in seconds: a year.
const HIDDEN_FOR: u64 = 31_536_000;

/// Makes a purchase at the bank. The page that follows shows it, if it has arrived by then.
#[server(name = TryTransaction, prefix = "/forms", endpoint = "try-transaction")]
pub async fn try_transaction(#[server(default)] connection: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let purchase = sync::make_purchase(&ctx, &user, &parse(&connection)?).await?;
    let said = match purchase.arrived {
        true => "has arrived: it’s under “Recent transactions”.",
        false => "is on its way. Reload this page in a moment to see it.",
    };
    let said = format!("You paid at {}. The transaction {said}", purchase.shop);
    Next::saying(OVERVIEW, Flash::notice(said)).go().await
}

/// Makes the log-in expire at the bank. The page that follows says so, if Passbook knows by then.
#[server(name = TryLogIn, prefix = "/forms", endpoint = "try-log-in")]
pub async fn try_log_in(#[server(default)] connection: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let (tried, known) = sync::expire_log_in(&ctx, &user, &parse(&connection)?).await?;
    let next = match known {
        true => "Press “Log in again” to repair it.",
        false => "Reload this page in a moment to repair it.",
    };
    let said = format!("Your log-in at {} has expired. {next}", tried.institution);
    Next::saying(OVERVIEW, Flash::notice(said)).go().await
}

/// Hides the card from this person in this browser.
#[server(name = HideTries, prefix = "/forms", endpoint = "try-hidden")]
pub async fn hide_tries() -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    visitor::keep_cookie(&cookies::tried(&ctx), user.id.as_str(), HIDDEN_FOR);
    Next::to(OVERVIEW).go().await
}

fn parse(connection: &str) -> Result<ConnectionId, PageError> {
    ConnectionId::parse(connection).ok_or_else(|| PageError::NotFound.raised())
}
