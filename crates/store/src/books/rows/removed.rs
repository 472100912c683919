//! Rows that are gone, and their return.

use jiff::Timestamp;
use sqlx::FromRow;

use super::{Live, Rows};
use crate::books::columns::{BanksColumns, OwnColumns};
use crate::books::edits::{banks_words, category_columns, write_own};
use crate::{Store, StoreError};
use domain::feed::FeedTransaction;
use domain::id::{AccountId, TransactionId};
use domain::own::Own;

/// A row that was removed, or that is hidden behind its posted row.
#[derive(FromRow)]
pub(super) struct Gone {
    id: String,
    pub account_id: String,
    provider_id: String,
    pending_provider_id: Option<String>,
    #[sqlx(flatten)]
    banks: BanksColumns,
    #[sqlx(flatten)]
    own: OwnColumns,
    pub removed_at: Option<i64>,
}

impl Gone {
    pub(super) fn own(&self) -> Own {
        self.own.clone().decode()
    }

    /// The row as the bank last sent it, with its account. The bank's id of the account is not stored.
    pub(super) fn row(&self) -> Result<(AccountId, FeedTransaction), StoreError> {
        let account =
            AccountId::parse(&self.account_id).ok_or(StoreError::Unreadable("account"))?;
        let row = self.banks.clone().given(
            self.provider_id.clone(),
            String::new(),
            self.pending_provider_id.clone(),
        )?;
        Ok((account, row))
    }
}

