//! The forms for what a person says of their accounts.

use leptos::prelude::*;

use super::Next;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::ledger::{self, LedgerError, Step};
use domain::account::OwnAccount;

/// Saves a person's name for an account, and whether it is listed and counted. An empty name restores the bank's.
#[server(name = EditAccount, prefix = "/forms", endpoint = "account")]
pub async fn edit_account(
    #[server(default)] account: String,
    #[server(default)] name: String,
    #[server(default)] hidden: String,
    #[server(default)] left_out: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let own = OwnAccount {
        name: Some(name.clone()),
        hidden: hidden == "yes",
        left_out: left_out == "yes",
    };
    let flash = match ledger::edit_account(&ctx, &user, &account, own).await {
        Ok(()) => Flash::notice("Saved."),
        Err(LedgerError::Form(mistakes)) => {
            let typed = [
                ("name", &*name),
                ("hidden", &hidden),
                ("left_out", &left_out),
            ];
            Flash::for_mistakes(&typed, mistakes)
        }
        Err(error) => return Err(error.into()),
    };
    Next::saying(format!("/accounts/{account}"), flash)
        .go()
        .await
}

/// Moves an account one place up or down among those of its type.
#[server(name = MoveAccount, prefix = "/forms", endpoint = "account-order")]
pub async fn move_account(
    #[server(default)] account: String,
    #[server(default)] step: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let step = if step == "up" { Step::Up } else { Step::Down };
    ledger::move_account(&ctx, &user, &account, step).await?;
    Next::to("/accounts?arrange=yes").go().await
}
