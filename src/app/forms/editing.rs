//! The forms for own values of transactions, one or many at once.

use leptos::prelude::*;

use super::Next;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::parts::filter;
use crate::app::parts::origin;
use crate::app::visitor;
use crate::ledger::{self, BulkEdited, Chosen, LedgerError};
use domain::id::TransactionId;
use domain::own::{Edits, tags_of};
use domain::wording;

/// Saves the person's own values. An empty field restores the bank's value.
#[server(name = EditTransaction, prefix = "/forms", endpoint = "transaction")]
pub async fn edit_transaction(
    #[server(default)] id: String,
    #[server(default)] name: String,
    #[server(default)] category: String,
    #[server(default)] note: String,
    #[server(default)] tags: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let id = TransactionId::parse(&id).ok_or_else(|| PageError::NotFound.raised())?;
    let edits = Edits {
        name: Some(name.clone()),
        category: Some(category.clone()),
        note: Some(note.clone()),
        tags: Some(tags_of(&tags)),
    };
    let flash = match ledger::edit_transaction(&ctx, &user, id.as_str(), edits).await {
        Ok(()) => Flash::notice("Saved."),
        Err(LedgerError::Form(mistakes)) => {
            let typed = [
                ("name", name.as_str()),
                ("category", &category),
                ("note", &note),
                ("tags", &tags),
            ];
            Flash::for_mistakes(&typed, mistakes)
        }
        Err(error) => return Err(error.into()),
    };
    let page = origin::transaction(id.as_str(), origin::known(&back));
    Next::saying(page, flash).go().await
}

/// Gives the person's name and category of a transaction to all others of the same name.
#[server(name = EditOthers, prefix = "/forms", endpoint = "transaction-others")]
pub async fn edit_others(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let done = ledger::edit_others(&ctx, &user, &id).await?;
    let page = origin::transaction(&id, origin::known(&back));
    Next::saying(page, changed(&done)).go().await
}

/// Gives a category or tags to the chosen transactions, or to all of a list.
#[server(name = EditTransactions, prefix = "/forms", endpoint = "transactions")]
pub async fn edit_transactions(
    #[server(default)] ids: Vec<String>,
    #[server(default)] which: String,
    #[server(default)] category: String,
    #[server(default)] tags: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let list = origin::filter(&back);
    let edits = Edits {
        category: Some(category.clone()).filter(|code| !code.trim().is_empty()),
        tags: Some(tags_of(&tags)).filter(|tags| !tags.is_empty()),
        ..Edits::default()
    };
    let chosen = match which.as_str() {
        "all" => ledger::all_of(&list)?,
        _ => Chosen::Ids(
            ids.iter()
                .filter_map(|id| TransactionId::parse(id))
                .collect(),
        ),
    };
    let outcome = match &chosen {
        Chosen::Ids(ids) if ids.is_empty() => {
            let none = ("ids", "Choose at least one transaction.".to_owned());
            Err(LedgerError::Form(vec![none]))
        }
        _ => ledger::edit_many(&ctx, &user, &chosen, edits).await,
    };
    match outcome {
        Ok(done) => {
            let page = filter::address(&list);
            Next::saying(page, changed(&done)).go().await
        }
        Err(LedgerError::Form(mistakes)) => {
            let typed = [("category", category.as_str()), ("tags", &tags)];
            let flash = Flash::for_mistakes(&typed, mistakes);
            Next::saying(filter::to_edit(&list), flash).go().await
        }
        Err(error) => Err(error.into()),
    }
}

/// Undoes an edit of many transactions.
#[server(name = UndoEdit, prefix = "/forms", endpoint = "undo-edit")]
pub async fn undo_edit(
    #[server(default)] edit: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let flash = match ledger::undo_edit(&ctx, &user, &edit).await? {
        0 => Flash::trouble("Nothing to undo: these transactions have been edited since."),
        restored => Flash::notice(format!(
            "Undone for {}.",
            wording::counted(restored, "transaction")
        )),
    };
    Next::saying(origin::any(&back), flash).go().await
}

/// Says that a transaction is, or is not, a transfer between the person's accounts.
#[server(name = SetTransfer, prefix = "/forms", endpoint = "transaction-transfer")]
pub async fn set_transfer(
    #[server(default)] id: String,
    #[server(default)] transfer: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    ledger::set_transfer(&ctx, &user, &id, transfer == "yes").await?;
    let page = origin::transaction(&id, origin::known(&back));
    Next::saying(page, Flash::notice("Saved.")).go().await
}

/// Says how many transactions were changed, with the way to undo it.
fn changed(done: &BulkEdited) -> Flash {
    let words = match done.changed {
        0 => "Nothing to change: they all have these values already.".to_owned(),
        count => format!("Changed {}.", wording::counted(count, "transaction")),
    };
    Flash::undoable(words, done.id.as_ref().map(ToString::to_string))
}
