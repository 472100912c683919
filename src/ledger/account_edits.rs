//! What a person says of their accounts: a name, whether they are listed and counted, and their order.

use super::LedgerError;
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
    /// Before the account that is listed before it.
    Up,
    /// After the account that is listed after it.
    Down,
}

/// Moves an account one place among those of its type.
///
/// # Errors
/// [`LedgerError::NotFound`] when it is not this person's.
pub async fn move_account(ctx: &Ctx, user: &User, id: &str, step: Step) -> Result<(), LedgerError> {
    let id = AccountId::parse(id).ok_or(LedgerError::NotFound)?;
    let accounts = ctx.store.accounts(&user.id).await?;
    let mut accounts: Vec<_> = accounts.into_iter().map(|of| of.account).collect();
    let at = accounts.iter().position(|account| account.id == id);
    let at = at.ok_or(LedgerError::NotFound)?;
    let (kind, listed) = (accounts[at].kind, accounts[at].is_listed());
    let is_peer = |place: &usize| {
        let other = &accounts[*place];
        other.kind == kind && other.is_listed() == listed
    };
    let other = match step {
        Step::Up => (0..at).rev().find(is_peer),
        Step::Down => (at + 1..accounts.len()).find(is_peer),
    };
    if let Some(other) = other {
        accounts.swap(at, other);
        let order: Vec<_> = accounts.into_iter().map(|account| account.id).collect();
        ctx.store.order_accounts(&user.id, &order).await?;
    }
    Ok(())
}

/// Puts a person's accounts in an order; those that are not named come last.
///
/// # Errors
/// [`LedgerError::NotFound`] when one is not theirs, in which case nothing is changed.
pub async fn order_accounts(ctx: &Ctx, user: &User, order: &[String]) -> Result<(), LedgerError> {
    let theirs = ctx.store.accounts(&user.id).await?;
    let order: Option<Vec<AccountId>> = order.iter().map(|id| AccountId::parse(id)).collect();
    let order = order.ok_or(LedgerError::NotFound)?;
    let is_theirs = |id: &AccountId| theirs.iter().any(|of| of.account.id == *id);
    if !order.iter().all(is_theirs) {
        return Err(LedgerError::NotFound);
    }
    Ok(ctx.store.order_accounts(&user.id, &order).await?)
}
