//! Records as they are stored, for programs: no words, no rounding, no marks.

use super::LedgerError;
use super::transactions::position;
use crate::context::Ctx;
use domain::account::Account;
use domain::connection::Connection;
use domain::id::{AccountId, ConnectionId, TransactionId};
use domain::job::JobKind;
use domain::page::cut;
use domain::search;
use domain::user::User;
use store::Place;
pub use store::{LinkedInstitution, Narrowing, Position, TransactionRecord};

/// An account with its institution's name.
#[derive(Clone, Debug)]
pub struct AccountRecord {
    /// The account.
    pub account: Account,
    /// The institution's name.
    pub institution_name: String,
}

/// A connection and whether it is being synced.
#[derive(Clone, Debug)]
pub struct ConnectionRecord {
    /// The connection.
    pub connection: Connection,
    /// Whether a sync is due or running.
    pub syncing: bool,
}

/// Returns a person's connections, the oldest first.
pub async fn connections(ctx: &Ctx, user: &User) -> Result<Vec<ConnectionRecord>, LedgerError> {
    let connections = ctx.store.connections(&user.id).await?;
    let now = ctx.clock.now();
    let busy = ctx.store.busy_connections(&user.id, JobKind::Sync, now);
    let busy = busy.await?;
    let record = |connection: Connection| ConnectionRecord {
        syncing: busy.contains(&connection.id),
        connection,
    };
    Ok(connections.into_iter().map(record).collect())
}

/// Returns one connection.
///
/// # Errors
/// [`LedgerError::NotFound`] when it is not this person's.
pub async fn connection(ctx: &Ctx, user: &User, id: &str) -> Result<ConnectionRecord, LedgerError> {
    let id = ConnectionId::parse(id).ok_or(LedgerError::NotFound)?;
    let found = ctx.store.connection(&user.id, &id).await?;
    let connection = found.ok_or(LedgerError::NotFound)?;
    let now = ctx.clock.now();
    let syncing = ctx.store.is_busy(JobKind::Sync, id.as_str(), now).await?;
    Ok(ConnectionRecord {
        connection,
        syncing,
    })
}

/// Returns a person's accounts, in the order in which their banks list them.
pub async fn accounts(ctx: &Ctx, user: &User) -> Result<Vec<AccountRecord>, LedgerError> {
    let accounts = ctx.store.accounts(&user.id).await?;
    let record = |of: store::AccountWithConnection| AccountRecord {
        account: of.account,
        institution_name: of.institution_name,
    };
    Ok(accounts.into_iter().map(record).collect())
}

/// Returns one account.
///
/// # Errors
/// [`LedgerError::NotFound`] when it is not this person's.
pub async fn account(ctx: &Ctx, user: &User, id: &str) -> Result<AccountRecord, LedgerError> {
    let id = AccountId::parse(id).ok_or(LedgerError::NotFound)?;
    let accounts = accounts(ctx, user).await?;
    let found = accounts.into_iter().find(|of| of.account.id == id);
    found.ok_or(LedgerError::NotFound)
}

/// Returns a page of transactions, newest first, and where the next page begins if there are more.
pub async fn transactions(
    ctx: &Ctx,
    user: &User,
    narrowing: &Narrowing,
    after: Option<&Position>,
    limit: u32,
) -> Result<(Vec<TransactionRecord>, Option<Position>), LedgerError> {
    let rows = ctx
        .store
        .page_of_transactions(&user.id, narrowing, &Place::after(after), limit + 1)
        .await?;
    Ok(cut(rows, limit, |row| position(&row.transaction)))
}

/// Returns one transaction with everything that the bank said.
///
/// # Errors
/// [`LedgerError::NotFound`] when it is not this person's.
pub async fn transaction(
    ctx: &Ctx,
    user: &User,
    id: &str,
) -> Result<TransactionRecord, LedgerError> {
    let id = TransactionId::parse(id).ok_or(LedgerError::NotFound)?;
    let found = ctx.store.transaction(&user.id, &id).await?;
    found.ok_or(LedgerError::NotFound)
}

/// Returns the words that a search looks for.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    search::words(text)
}

/// Returns the institutions that a person has linked.
pub async fn institutions(ctx: &Ctx, user: &User) -> Result<Vec<LinkedInstitution>, LedgerError> {
    Ok(ctx.store.linked_institutions(&user.id).await?)
}
