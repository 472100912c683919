//! Daily balances.

use jiff::civil::Date;

use crate::decode::day;
use crate::{Store, StoreError};
use domain::id::{AccountId, UserId};
use domain::money::{Currency, Money};

/// The balance of an account on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The account.
    pub account_id: AccountId,
    /// The date.
    pub day: Date,
    /// The balance; negative when owed.
    pub balance: Money,
}

impl Store {
    /// Every stored balance of a person's accounts, oldest first.
    pub async fn snapshots(&self, user: &UserId) -> Result<Vec<Snapshot>, StoreError> {
        let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
            "SELECT s.account_id, s.day, s.currency, s.current FROM balance_snapshot s
             JOIN account a ON a.id = s.account_id WHERE a.person_id = $1 ORDER BY s.day, s.account_id",
        )
        .bind(user.as_str())
        .fetch_all(&self.read)
        .await?;
        rows.into_iter()
            .map(|(account, on, currency, minor)| {
                Ok(Snapshot {
                    account_id: AccountId::parse(&account)
                        .ok_or(StoreError::Unreadable("account"))?,
                    day: day(&on)?,
                    balance: Money::new(minor, Currency::from_storage(&currency)),
                })
            })
            .collect()
    }
}
