//! Accounts that are opened, closed, selected and deselected on demand.

use rust_decimal::Decimal;

use super::super::stages::show;
use super::super::webhooks::Event;
use super::super::{Bank, BankError, Refusal, ids};
use super::{Deed, NewRow, Which};
use crate::store::accounts::{self, Account, AccountRecord};
use crate::store::rows as store;

/// The parameters of a new account.
#[derive(Clone, Debug, Default)]
pub struct NewAccount {
    /// Its name.
    pub name: Option<String>,
    /// Plaid's type; `depository` by default.
    pub kind: Option<String>,
    /// Plaid's subtype.
    pub subtype: Option<String>,
    /// The last digits of its number.
    pub mask: Option<String>,
    /// The ISO 4217 code; by default that of the Item's first account.
    pub currency: Option<String>,
    /// Its balance.
    pub balance: Option<Decimal>,
    /// Whether it appears without being selected in Link.
    pub selected: bool,
}

impl Bank {
    /// Opens an account. Unless it is `selected`, it appears once the person selects it in update mode.
    pub async fn open_account(&self, which: Which<'_>, new: NewAccount) -> Result<Deed, BankError> {
        let (mut write, mut item) = self.begin(which).await?;
        let all = accounts::of_item(&mut write, &item.id).await?;
        let position = i64::try_from(all.len())
            .unwrap_or(i64::MAX)
            .saturating_add(100);
        let account = opened(&item.id, &new, all.first());
        accounts::insert(&mut write, &item.id, position, &account).await?;
        if item.initial_at.is_some() {
            let text = format!("OPENING OF {}", account.record.name.to_uppercase());
            let row = NewRow {
                amount: Some(-new.balance.unwrap_or(Decimal::ONE_HUNDRED)),
                description: Some(text),
                ..NewRow::default()
            };
            store::insert(&mut write, &item.id, &self.made(&account, &row)).await?;
        }
        if new.selected {
            item.seq += 1;
            show(&mut write, &mut item).await?;
            self.announce(&mut write, &mut item, Event::SyncUpdatesAvailable)
                .await?;
        } else {
            self.announce(&mut write, &mut item, Event::NewAccountsAvailable)
                .await?;
        }
        self.end(write, &item).await?;
        let expect = if new.selected {
            "The account and its first transaction will appear after the next sync."
        } else {
            "The app will offer to add the account, which then has to be chosen at the bank."
        };
        let done = format!("The bank has a new account, {}.", account.record.name);
        Ok(Deed::new(done, expect).with("account_id", account.id))
    }

    /// Closes an account: it and its rows are no longer reported, and Plaid sends no webhook about this. With `tell`, a
    /// webhook says that the person revoked access to the account.
    pub async fn close_account(
        &self,
        which: Which<'_>,
        account_id: &str,
        tell: bool,
    ) -> Result<Deed, BankError> {
        let (mut write, mut item) = self.begin(which).await?;
        let account = account_of(&mut write, &item.id, account_id).await?;
        store::delete_of_account(&mut write, account_id).await?;
        accounts::delete(&mut write, account_id).await?;
        // A client in the middle of a sync run has to restart it.
        item.seq += 1;
        if tell {
            let event = Event::UserAccountRevoked {
                account_id: account_id.to_owned(),
            };
            self.announce(&mut write, &mut item, event).await?;
        }
        self.end(write, &item).await?;
        Ok(Deed::new(
            format!("{} is closed.", account.record.name),
            "After the next sync the account shows as closed and no longer counts in any total.",
        )
        .with("account_id", account_id))
    }

    /// Selects or deselects an account, as its person could at the bank's own site.
    pub async fn choose_account(
        &self,
        which: Which<'_>,
        account_id: &str,
        selected: bool,
    ) -> Result<Deed, BankError> {
        let (mut write, mut item) = self.begin(which).await?;
        let account = account_of(&mut write, &item.id, account_id).await?;
        let all = accounts::of_item(&mut write, &item.id).await?;
        let chosen: Vec<String> = all
            .into_iter()
            .filter(|one| {
                if one.id == account_id {
                    selected
                } else {
                    one.selected
                }
            })
            .map(|one| one.key)
            .collect();
        self.select_accounts(&mut write, &mut item, &chosen).await?;
        self.end(write, &item).await?;
        let (verb, expect) = if selected {
            (
                "shared",
                "The account and its transactions will appear after the next sync.",
            )
        } else {
            (
                "no longer shared",
                "After the next sync the account shows as no longer shared.",
            )
        };
        let done = format!("{} is {verb}.", account.record.name);
        Ok(Deed::new(done, expect).with("account_id", account_id))
    }
}

fn opened(item_id: &str, new: &NewAccount, like: Option<&Account>) -> Account {
    let key = format!("new-{}", ids::request());
    let balance = new.balance.unwrap_or(Decimal::ONE_HUNDRED).to_string();
    let kind = new.kind.clone().unwrap_or("depository".to_owned());
    let usual = (kind == "depository").then(|| "savings".to_owned());
    let currency = new
        .currency
        .clone()
        .or(like.and_then(|like| like.record.iso_currency_code.clone()));
    Account {
        id: ids::derived(&["account", item_id, &key]),
        persistent_id: None,
        selected: new.selected,
        record: AccountRecord {
            name: new.name.clone().unwrap_or("New account".to_owned()),
            official_name: None,
            mask: Some(new.mask.clone().unwrap_or("7777".to_owned())),
            kind,
            subtype: new.subtype.clone().or(usual),
            current: Some(balance.clone()),
            available: Some(balance),
            limit: None,
            iso_currency_code: currency,
            unofficial_currency_code: None,
        },
        key,
    }
}

async fn account_of(
    db: &mut sqlx::SqliteConnection,
    item_id: &str,
    account_id: &str,
) -> Result<Account, BankError> {
    let all = accounts::of_item(db, item_id).await?;
    Ok(all
        .into_iter()
        .find(|account| account.id == account_id)
        .ok_or_else(|| Refusal::from_code("INVALID_ACCOUNT_ID"))?)
}
