//! What a person says of their accounts: a name, whether they are listed and counted, and their order.

use super::LedgerError;
use super::accounts_by_type::accounts;
use crate::context::Ctx;
use domain::account::OwnAccount;
use domain::id::AccountId;
use domain::user::User;

/// Writes what a person says of one of their accounts.
///
/// # Errors
/// [`LedgerError::NotFound`] when it is not theirs; [`LedgerError::Form`] when the name is not valid.
pub async fn edit_account(
    ctx: &Ctx,
    user: &User,
    id: &str,
    own: OwnAccount,
) -> Result<(), LedgerError> {
    let id = AccountId::parse(id).ok_or(LedgerError::NotFound)?;
    let own = own
        .checked()
        .map_err(|sentence| LedgerError::Form(vec![("name", sentence)]))?;
    match ctx.store.edit_account(&user.id, &id, &own).await? {
        true => Ok(()),
        false => Err(LedgerError::NotFound),
    }
}

/// A step in the order of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Before the account that the page lists before it.
    Up,
    /// After the account that the page lists after it.
    Down,
}

/// Moves an account one place among those of its type.
///
/// # Errors
/// [`LedgerError::NotFound`] when it is not this person's.
pub async fn move_account(ctx: &Ctx, user: &User, id: &str, step: Step) -> Result<(), LedgerError> {
    let theirs = ctx.store.accounts(&user.id).await?;
    let mut order: Vec<AccountId> = theirs.into_iter().map(|of| of.account.id).collect();
    let place = |id: &str| order.iter().position(|one| one.as_str() == id);
    let at = place(id).ok_or(LedgerError::NotFound)?;
    let page = accounts(ctx, user).await?;
    let group = page.groups.iter().map(|group| &group.accounts);
    let neighbour = group.into_iter().find_map(|listed| {
        let at = listed.iter().position(|row| row.id == id)?;
        let other = match step {
            Step::Up => at.checked_sub(1)?,
            Step::Down => at + 1,
        };
        place(&listed.get(other)?.id)
    });
    if let Some(other) = neighbour {
        order.swap(at, other);
        ctx.store.order_accounts(&user.id, &order).await?;
    }
    Ok(())
}

/// Puts a person's accounts in an order; those that are not named come last.
///
/// # Errors
/// [`LedgerError::Form`] when one is not theirs, in which case nothing is changed.
pub async fn order_accounts(ctx: &Ctx, user: &User, order: &[String]) -> Result<(), LedgerError> {
    let theirs = ctx.store.accounts(&user.id).await?;
    let order: Option<Vec<AccountId>> = order.iter().map(|id| AccountId::parse(id)).collect();
    let unknown = || LedgerError::Form(vec![("accounts", "Send ids of your accounts.".to_owned())]);
    let order = order.ok_or_else(unknown)?;
    let is_theirs = |id: &AccountId| theirs.iter().any(|of| of.account.id == *id);
    if !order.iter().all(is_theirs) {
        return Err(unknown());
    }
    Ok(ctx.store.order_accounts(&user.id, &order).await?)
}