impl Rows<'_> {
    /// Writes a row that is not visible. A row that existed before gets its id and own values back. A row that names
    /// a former pending row gets that row's id.
    pub(super) async fn restore(
        &mut self,
        account: &AccountId,
        row: &FeedTransaction,
    ) -> Result<(), StoreError> {
        let itself = self.gone(&row.provider_id).await?;
        let pending = match &itself {
            None => self.gone_pending_of(account, row).await?,
            Some(_) => None,
        };
        let id = match itself.as_ref().or(pending.as_ref()) {
            Some(gone) => self.free_id(&gone.id).await?,
            None => TransactionId::generate(),
        };
        let written = self.write(&id, account, row).await?;
        let Some(itself) = itself else { return Ok(()) };
        self.forget_gone(&row.provider_id).await?;
        if itself.removed_at.is_none() {
            self.unsettle(&row.provider_id).await?;
        }
        let own = itself.own();
        if !own.is_empty() {
            let banks = banks_words(row.merchant.as_deref(), &row.description);
            write_own(self.tx, written.seq, &own, &banks).await?;
        }
        Ok(())
    }

    /// Makes a hidden pending row visible again, if the bank still lists it. Returns whether it does.
    pub(super) async fn show_again(
        &mut self,
        provider_id: &str,
        own: &Own,
    ) -> Result<bool, StoreError> {
        let gone = self.gone(provider_id).await?;
        let Some(gone) = gone.filter(|gone| gone.removed_at.is_none()) else {
            return Ok(false);
        };
        let (account, row) = gone.row()?;
        let id = self.free_id(&gone.id).await?;
        let written = self.write(&id, &account, &row).await?;
        if !own.is_empty() {
            let banks = banks_words(row.merchant.as_deref(), &row.description);
            write_own(self.tx, written.seq, own, &banks).await?;
        }
        self.forget_gone(provider_id).await?;
        Ok(true)
    }

    /// Returns the own values of a removed posted row to the pending row that it had taken over: the bank may still
    /// list that one, or name it in another posted row. Own values are kept in one place only, so that deleted ones
    /// never come back from another.
    pub(super) async fn give_back(
        &mut self,
        posted: &Live,
        pending: &str,
    ) -> Result<(), StoreError> {
        let own = posted.own();
        let kept = self.show_again(pending, &own).await? || self.gone(pending).await?.is_some();
        if kept {
            self.write_gone_own(pending, &own).await?;
            self.write_gone_own(&posted.provider_id, &Own::default())
                .await?;
        }
        Ok(())
    }

    /// Writes own values to a row that is gone.
    pub(super) async fn write_gone_own(
        &mut self,
        provider_id: &str,
        own: &Own,
    ) -> Result<(), StoreError> {
        let (category, detailed) = category_columns(own);
        sqlx::query(
            "UPDATE gone_transaction SET own_name = $1, own_category = $2, own_detailed = $3, own_note = $4, own_tags = $5,
                 no_transfer_with = $6
             WHERE connection_id = $7 AND provider_id = $8",
        )
        .bind(&own.name)
        .bind(category)
        .bind(detailed)
        .bind(&own.note)
        .bind(own.tags.join(" "))
        .bind(&own.no_transfer_with)
        .bind(self.connection.id.as_str())
        .bind(provider_id)
        .execute(&mut **self.tx)
        .await?;
        Ok(())
    }

    /// Moves a row from the visible rows to those that are gone. `removed_at` is when the bank removed it; `None` if
    /// it is hidden behind its posted row.
    pub(super) async fn move_to_removed(
        &mut self,
        live: &Live,
        removed_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        self.insert_removed(live, removed_at).await?;
        sqlx::query("DELETE FROM bank_transaction WHERE seq = $1")
            .bind(live.seq)
            .execute(&mut **self.tx)
            .await?;
        Ok(())
    }

    /// Copies a row to those that are gone. A hidden row keeps no own values, because it has passed them on.
    pub(super) async fn insert_removed(
        &mut self,
        live: &Live,
        removed_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        self.forget_gone(&live.provider_id).await?;
        sqlx::query(
            "INSERT INTO gone_transaction (connection_id, provider_id, id, account_id, pending_provider_id, day, amount,
                 currency, exponent, amount_exact, description, merchant, category_primary, category_detailed, pending,
                 details, own_name, own_category, own_detailed, own_note, own_tags, no_transfer_with, gone_at, removed_at)
             SELECT connection_id, provider_id, id, account_id, pending_provider_id, day, amount, currency, exponent,
                 amount_exact, description, merchant, category_primary, category_detailed, pending, details, own_name,
                 own_category, own_detailed, own_note, own_tags, no_transfer_with, $2, $3
             FROM bank_transaction WHERE seq = $1",
        )
        .bind(live.seq)
        .bind(self.now.as_millisecond())
        .bind(removed_at.map(Timestamp::as_millisecond))
        .execute(&mut **self.tx)
        .await?;
        self.any_gone = true;
        if removed_at.is_none() {
            self.write_gone_own(&live.provider_id, &Own::default())
                .await?;
        }
        Ok(())
    }

    /// Records that the bank removed a row that was not visible.
    pub(super) async fn record_removed(&mut self, provider_id: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE gone_transaction SET removed_at = COALESCE(removed_at, $1) WHERE connection_id = $2 AND provider_id = $3",
        )
        .bind(self.now.as_millisecond())
        .bind(self.connection.id.as_str())
        .bind(provider_id)
        .execute(&mut **self.tx)
        .await?;
        Ok(())
    }

    pub(super) async fn gone(&mut self, provider_id: &str) -> Result<Option<Gone>, StoreError> {
        if !self.any_gone {
            return Ok(None);
        }
        Ok(sqlx::query_as(
            "SELECT * FROM gone_transaction WHERE connection_id = $1 AND provider_id = $2",
        )
        .bind(self.connection.id.as_str())
        .bind(provider_id)
        .fetch_optional(&mut **self.tx)
        .await?)
    }

    pub(super) async fn forget_gone(&mut self, provider_id: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM gone_transaction WHERE connection_id = $1 AND provider_id = $2")
            .bind(self.connection.id.as_str())
            .bind(provider_id)
            .execute(&mut **self.tx)
            .await?;
        Ok(())
    }

    /// The row's former id, or a new one if the row that replaced it now has that id.
    async fn free_id(&mut self, id: &str) -> Result<TransactionId, StoreError> {
        let taken: i64 =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM bank_transaction WHERE id = $1)")
                .bind(id)
                .fetch_one(&mut **self.tx)
                .await?;
        let id = TransactionId::parse(id).ok_or(StoreError::Unreadable("transaction"))?;
        Ok(if taken == 0 {
            id
        } else {
            TransactionId::generate()
        })
    }
}

impl Store {
    /// Deletes rows that the bank removed before a moment; returns how many.
    pub async fn forget_gone(&self, before: Timestamp) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM gone_transaction WHERE removed_at < $1")
            .bind(before.as_millisecond())
            .execute(&self.write)
            .await?;
        Ok(done.rows_affected())
    }
}
