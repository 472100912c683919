//! Lists of accounts and transactions, and their pagination.

use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::value::RawValue;

use crate::null::or_empty;
use crate::number::Number;

#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(in crate::mx) struct Pagination {
    #[serde(default)]
    pub current_page: Option<u64>,
    #[serde(default)]
    pub per_page: Option<u64>,
    #[serde(default)]
    pub total_entries: Option<u64>,
    #[serde(default)]
    pub total_pages: Option<u64>,
}

#[derive(Deserialize)]
pub(in crate::mx) struct AccountsAnswer {
    /// Each account is parsed separately; `feed.rs` decides about one that cannot be read.
    #[serde(default)]
    pub accounts: Option<Vec<Box<RawValue>>>,
    #[serde(default, deserialize_with = "or_empty")]
    pub pagination: Pagination,
}

#[derive(Deserialize)]
pub(in crate::mx) struct Account {
    pub guid: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub nickname: Option<String>,
    #[serde(rename = "type", default, deserialize_with = "or_empty")]
    pub kind: String,
    #[serde(default)]
    pub subtype: Option<String>,
    #[serde(default)]
    pub account_number: Option<String>,
    #[serde(default)]
    pub balance: Option<Number>,
    #[serde(default)]
    pub available_balance: Option<Number>,
    #[serde(default)]
    pub available_credit: Option<Number>,
    #[serde(default)]
    pub credit_limit: Option<Number>,
    #[serde(default)]
    pub currency_code: Option<String>,
    #[serde(default, deserialize_with = "or_empty")]
    pub is_closed: bool,
}

#[derive(Deserialize)]
pub(in crate::mx) struct TransactionsAnswer {
    /// Each row is parsed separately, so that an unreadable one does not affect the others. Without the list, it is
    /// unknown what else exists.
    #[serde(default)]
    pub transactions: Option<Vec<Box<RawValue>>>,
    #[serde(default, deserialize_with = "or_empty")]
    pub pagination: Pagination,
}

/// A row's id, for a row that cannot be read otherwise.
#[derive(Deserialize)]
pub(in crate::mx) struct Named {
    pub guid: String,
}

#[derive(Deserialize)]
pub(in crate::mx) struct Transaction {
    pub guid: String,
    pub account_guid: String,
    pub amount: Number,
    /// The direction, without which the amount has no sign.
    #[serde(rename = "type")]
    pub direction: Direction,
    #[serde(default)]
    pub currency_code: Option<String>,
    #[serde(default)]
    pub date: Option<String>,
    #[serde(default)]
    pub transacted_at: Option<String>,
    #[serde(default)]
    pub posted_at: Option<String>,
    #[serde(default, deserialize_with = "or_empty")]
    pub status: String,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub original_description: Option<String>,
    #[serde(default)]
    pub merchant_guid: Option<String>,
    #[serde(default, deserialize_with = "or_empty")]
    pub category: String,
    #[serde(default, deserialize_with = "or_empty")]
    pub top_level_category: String,
}

/// The direction of a transaction. Amounts have no sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mx) enum Direction {
    Credit,
    Debit,
}

impl<'de> Deserialize<'de> for Direction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "CREDIT" => Ok(Self::Credit),
            "DEBIT" => Ok(Self::Debit),
            _ => Err(D::Error::custom("a type that is neither CREDIT nor DEBIT")),
        }
    }
}
