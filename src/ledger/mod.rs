//! Reading the books: balances, net worth, transactions.

pub mod view;

use crate::context::Ctx;
use crate::domain::user::User;
use view::{AccountDetail, ConnectionCard, Filter, Overview, TransactionDetail, TransactionPage};

/// Why something cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// There is none, or it is somebody else's: nobody may know which.
    #[error("not found")]
    NotFound,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] crate::store::StoreError),
}

/// Everything on the first page.
///
/// # Errors
/// When the database fails.
pub async fn overview(_ctx: &Ctx, _user: &User) -> Result<Overview, LedgerError> {
    Err(LedgerError::NotFound)
}

/// The connections with their accounts.
///
/// # Errors
/// When the database fails.
pub async fn connections(_ctx: &Ctx, _user: &User) -> Result<Vec<ConnectionCard>, LedgerError> {
    Err(LedgerError::NotFound)
}

/// One account.
///
/// # Errors
/// [`LedgerError::NotFound`] when it is not this person's; when the database fails.
pub async fn account(_ctx: &Ctx, _user: &User, _id: &str) -> Result<AccountDetail, LedgerError> {
    Err(LedgerError::NotFound)
}

/// A page of transactions, newest first.
///
/// # Errors
/// When the database fails. A filter that cannot be read is not an error: the page says what is wrong.
pub async fn transactions(
    _ctx: &Ctx,
    _user: &User,
    _filter: &Filter,
) -> Result<TransactionPage, LedgerError> {
    Err(LedgerError::NotFound)
}

/// One transaction with all that the bank said.
///
/// # Errors
/// [`LedgerError::NotFound`] when it is not this person's; when the database fails.
pub async fn transaction(
    _ctx: &Ctx,
    _user: &User,
    _id: &str,
) -> Result<TransactionDetail, LedgerError> {
    Err(LedgerError::NotFound)
}

/// The PNG of an institution's logo, as the provider gave it.
///
/// # Errors
/// [`LedgerError::NotFound`] when there is none.
pub async fn logo(_ctx: &Ctx, _user: &User, _institution_id: &str) -> Result<Vec<u8>, LedgerError> {
    Err(LedgerError::NotFound)
}
