//! The form for a transaction's own values.

use leptos::prelude::*;

use super::Next;
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::parts::origin;
use crate::app::visitor;
use crate::auth::FieldProblem;
use crate::ledger::{self, LedgerError};
use domain::id::TransactionId;
use domain::own::{Edits, tags_of};

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
            let problem = |(field, message)| FieldProblem { field, message };
            Flash::for_refused_form(&typed, mistakes.into_iter().map(problem).collect())
        }
        Err(error) => return Err(error.into()),
    };
    let page = origin::transaction(id.as_str(), origin::known(&back));
    Next::saying(page, flash).go().await
}
