//! The accounts of Items.

use serde::{Deserialize, Serialize};
use sqlx::{FromRow, SqliteConnection};

use super::StoreError;

/// An account of an Item, whether or not the person selected it.
#[derive(Clone, Debug)]
pub struct Account {
    /// The `account_id`.
    pub id: String,
    /// Its key in the simulated world.
    pub key: String,
    /// The `persistent_account_id`, which survives relinking. `None` at banks without persistent accounts.
    pub persistent_id: Option<String>,
    /// Whether the person selected it in Link.
    pub selected: bool,
    /// The data that the bank reports.
    pub record: AccountRecord,
}

/// The data that the bank reports about an account. Amounts are decimal text with Plaid's sign.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountRecord {
    /// The account name.
    pub name: String,
    /// The official name, if the bank has one.
    pub official_name: Option<String>,
    /// The last digits of the account number.
    pub mask: Option<String>,
    /// Plaid's `type`.
    pub kind: String,
    /// Plaid's `subtype`.
    pub subtype: Option<String>,
    /// The current balance.
    pub current: Option<String>,
    /// The available balance.
    pub available: Option<String>,
    /// The credit limit.
    pub limit: Option<String>,
    /// The ISO 4217 code.
    pub iso_currency_code: Option<String>,
    /// A currency code that ISO 4217 does not list.
    pub unofficial_currency_code: Option<String>,
}

/// Inserts a new account. `position` is its place in the bank's order.
pub async fn insert(
    db: &mut SqliteConnection,
    item_id: &str,
    position: i64,
    account: &Account,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO account (item_id, key, account_id, persistent_id, position, selected, record)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(item_id)
    .bind(&account.key)
    .bind(&account.id)
    .bind(&account.persistent_id)
    .bind(position)
    .bind(account.selected)
    .bind(serde_json::to_string(&account.record)?)
    .execute(db)
    .await?;
    Ok(())
}

/// Saves the selection and the record of an account.
pub async fn update(db: &mut SqliteConnection, account: &Account) -> Result<(), StoreError> {
    sqlx::query("UPDATE account SET selected = $2, record = $3 WHERE account_id = $1")
        .bind(&account.id)
        .bind(account.selected)
        .bind(serde_json::to_string(&account.record)?)
        .execute(db)
        .await?;
    Ok(())
}

/// Returns all accounts of an Item, selected or not, in the bank's order.
pub async fn of_item(db: &mut SqliteConnection, item_id: &str) -> Result<Vec<Account>, StoreError> {
    let rows: Vec<AccountRow> = sqlx::query_as(
        "SELECT account_id, key, persistent_id, selected, record FROM account WHERE item_id = $1 ORDER BY position",
    )
    .bind(item_id)
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Account {
                id: row.account_id,
                key: row.key,
                persistent_id: row.persistent_id,
                selected: row.selected,
                record: serde_json::from_str(&row.record)?,
            })
        })
        .collect()
}

/// Deletes an account.
pub async fn delete(db: &mut SqliteConnection, account_id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM account WHERE account_id = $1")
        .bind(account_id)
        .execute(db)
        .await?;
    Ok(())
}

/// Deletes all accounts of an Item.
pub async fn delete_of_item(db: &mut SqliteConnection, item_id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM account WHERE item_id = $1")
        .bind(item_id)
        .execute(db)
        .await?;
    Ok(())
}

#[derive(FromRow)]
struct AccountRow {
    account_id: String,
    key: String,
    persistent_id: Option<String>,
    selected: bool,
    record: String,
}
