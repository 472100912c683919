//! Writing own values of transactions, which have their own columns.

use sqlx::FromRow;

use crate::books::columns::OwnColumns;
use crate::books::transfers::find_transfers;
use crate::{Store, StoreError, Tx};
use domain::category::Category;
use domain::id::{TransactionId, UserId};
use domain::own::{Edits, Own};
use domain::search::indexed;

/// The columns of [`EditedRow`], of the table `t`.
macro_rules! edited_columns {
    () => {
        "t.seq, t.id, t.description, t.merchant, t.own_name, t.own_category, t.own_detailed, t.own_note, t.own_tags, \
         t.no_transfer_with"
    };
}
pub(crate) use edited_columns;

/// A row whose own values are written: what they are, and what its search words are made of.
#[derive(FromRow)]
pub(crate) struct EditedRow {
    pub(crate) seq: i64,
    pub(crate) id: String,
    description: String,
    merchant: Option<String>,
    #[sqlx(flatten)]
    own: OwnColumns,
}

impl EditedRow {
    pub(crate) fn own(&self) -> Own {
        self.own.clone().decode()
    }

    /// Writes other own values.
    pub(crate) async fn write(&self, tx: &mut Tx, own: &Own) -> Result<(), StoreError> {
        let banks = banks_words(self.merchant.as_deref(), &self.description);
        write_own(tx, self.seq, own, &banks).await
    }
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
        let row: Option<EditedRow> = sqlx::query_as(concat!(
            "SELECT ",
            edited_columns!(),
            " FROM bank_transaction t WHERE t.id = $1 AND t.person_id = $2",
        ))
        .bind(id.as_str())
        .bind(user.as_str())
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else { return Ok(false) };
        row.write(&mut tx, &edits.applied_to(row.own())).await?;
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
