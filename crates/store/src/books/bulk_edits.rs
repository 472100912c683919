//! Edits of many transactions at once, which can be undone.

use jiff::Timestamp;
use sqlx::{FromRow, QueryBuilder, Sqlite};

use crate::books::edits::{EditedRow, edited_columns, tags_of};
use crate::books::transactions::{Narrowing, Place, push_rows};
use crate::books::transfers::find_transfers;
use crate::{Store, StoreError, Tx};
use domain::id::{BulkEditId, TransactionId, UserId};
use domain::own::{Edits, Own};
use domain::search;

/// The most transactions of one edit.
pub const MOST_EDITED: u32 = 5_000;
/// The most edits of a person that are kept to be undone.
const KEPT: i64 = 20;

/// The transactions that an edit changes; of more than [`MOST_EDITED`], the newest.
#[derive(Clone, Debug)]
pub enum Chosen {
    /// These. Ids that are not the person's are passed over.
    Ids(Vec<TransactionId>),
    /// All that a filter selects.
    All(Narrowing),
    /// All to which the bank gives the same name as to this one, which itself is left alone.
    NamedLike(TransactionId),
}

/// What an edit of many transactions did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BulkEdited {
    /// To undo it; `None` if nothing was changed.
    pub id: Option<BulkEditId>,
    /// How many transactions were changed.
    pub changed: u64,
}

/// A row of an edit, and what it was before and after.
#[derive(FromRow)]
struct Kept {
    #[sqlx(flatten)]
    row: EditedRow,
    name_before: Option<String>,
    category_before: Option<String>,
    tags_before: String,
    name_after: Option<String>,
    category_after: Option<String>,
    tags_after: String,
}

impl Store {
    /// Applies a person's edits, which must have been checked, to many of their transactions. Tags are added to those
    /// that are there.
    pub async fn edit_many(
        &self,
        user: &UserId,
        chosen: &Chosen,
        edits: &Edits,
        now: Timestamp,
    ) -> Result<BulkEdited, StoreError> {
        let Some(mut sql) = self.chosen(user, chosen).await? else {
            return Ok(BulkEdited::default());
        };
        let mut tx = self.begin().await?;
        let rows: Vec<EditedRow> = sql.build_query_as().fetch_all(&mut *tx).await?;
        let id = BulkEditId::generate();
        let mut changed = 0;
        for row in rows {
            let before = row.own();
            let after = edits.clone().added_to(before.clone());
            if after == before {
                continue;
            }
            if changed == 0 {
                begin(&mut tx, user, &id, now).await?;
            }
            keep(&mut tx, &id, &row.id, &before, &after).await?;
            row.write(&mut tx, &after).await?;
            changed += 1;
        }
        find_transfers(&mut tx, user.as_str()).await?;
        tx.commit().await?;
        Ok(BulkEdited {
            id: (changed > 0).then_some(id),
            changed,
        })
    }

