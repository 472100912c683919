//! Writing own values of transactions, which have their own columns.

use sqlx::FromRow;

use crate::books::columns::OwnColumns;
use crate::books::transfers::find_transfers;
use crate::{Store, StoreError, Tx};
use domain::category::Category;
use domain::id::{TransactionId, UserId};
use domain::own::{Edits, Own};
use domain::search::indexed;

#[derive(FromRow)]
struct OwnRow {
    seq: i64,
    description: String,
    merchant: Option<String>,
    #[sqlx(flatten)]
    own: OwnColumns,
}

impl Store {
    /// Applies a person's edits to one of their transactions; `false` if there is none with this id.
    pub async fn edit_transaction(
        &self,
        user: &UserId,
        id: &TransactionId,
        edits: Edits,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let row: Option<OwnRow> = sqlx::query_as(
            "SELECT seq, description, merchant, own_name, own_category, own_detailed, own_note, own_tags, no_transfer_with
             FROM bank_transaction WHERE id = $1 AND person_id = $2",
        )
        .bind(id.as_str())
        .bind(user.as_str())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else { return Ok(false) };
        let own = edits.applied_to(row.own.decode());
        let banks = banks_words(row.merchant.as_deref(), &row.description);
        write_own(&mut tx, row.seq, &own, &banks).await?;
        find_transfers(&mut tx, user.as_str()).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Writes a row's own values and its search text.
pub(crate) async fn write_own(
    tx: &mut Tx,
    seq: i64,
    own: &Own,
    banks_words: &str,
) -> Result<(), StoreError> {
    let words = own.folded();
    let (category, detailed) = category_columns(own);
    sqlx::query(
        "UPDATE bank_transaction SET own_name = $1, own_category = $2, own_detailed = $3, own_note = $4, own_tags = $5,
             no_transfer_with = $6, own_search = $7, search = $8 WHERE seq = $9",
    )
    .bind(&own.name)
    .bind(category)
    .bind(detailed)
    .bind(&own.note)
    .bind(own.tags.join(" "))
    .bind(&own.no_transfer_with)
    .bind(&words)
    .bind(format!("{banks_words}{words}"))
    .bind(seq)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The columns `own_category` and `own_detailed`.
pub(crate) fn category_columns(own: &Own) -> (Option<String>, Option<String>) {
    let category = own.category.as_deref().map(Category::of_code);
    let fine = category.clone().filter(|category| !category.is_broad());
    (
        category.map(|category| category.primary),
        fine.map(|category| category.detailed),
    )
}

/// The search words of the bank's text.
pub(crate) fn banks_words(merchant: Option<&str>, description: &str) -> String {
    indexed(&format!("{} {description}", merchant.unwrap_or_default()))
}

/// Parses stored tags.
pub(crate) fn tags_of(stored: &str) -> Vec<String> {
    stored.split_whitespace().map(str::to_owned).collect()
}
