//! Accounts of Items.

use serde::{Deserialize, Serialize};
use sqlx::{FromRow, SqliteConnection};

use super::StoreError;

/// An account of an Item, chosen or not.
#[derive(Clone, Debug)]
pub struct Account {
    /// The `account_id`.
    pub id: String,
    /// Its key in the world.
    pub key: String,
    /// An id that stays when the account is linked anew, at banks that give one.
    pub persistent_id: Option<String>,
    /// Whether the person chose it.
    pub selected: bool,
    /// What the bank says of it.
    pub record: AccountRecord,
}

/// What the bank says of an account. Amounts are decimal text, in Plaid's sign.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountRecord {
    /// Name.
    pub name: String,
    /// Long name.
    pub official_name: Option<String>,
    /// Last digits.
    pub mask: Option<String>,
    /// Plaid's type.
    pub kind: String,
    /// Plaid's subtype.
    pub subtype: Option<String>,
    /// Balance.
    pub current: Option<String>,
    /// Spendable.
    pub available: Option<String>,
    /// Limit.
    pub limit: Option<String>,
    /// ISO 4217.
    pub iso_currency_code: Option<String>,
    /// A code that ISO does not list.
    pub unofficial_currency_code: Option<String>,
}

/// Keeps a new account.
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

/// Keeps what can change of an account.
pub async fn update(db: &mut SqliteConnection, account: &Account) -> Result<(), StoreError> {
    sqlx::query("UPDATE account SET selected = $2, record = $3 WHERE account_id = $1")
        .bind(&account.id)
        .bind(account.selected)
        .bind(serde_json::to_string(&account.record)?)
        .execute(db)
        .await?;
    Ok(())
}

/// All accounts of an Item, chosen or not, in the bank's order.
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

/// Forgets an account.
pub async fn delete(db: &mut SqliteConnection, account_id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM account WHERE account_id = $1")
        .bind(account_id)
        .execute(db)
        .await?;
    Ok(())
}

/// Forgets an Item's accounts.
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
