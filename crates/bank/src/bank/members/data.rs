//! The accounts and transactions of members.

use super::MemberView;
use crate::bank::{Bank, BankError, rows};
use crate::store::accounts::{self, Account};
use crate::store::rows::{self as store, Row};

/// An account with its member.
#[derive(Clone)]
pub struct MemberAccount {
    /// The member and its user.
    pub view: MemberView,
    /// When the accounts were created, in Unix milliseconds.
    pub created_at: i64,
    /// The account.
    pub account: Account,
}

/// A transaction with its member.
#[derive(Clone)]
pub struct MemberRow {
    /// The member and its user.
    pub view: MemberView,
    /// When its account was created, in Unix milliseconds.
    pub created_at: i64,
    /// The transaction.
    pub row: Row,
}

impl Bank {
    /// Returns the selected accounts of members, in the members' order.
    pub async fn accounts_of(&self, views: &[MemberView]) -> Result<Vec<MemberAccount>, BankError> {
        let mut read = self.store().begin_read().await?;
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

    /// Returns the transactions of members between two days (ISO 8601), newest first.
    pub async fn rows_of(
        &self,
        views: &[MemberView],
        from: &str,
        to: &str,
    ) -> Result<Vec<MemberRow>, BankError> {
        let accounts = self.accounts_of(views).await?;
        let mut read = self.store().begin_read().await?;
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
        // The sort is stable: rows of one day stay in their member's order.
        all.sort_by(|one, other| other.row.date.cmp(&one.row.date));
        Ok(all)
    }
}
