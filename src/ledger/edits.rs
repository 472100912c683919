//! A person's own values on a transaction.

use super::view::Filter;
use super::{LedgerError, filter};
use crate::context::Ctx;
use domain::category::Category;
use domain::id::{BulkEditId, TransactionId};
use domain::own::{Edits, Own};
use domain::user::User;
use store::{BulkEdited, Chosen};

/// Changes the own values of a person's transaction. An absent field stays as it is; an empty one is cleared, and the
/// bank's value counts again.
///
/// # Errors
/// [`LedgerError::NotFound`] when it is not this person's; [`LedgerError::Form`] with every invalid field, in which
/// case nothing is changed.
pub async fn edit_transaction(
    ctx: &Ctx,
    user: &User,
    id: &str,
    edits: Edits,
) -> Result<(), LedgerError> {
    let id = TransactionId::parse(id).ok_or(LedgerError::NotFound)?;
    let asked = edits.category.clone().unwrap_or_default();
    let known = known_category(ctx, user, asked.trim()).await?;
    let checked = match edits.checked() {
        Ok(checked) if known => checked,
        outcome => {
            let mut mistakes = outcome.err().unwrap_or_default();
            if !known && mistakes.iter().all(|(field, _)| *field != "category") {
                mistakes.push(("category", "Choose one of the categories.".to_owned()));
            }
            // Another person's transaction gets the same answer as a missing one, whatever was typed.
            if ctx.store.transaction(&user.id, &id).await?.is_none() {
                return Err(LedgerError::NotFound);
            }
            return Err(LedgerError::Form(mistakes));
        }
    };
    if ctx.store.edit_transaction(&user.id, &id, checked).await? {
        // Wakes the worker that notifies other programs.
        ctx.work.notify_one();
        Ok(())
    } else {
        Err(LedgerError::NotFound)
    }
}

/// The most transactions that are chosen one by one.
const MOST_CHOSEN: usize = 500;

/// Applies edits to many transactions of a person; tags are added to those that are there.
///
/// # Errors
/// [`LedgerError::Form`] with every invalid field, in which case nothing is changed.
pub async fn edit_many(
    ctx: &Ctx,
    user: &User,
    chosen: &Chosen,
    edits: Edits,
) -> Result<BulkEdited, LedgerError> {
    let asked = edits.category.clone().unwrap_or_default();
    let mut mistakes = Vec::new();
    if !known_category(ctx, user, asked.trim()).await? {
        mistakes.push(("category", "Choose one of the categories.".to_owned()));
    }
    if matches!(chosen, Chosen::Ids(ids) if ids.len() > MOST_CHOSEN) {
        mistakes.push(("ids", format!("Choose at most {MOST_CHOSEN} transactions.")));
    }
    if edits == Edits::default() {
        mistakes.push(("category", "Choose a category or enter tags.".to_owned()));
    }
    let checked = match edits.checked() {
        Ok(checked) if mistakes.is_empty() => checked,
        outcome => {
            mistakes.extend(outcome.err().unwrap_or_default());
            return Err(LedgerError::Form(mistakes));
        }
    };
    let now = ctx.clock.now();
    let done = ctx.store.edit_many(&user.id, chosen, &checked, now).await?;
    ctx.work.notify_one();
    Ok(done)
}

/// Returns the choice of everything that a list's filter selects.
///
/// # Errors
/// [`LedgerError::NotFound`] when the filter is invalid, so that the page showed no list.
pub fn all_of(filter: &Filter) -> Result<Chosen, LedgerError> {
    let read = filter::parse_filter(filter);
    let (narrowing, _) = read.map_err(|_| LedgerError::NotFound)?;
    Ok(Chosen::All(narrowing))
}

/// Gives the person's name and category of one transaction to all others that have the same name from the bank.
///
/// # Errors
/// [`LedgerError::NotFound`] when it is not this person's.
pub async fn edit_others(ctx: &Ctx, user: &User, id: &str) -> Result<BulkEdited, LedgerError> {
    let id = TransactionId::parse(id).ok_or(LedgerError::NotFound)?;
    let found = ctx.store.transaction(&user.id, &id).await?;
    let own = found.ok_or(LedgerError::NotFound)?.transaction.own;
    let Some(edits) = edits_for_others(&own) else {
        return Ok(BulkEdited {
            id: None,
            changed: 0,
        });
    };
    edit_many(ctx, user, &Chosen::NamedLike(id), edits).await
}

/// Undoes an edit of many transactions; returns how many were restored. Those edited since stay as they are.
///
/// # Errors
/// [`LedgerError::NotFound`] when there is no such edit, or it is too old.
pub async fn undo_edit(ctx: &Ctx, user: &User, id: &str) -> Result<u64, LedgerError> {
    let id = BulkEditId::parse(id).ok_or(LedgerError::NotFound)?;
    let restored = ctx.store.undo_edit(&user.id, &id).await?;
    ctx.work.notify_one();
    restored.ok_or(LedgerError::NotFound)
}

/// Says that a transaction is, or is not, a transfer between the person's accounts.
///
/// # Errors
/// [`LedgerError::NotFound`] when it is not this person's. One that does not look like a transfer stays none.
pub async fn set_transfer(
    ctx: &Ctx,
    user: &User,
    id: &str,
    is_transfer: bool,
) -> Result<(), LedgerError> {
    let id = TransactionId::parse(id).ok_or(LedgerError::NotFound)?;
    if ctx.store.transaction(&user.id, &id).await?.is_none() {
        return Err(LedgerError::NotFound);
    }
    ctx.store.set_transfer(&user.id, &id, is_transfer).await?;
    ctx.work.notify_one();
    Ok(())
}

/// Returns the own values that other transactions of the same name may be given too; `None` if there are none.
pub(super) fn edits_for_others(own: &Own) -> Option<Edits> {
    (own.name.is_some() || own.category.is_some()).then(|| Edits {
        name: own.name.clone(),
        category: own.category.clone(),
        ..Edits::default()
    })
}

/// Whether a person can choose a category: a usual one, or one that their own rows have.
async fn known_category(ctx: &Ctx, user: &User, code: &str) -> Result<bool, LedgerError> {
    let is_it = |category: &Category| category.detailed == code;
    if code.is_empty() || Category::choices().any(|category| is_it(&category)) {
        return Ok(true);
    }
    let theirs = ctx.store.summary(&user.id).await?.categories().await?;
    Ok(theirs.iter().any(is_it))
}
