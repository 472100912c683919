//! A member's accounts and rows.

use super::MemberView;
use crate::bank::{Bank, BankError, rows};
use crate::store::accounts::{self, Account};
use crate::store::rows::{self as store, Row};

/// An account and whose it is.
#[derive(Clone)]
pub struct MemberAccount {
    /// Whose.
    pub view: MemberView,
    /// When it came.
    pub created_at: i64,
    /// The account.
    pub account: Account,
}

/// A row and whose it is.
#[derive(Clone)]
pub struct MemberRow {
    /// Whose.
    pub view: MemberView,
    /// When its account came.
    pub created_at: i64,
    /// The row.
    pub row: Row,
}

impl Bank {
    /// The accounts of members, in their order.
    pub async fn accounts_of(&self, views: &[MemberView]) -> Result<Vec<MemberAccount>, BankError> {
        let mut read = self.store().read().await?;
        let mut all = Vec::new();
        for view in views {
            let Some(item) = self.item_of_member(&mut read, &view.member).await? else {
                continue;
            };
            for account in accounts::of_item(&mut read, &item.id).await? {
                if account.selected {
                    all.push(MemberAccount {
                        view: view.clone(),
                        created_at: item.created_at,
                        account,
                    });
                }
            }
        }
        Ok(all)
    }

    /// The rows of members between two days, newest first.
    pub async fn rows_of(
        &self,
        views: &[MemberView],
        from: &str,
        to: &str,
    ) -> Result<Vec<MemberRow>, BankError> {
        let accounts = self.accounts_of(views).await?;
        let mut read = self.store().read().await?;
        let mut all = Vec::new();
        for view in views {
            let Some(item) = self.item_of_member(&mut read, &view.member).await? else {
                continue;
            };
            for row in store::current(&mut read, &item.id, from, to).await? {
                let account = accounts.iter().find(|one| one.account.id == row.account_id);
                if account.is_some_and(|one| rows::has_transactions(&one.account.record.kind)) {
                    all.push(MemberRow {
                        view: view.clone(),
                        created_at: item.created_at,
                        row,
                    });
                }
            }
        }
        // The sort is stable: rows of a day stay in their member's order.
        all.sort_by(|one, other| other.row.date.cmp(&one.row.date));
        Ok(all)
    }
}
