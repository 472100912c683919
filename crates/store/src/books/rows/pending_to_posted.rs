//! Pending rows and the posted rows that replace them.
//!
//! The provider names the pending row in the posted one. The link is accepted if it is plausible ([`could_settle`])
//! and no other posted row has taken the pending one: providers have named the wrong row, and the same one twice. A
//! rejected link changes nothing: both rows stay until the bank removes one.

use super::removed::Gone;
use super::{Change, Live, Rows, live_where, side};
use crate::StoreError;
use crate::books::edits::{banks_words, write_own};
use crate::decode::day;
use domain::feed::FeedTransaction;
use domain::id::{AccountId, TransactionId};
use domain::own::Own;
use domain::settlement::{Side, could_settle};

impl Rows<'_> {
    /// Lets a new posted row replace the visible pending row that it names: that row stays, with its id and own
    /// values, and becomes the posted one.
    pub(super) async fn take_over(
        &mut self,
        account: &AccountId,
        row: &FeedTransaction,
    ) -> Result<Option<Change>, StoreError> {
        let Some(named) = named_by(row) else {
            return Ok(None);
        };
        let Some(pending) = self.live(named).await? else {
            return Ok(None);
        };
        let free = self.live(&row.provider_id).await?.is_none() && !self.is_taken(named).await?;
        if !free || !settles(&pending, account, row)? {
            return Ok(None);
        }
        self.insert_removed(&pending, None).await?;
        sqlx::query(
            "UPDATE bank_transaction SET provider_id = $1, settled_provider_id = $2 WHERE seq = $3",
        )
        .bind(&row.provider_id)
        .bind(named)
        .bind(pending.seq)
        .execute(&mut **self.tx)
        .await?;
        self.write(&TransactionId::generate(), account, row).await?;
        // It may have existed and been removed before; own values from then are not lost.
        if let Some(itself) = self.gone(&row.provider_id).await? {
            let own = pending.own().or(itself.own());
            write_own(self.tx, pending.seq, &own, &words_of(row)).await?;
            self.forget_gone(&row.provider_id).await?;
        }
        Ok(Some(Change::Modified))
    }

    /// Brings the link of a visible row in line with the bank's current data.
    pub(super) async fn update_posting(
        &mut self,
        provider_id: &str,
        row: &FeedTransaction,
    ) -> Result<(), StoreError> {
        let Some(live) = self.live(provider_id).await? else {
            return Ok(());
        };
        let account = account_of(&live.account_id)?;
        let named = named_by(row);
        if let Some(settled) = live.settled_provider_id.clone() {
            let hidden = self
                .gone(&settled)
                .await?
                .filter(|g| g.removed_at.is_none());
            let still = named == Some(settled.as_str());
            let fits = match &hidden {
                Some(gone) => gone_settles(gone, &account, row)?,
                // The bank has since removed the pending row, so it cannot be restored.
                None => true,
            };
            if still && fits {
                return Ok(());
            }
            self.set_settled(live.seq, None).await?;
            self.show_again(&settled, &Own::default()).await?;
        }
        let Some(named) = named else { return Ok(()) };
        if self.is_taken(named).await? {
            return Ok(());
        }
        if let Some(pending) = self.live(named).await? {
            if settles(&pending, &account, row)? {
                self.hide(&live, &pending, &words_of(row)).await?;
            }
        } else if let Some(gone) = self.gone_pending_of(&account, row).await? {
            self.set_settled(live.seq, Some(named)).await?;
            let own = live.own().or(gone.own());
            write_own(self.tx, live.seq, &own, &words_of(row)).await?;
            self.write_gone_own(named, &Own::default()).await?;
        }
        Ok(())
    }

    /// Hides a pending row that the bank lists beside the posted row that names it. Returns whether there is such a
    /// posted row.
    pub(super) async fn hide_behind_posted(
        &mut self,
        row: &FeedTransaction,
    ) -> Result<bool, StoreError> {
        let Some(pending) = self.live(&row.provider_id).await? else {
            return Ok(false);
        };
        let posted: Vec<Live> = sqlx::query_as(
            live_where!("connection_id = $1 AND pending_provider_id = $2 AND pending = 0 ORDER BY settled_provider_id IS NULL, seq"),
        )
        .bind(self.connection.id.as_str())
        .bind(&row.provider_id)
        .fetch_all(&mut **self.tx)
        .await?;
        for posted in posted {
            let amount = posted.amount();
            let after = Side {
                account: &posted.account_id,
                day: day(&posted.day)?,
                amount: &amount,
            };
            let account = account_of(&pending.account_id)?;
            if could_settle(side(&account, row), after) {
                let text = self.banks_words_of(posted.seq).await?;
                self.hide(&posted, &pending, &text).await?;
                return Ok(true);
            }
            if posted.settled_provider_id.is_some() {
                self.set_settled(posted.seq, None).await?;
            }
        }
        Ok(false)
    }

    /// The pending row that a posted one names, if it is gone, is plausible, and was not taken over by another.
    pub(super) async fn gone_pending_of(
        &mut self,
        account: &AccountId,
        row: &FeedTransaction,
    ) -> Result<Option<Gone>, StoreError> {
        let Some(named) = named_by(row) else {
            return Ok(None);
        };
        let Some(gone) = self.gone(named).await? else {
            return Ok(None);
        };
        if self.is_taken(named).await? || !gone_settles(&gone, account, row)? {
            return Ok(None);
        }
        Ok(Some(gone))
    }

    /// Hides a pending row behind a posted one that has a row of its own, and gives that one its own values.
    async fn hide(
        &mut self,
        posted: &Live,
        pending: &Live,
        banks_words: &str,
    ) -> Result<(), StoreError> {
        let own = posted.own().or(pending.own());
        self.move_to_removed(pending, None).await?;
        self.set_settled(posted.seq, Some(&pending.provider_id))
            .await?;
        write_own(self.tx, posted.seq, &own, banks_words).await
    }

    /// Whether a posted row has already taken over this pending one.
    async fn is_taken(&mut self, pending: &str) -> Result<bool, StoreError> {
        let taken: i64 = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM bank_transaction WHERE connection_id = $1 AND settled_provider_id = $2)",
        )
        .bind(self.connection.id.as_str())
        .bind(pending)
        .fetch_one(&mut **self.tx)
        .await?;
        Ok(taken == 1)
    }

    /// Removes the link of the posted row that took over this pending one.
    pub(super) async fn unsettle(&mut self, pending: &str) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE bank_transaction SET settled_provider_id = NULL WHERE connection_id = $1 AND settled_provider_id = $2",
        )
        .bind(self.connection.id.as_str())
        .bind(pending)
        .execute(&mut **self.tx)
        .await?;
        Ok(())
    }

    async fn set_settled(&mut self, seq: i64, pending: Option<&str>) -> Result<(), StoreError> {
        sqlx::query("UPDATE bank_transaction SET settled_provider_id = $1 WHERE seq = $2")
            .bind(pending)
            .bind(seq)
            .execute(&mut **self.tx)
            .await?;
        Ok(())
    }

    async fn banks_words_of(&mut self, seq: i64) -> Result<String, StoreError> {
        let (merchant, description): (Option<String>, String) =
            sqlx::query_as("SELECT merchant, description FROM bank_transaction WHERE seq = $1")
                .bind(seq)
                .fetch_one(&mut **self.tx)
                .await?;
        Ok(banks_words(merchant.as_deref(), &description))
    }
}

/// The search words of the bank's text.
fn words_of(row: &FeedTransaction) -> String {
    banks_words(row.merchant.as_deref(), &row.description)
}

/// The pending row that a posted row names; `None` for a pending row.
fn named_by(row: &FeedTransaction) -> Option<&str> {
    let named = row.pending_provider_id.as_deref();
    named.filter(|named| !row.pending && *named != row.provider_id)
}

fn settles(pending: &Live, account: &AccountId, row: &FeedTransaction) -> Result<bool, StoreError> {
    let amount = pending.amount();
    let before = Side {
        account: &pending.account_id,
        day: day(&pending.day)?,
        amount: &amount,
    };
    Ok(pending.pending != 0 && could_settle(before, side(account, row)))
}

fn gone_settles(
    gone: &Gone,
    account: &AccountId,
    row: &FeedTransaction,
) -> Result<bool, StoreError> {
    let (gone_account, before) = gone.row()?;
    Ok(before.pending && could_settle(side(&gone_account, &before), side(account, row)))
}

fn account_of(id: &str) -> Result<AccountId, StoreError> {
    AccountId::parse(id).ok_or(StoreError::Unreadable("account"))
}
