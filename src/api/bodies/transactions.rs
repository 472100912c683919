//! The JSON of transactions.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{code, decimal};
use crate::ledger::records::TransactionRecord;
use domain::transaction::Transaction;

/// A transaction.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Transaction)]
pub struct TransactionJson {
    #[schema(min_length = 26, max_length = 26)]
    id: String,
    account_id: String,
    /// The day that the transaction belongs to.
    #[schema(format = Date)]
    date: String,
    /// The amount, positive into the account.
    #[schema(example = "-12.50")]
    amount: String,
    /// The currency in ISO 4217, or the provider's code; null when unknown.
    #[schema(example = "USD")]
    currency: Option<String>,
    /// The bank's exact figure, if it has more decimals than the currency.
    amount_exact: Option<String>,
    /// The person's own name for it, else the merchant, else the bank's text.
    name: String,
    /// The bank's own text.
    description: String,
    merchant: Option<String>,
    /// The bank's category.
    category: Option<CategoryJson>,
    /// The person's own values.
    own: OwnJson,
    /// The other side, if it is a transfer between the person's accounts.
    transfer: Option<OtherSideJson>,
    /// Whether the bank has not settled it yet: the amount may change, and the transaction may disappear.
    pending: bool,
    /// Everything else that the bank said; only when a single transaction is requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, value_type = Option<Object>)]
    details: Option<Map<String, Value>>,
}

/// A person's own values for a transaction. No sync changes them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Own)]
pub struct OwnJson {
    name: Option<String>,
    /// The category that replaces the bank's: a primary or a detailed one.
    category: Option<String>,
    note: Option<String>,
    /// Tags, each a single word.
    tags: Vec<String>,
}

/// The transaction at the other end of a transfer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OtherSide)]
pub struct OtherSideJson {
    transaction_id: String,
    account_id: String,
}

/// A category as the provider names it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Category)]
pub struct CategoryJson {
    /// The primary category.
    #[schema(example = "FOOD_AND_DRINK")]
    primary: String,
    /// The detailed category.
    #[schema(example = "FOOD_AND_DRINK_GROCERIES")]
    detailed: String,
}

impl TransactionJson {
    /// Makes the JSON of a transaction in a list.
    pub fn listed(it: Transaction) -> Self {
        Self {
            id: it.id.to_string(),
            account_id: it.account_id.to_string(),
            date: it.date.to_string(),
            amount: decimal(&it.amount),
            currency: code(&it.amount.currency),
            amount_exact: it.amount_exact,
            name: it
                .own
                .name
                .clone()
                .or_else(|| it.merchant.clone())
                .unwrap_or_else(|| it.description.clone()),
            description: it.description,
            merchant: it.merchant,
            category: it.category.map(|category| CategoryJson {
                primary: category.primary,
                detailed: category.detailed,
            }),
            own: OwnJson {
                name: it.own.name,
                category: it.own.category,
                note: it.own.note,
                tags: it.own.tags,
            },
            transfer: it.transfer.map(|other| OtherSideJson {
                transaction_id: other.id.to_string(),
                account_id: other.account_id.to_string(),
            }),
            pending: it.pending,
            details: None,
        }
    }

    /// Makes the JSON of a transaction with everything that the bank said.
    pub fn whole(record: TransactionRecord) -> Self {
        let details = serde_json::from_str(&record.transaction.details).ok();
        Self {
            details: Some(details.unwrap_or_default()),
            ..Self::listed(record.transaction)
        }
    }
}