    /// Restores what a person's transactions were before an edit of many; returns how many. Those that have been edited
    /// since stay as they are, and can be restored when that has been undone. `None` if there is no such edit, or if it
    /// is too old.
    pub async fn undo_edit(
        &self,
        user: &UserId,
        id: &BulkEditId,
    ) -> Result<Option<u64>, StoreError> {
        let mut tx = self.begin().await?;
        let known: i64 = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM bulk_edit WHERE id = $1 AND person_id = $2)",
        )
        .bind(id.as_str())
        .bind(user.as_str())
        .fetch_one(&mut *tx)
        .await?;
        if known == 0 {
            return Ok(None);
        }
        let rows: Vec<Kept> = sqlx::query_as(concat!(
            "SELECT ",
            edited_columns!(),
            ", e.name_before, e.category_before, e.tags_before, e.name_after, e.category_after, e.tags_after
             FROM bulk_edit_row e JOIN bank_transaction t ON t.id = e.transaction_id
             WHERE e.bulk_edit_id = $1 AND t.person_id = $2",
        ))
        .bind(id.as_str())
        .bind(user.as_str())
        .fetch_all(&mut *tx)
        .await?;
        let mut restored = 0;
        for kept in rows {
            let now = kept.row.own();
            let after = Own {
                name: kept.name_after,
                category: kept.category_after,
                tags: tags_of(&kept.tags_after),
                ..now.clone()
            };
            if now != after {
                continue;
            }
            let before = Own {
                name: kept.name_before,
                category: kept.category_before,
                tags: tags_of(&kept.tags_before),
                ..now
            };
            kept.row.write(&mut tx, &before).await?;
            forget(&mut tx, id, &kept.row.id).await?;
            restored += 1;
        }
        sqlx::query(
            "DELETE FROM bulk_edit WHERE id = $1
                 AND NOT EXISTS (SELECT 1 FROM bulk_edit_row WHERE bulk_edit_id = $1)",
        )
        .bind(id.as_str())
        .execute(&mut *tx)
        .await?;
        find_transfers(&mut tx, user.as_str()).await?;
        tx.commit().await?;
        Ok(Some(restored))
    }

    /// How many other transactions to which the bank gives the same name the edits would change. Looks at the newest
    /// [`MOST_EDITED`]; zero if too many have words like those of the name.
    pub async fn others_named_like(
        &self,
        user: &UserId,
        id: &TransactionId,
        edits: &Edits,
    ) -> Result<usize, StoreError> {
        let Some(mut sql) = self.named_like(user, id).await? else {
            return Ok(0);
        };
        let rows: Vec<EditedRow> = sql.build_query_as().fetch_all(&self.read).await?;
        let changed = rows.into_iter().filter(|row| {
            let before = row.own();
            edits.clone().added_to(before.clone()) != before
        });
        Ok(changed.count())
    }

    /// The query for the chosen rows; `None` if there are none.
    async fn chosen(
        &self,
        user: &UserId,
        chosen: &Chosen,
    ) -> Result<Option<QueryBuilder<Sqlite>>, StoreError> {
        let mut sql = QueryBuilder::<Sqlite>::new(concat!("SELECT ", edited_columns!()));
        match chosen {
            Chosen::NamedLike(id) => return self.named_like(user, id).await,
            Chosen::Ids(ids) => {
                sql.push(" FROM bank_transaction t WHERE t.person_id = ")
                    .push_bind(user.as_str().to_owned())
                    .push(" AND t.id IN (");
                let mut list = sql.separated(", ");
                for id in ids {
                    list.push_bind(id.as_str().to_owned());
                }
                sql.push(")");
            }
            Chosen::All(narrowing) => {
                let by_words = !narrowing.words.is_empty();
                push_rows(&mut sql, user, narrowing, &Place::First, by_words);
            }
        }
        sql.push(" ORDER BY t.day DESC, t.id DESC LIMIT ")
            .push(MOST_EDITED);
        Ok(Some(sql))
    }

    /// The query for the other rows with the bank's name of a row; `None` if there is no such row, or if the full-text
    /// index would find too many rows by the words of its name, or none because it has no words.
    async fn named_like(
        &self,
        user: &UserId,
        id: &TransactionId,
    ) -> Result<Option<QueryBuilder<Sqlite>>, StoreError> {
        let name: Option<String> = sqlx::query_scalar(
            "SELECT COALESCE(merchant, description) FROM bank_transaction WHERE id = $1 AND person_id = $2",
        )
        .bind(id.as_str())
        .bind(user.as_str())
        .fetch_optional(&self.read)
        .await?;
        let narrowing = Narrowing {
            words: name.as_deref().map(search::words).unwrap_or_default(),
            ..Narrowing::default()
        };
        if narrowing.words.is_empty() || !self.few_have(user, &narrowing.words).await? {
            return Ok(None);
        }
        let mut sql = QueryBuilder::<Sqlite>::new(concat!("SELECT ", edited_columns!()));
        push_rows(&mut sql, user, &narrowing, &Place::First, true);
        sql.push(" AND COALESCE(t.merchant, t.description) = ")
            .push_bind(name)
            .push(" AND t.id <> ")
            .push_bind(id.as_str().to_owned())
            .push(" ORDER BY t.day DESC, t.id DESC LIMIT ")
            .push(MOST_EDITED);
        Ok(Some(sql))
    }
}

/// Records an edit, and forgets the oldest of too many.
async fn begin(
    tx: &mut Tx,
    user: &UserId,
    id: &BulkEditId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO bulk_edit (id, person_id, created_at) VALUES ($1, $2, $3)")
        .bind(id.as_str())
        .bind(user.as_str())
        .bind(now.as_millisecond())
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "DELETE FROM bulk_edit WHERE person_id = $1 AND id NOT IN
             (SELECT id FROM bulk_edit WHERE person_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2)",
    )
    .bind(user.as_str())
    .bind(KEPT)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn keep(
    tx: &mut Tx,
    id: &BulkEditId,
    transaction: &str,
    before: &Own,
    after: &Own,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO bulk_edit_row VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(id.as_str())
        .bind(transaction)
        .bind(&before.name)
        .bind(&before.category)
        .bind(before.tags.join(" "))
        .bind(&after.name)
        .bind(&after.category)
        .bind(after.tags.join(" "))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets what a transaction was before an edit, because it has been restored.
async fn forget(tx: &mut Tx, id: &BulkEditId, transaction: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM bulk_edit_row WHERE bulk_edit_id = $1 AND transaction_id = $2")
        .bind(id.as_str())
        .bind(transaction)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
