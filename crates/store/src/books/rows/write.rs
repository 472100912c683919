//! Writes a row's bank columns, never the own values.

use sqlx::FromRow;

use super::{Change, Rows};
use crate::StoreError;
use crate::books::edits::banks_words;
use domain::feed::FeedTransaction;
use domain::id::{AccountId, TransactionId};

/// The row after writing.
#[derive(FromRow)]
pub(super) struct Written {
    pub seq: i64,
    id: String,
    pub settled_provider_id: Option<String>,
}

impl Written {
    pub(super) fn change(&self, id: &TransactionId) -> Change {
        if self.id == id.as_str() {
            Change::Added
        } else {
            Change::Modified
        }
    }
}

impl Rows<'_> {
    /// Inserts or updates a row by the provider's id. An existing row keeps its own id.
    pub(super) async fn write(
        &mut self,
        id: &TransactionId,
        account: &AccountId,
        row: &FeedTransaction,
    ) -> Result<Written, StoreError> {
        let category = row.category.as_ref();
        Ok(sqlx::query_as(
            "INSERT INTO bank_transaction (id, person_id, connection_id, account_id, provider_id, pending_provider_id, day,
                 amount, currency, exponent, amount_exact, description, merchant, category_primary, category_detailed,
                 pending, details, search)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
             ON CONFLICT (connection_id, provider_id) DO UPDATE SET account_id = excluded.account_id,
                 pending_provider_id = excluded.pending_provider_id, day = excluded.day, amount = excluded.amount,
                 currency = excluded.currency, exponent = excluded.exponent, amount_exact = excluded.amount_exact,
                 description = excluded.description, merchant = excluded.merchant,
                 category_primary = excluded.category_primary, category_detailed = excluded.category_detailed,
                 pending = excluded.pending, details = excluded.details, absent_since = NULL,
                 search = excluded.search || bank_transaction.own_search
             RETURNING seq, id, settled_provider_id",
        )
        .bind(id.as_str())
        .bind(self.connection.user_id.as_str())
        .bind(self.connection.id.as_str())
        .bind(account.as_str())
        .bind(&row.provider_id)
        .bind(&row.pending_provider_id)
        .bind(row.date.to_string())
        .bind(row.amount.minor)
        .bind(row.amount.currency.to_storage())
        .bind(i64::from(row.amount.currency.exponent()))
        .bind(&row.amount_exact)
        .bind(&row.description)
        .bind(&row.merchant)
        .bind(category.map(|c| c.primary.as_str()))
        .bind(category.map(|c| c.detailed.as_str()))
        .bind(i64::from(row.pending))
        .bind(&row.details)
        .bind(banks_words(row.merchant.as_deref(), &row.description))
        .fetch_one(&mut **self.tx)
        .await?)
    }
}
