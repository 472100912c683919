//! A person's own values on a transaction.

use super::LedgerError;
use crate::context::Ctx;
use domain::category::Category;
use domain::id::TransactionId;
use domain::own::Edits;
use domain::user::User;

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

/// Whether a person can choose a category: one of the primary ones, or one that their own rows have.
async fn known_category(ctx: &Ctx, user: &User, code: &str) -> Result<bool, LedgerError> {
    if code.is_empty() || Category::PRIMARY.contains(&code) {
        return Ok(true);
    }
    let theirs = ctx.store.summary(&user.id).await?.categories().await?;
    Ok(theirs.iter().any(|own| own == code))
}
