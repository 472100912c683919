//! Decisions about notes and accounts: "not now", which accounts are the same, and which to delete.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::Next;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::sync::{self, MatchOutcome};
use domain::connection::AlertKind;
use domain::id::{AccountId, ConnectionId};

/// Dismisses a note about a connection.
#[server(name = NotNow, prefix = "/forms", endpoint = "not-now")]
pub async fn not_now(
    #[server(default)] connection: String,
    #[server(default)] what: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let missing = || PageError::NotFound.raised();
    let id = ConnectionId::parse(&connection).ok_or_else(missing)?;
    let kind = AlertKind::from_word(&what).ok_or_else(missing)?;
    sync::put_off(&ctx, &user, &id, kind).await?;
    Next::to(back).go().await
}

/// Matches the accounts of a relinked bank with earlier ones. `same` maps the id of each earlier account to the id of
/// the same account in the new connection; an empty value means that there is none. The keys begin with `of-`, because
/// a key that begins with a digit would be parsed as a list index.
#[server(name = MatchAccounts, prefix = "/forms", endpoint = "match-accounts")]
pub async fn match_accounts(
    #[server(default)] connection: String,
    #[server(default)] same: BTreeMap<String, String>,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let missing = || PageError::NotFound.raised();
    let id = ConnectionId::parse(&connection).ok_or_else(missing)?;
    let pairs: Option<Vec<_>> = same
        .iter()
        .filter(|(_, new)| !new.is_empty())
        .map(|(old, new)| AccountId::parse(old.strip_prefix("of-")?).zip(AccountId::parse(new)))
        .collect();
    let outcome = sync::confirm_matches(&ctx, &user, &id, pairs.ok_or_else(missing)?).await?;
    said(outcome, &id).go().await
}

fn said(outcome: MatchOutcome, id: &ConnectionId) -> Next {
    let again = format!("/connections/{id}/match");
    match outcome {
        MatchOutcome::Matched(1) => Next::saying(
            "/accounts",
            Flash::notice("Done. The account keeps its history and your notes."),
        ),
        MatchOutcome::Matched(accounts) => Next::saying(
            "/accounts",
            Flash::notice(format!(
                "Done. {accounts} accounts keep their history and your notes."
            )),
        ),
        MatchOutcome::AllDifferent => Next::saying(
            "/accounts",
            Flash::notice("Your earlier accounts stay as they are, next to the new ones."),
        ),
        MatchOutcome::Twice => Next::saying(
            again,
            Flash::trouble("Two earlier accounts can’t match the same new one. Choose again."),
        ),
        MatchOutcome::Stale => Next::saying(
            again,
            Flash::trouble("The accounts have changed in the meantime. Here’s how they are now."),
        ),
    }
}

/// Deletes an account that the bank no longer lists.
#[server(name = ForgetAccount, prefix = "/forms", endpoint = "forget-account")]
pub async fn forget_account(#[server(default)] account: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let id = AccountId::parse(&account).ok_or_else(|| PageError::NotFound.raised())?;
    sync::forget_account(&ctx, &user, &id).await?;
    let said = "Account deleted.";
    Next::saying("/accounts", Flash::notice(said)).go().await
}
