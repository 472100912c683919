//! Rows that are added, changed and removed on demand.

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use sqlx::SqliteConnection;

use super::super::dynamic::{money_account, shift};
use super::super::lifecycle::{Changes, remove, show};
use super::super::{Bank, BankError, Refusal, guid_of, ids, rows};
use super::{Deed, Which, no_rows_yet};
use crate::store::accounts;
use crate::store::items::ItemRow;
use crate::store::rows::{self as store, Row, RowRecord};

/// The parameters of a new row.
#[derive(Clone, Debug, Default)]
pub struct NewRow {
    /// The account; by default the first depository account.
    pub account_id: Option<String>,
    /// The amount with Plaid's sign: positive leaves the account. 12.34 by default.
    pub amount: Option<Decimal>,
    /// The bank's raw text.
    pub description: Option<String>,
    /// The merchant's name.
    pub merchant: Option<String>,
    /// Whether it is pending.
    pub pending: bool,
    /// The date of the purchase; today by default.
    pub date: Option<Date>,
    /// The ISO 4217 code; by default that of the account.
    pub currency: Option<String>,
    /// Whether to send no webhook.
    pub quiet: bool,
}

/// The changes to a row. An empty field is left as it is.
#[derive(Clone, Debug, Default)]
pub struct RowEdit {
    /// The id of the row.
    pub transaction_id: String,
    /// Its amount.
    pub amount: Option<Decimal>,
    /// Its raw text.
    pub description: Option<String>,
    /// Its merchant.
    pub merchant: Option<String>,
    /// Its date.
    pub date: Option<Date>,
    /// Whether to send no webhook.
    pub quiet: bool,
}

impl Bank {
    /// Adds a row.
    pub async fn add_row(&self, which: Which<'_>, new: NewRow) -> Result<Deed, BankError> {
        let (mut write, mut item) = self.begin(which).await?;
        if item.initial_at.is_none() {
            return Err(no_rows_yet().into());
        }
        let mut all = accounts::of_item(&mut write, &item.id).await?;
        all.retain(|account| account.selected && rows::has_transactions(&account.record.kind));
        let account = money_account(&mut all, new.account_id.as_deref())?.clone();
        let row = self.made(&account, &new);
        store::insert(&mut write, &item.id, &row).await?;
        let amount = new.amount.unwrap_or(USUAL);
        shift(&mut all, &account.id, amount, new.pending);
        for account in &all {
            accounts::update(&mut write, account).await?;
        }
        let changes = Changes {
            added: show(&mut write, &mut item).await?,
            ..Changes::default()
        };
        self.tell(&mut write, &mut item, &changes, new.quiet)
            .await?;
        self.end(write, &item).await?;
        let kind = if new.pending {
            "A pending transaction"
        } else {
            "A transaction"
        };
        let done = format!(
            "{kind} of {} was added to {}.",
            money(&row.record),
            account.record.name
        );
        Ok(Deed::new(done, expect_rows(&item, new.quiet)).with("transaction_id", row.id))
    }

    /// Changes a row.
    pub async fn edit_row(&self, which: Which<'_>, edit: RowEdit) -> Result<Deed, BankError> {
        let (mut write, mut item) = self.begin(which).await?;
        let mut row = row_of(&mut write, &item, &edit.transaction_id).await?;
        if row.removed {
            return Err(gone().into());
        }
        let before = row.record.clone();
        apply(&mut row, &edit);
        item.seq += 1;
        row.changed_seq = Some(item.seq);
        store::update(&mut write, &row).await?;
        let changes = Changes {
            modified: 1,
            ..Changes::default()
        };
        self.tell(&mut write, &mut item, &changes, edit.quiet)
            .await?;
        self.end(write, &item).await?;
        let done = format!(
            "A transaction of {} is now {}.",
            money(&before),
            money(&row.record)
        );
        Ok(Deed::new(done, expect_rows(&item, edit.quiet)).with("transaction_id", row.id))
    }

    /// Removes a row.
    pub async fn remove_row(
        &self,
        which: Which<'_>,
        transaction_id: &str,
        quiet: bool,
    ) -> Result<Deed, BankError> {
        let (mut write, mut item) = self.begin(which).await?;
        let mut row = row_of(&mut write, &item, transaction_id).await?;
        if row.removed {
            return Err(gone().into());
        }
        remove(&mut write, &mut item, &mut row).await?;
        let changes = Changes {
            removed: vec![row.id.clone()],
            ..Changes::default()
        };
        self.tell(&mut write, &mut item, &changes, quiet).await?;
        self.end(write, &item).await?;
        let done = format!("A transaction of {} was removed.", money(&row.record));
        Ok(Deed::new(done, expect_rows(&item, quiet)).with("transaction_id", row.id))
    }

    /// Adds a row without a webhook, so that a client between two pages has to restart its run.
    pub async fn stir(&self, which: Which<'_>) -> Result<(), BankError> {
        let new = NewRow {
            description: Some("CHANGED BETWEEN TWO PAGES".to_owned()),
            quiet: true,
            ..NewRow::default()
        };
        self.add_row(which, new).await.map(drop)
    }

    pub(super) fn made(&self, account: &accounts::Account, new: &NewRow) -> Row {
        let today = self.today();
        let date = new.date.unwrap_or(today);
        // A pending row is posted automatically two days later by the bank's clock.
        let date_posted = if new.pending {
            date.max(today).saturating_add(2.days())
        } else {
            date
        };
        let iso = new
            .currency
            .clone()
            .or(account.record.iso_currency_code.clone());
        let unofficial = account.record.unofficial_currency_code.clone();
        Row {
            id: ids::opaque(),
            account_id: account.id.clone(),
            key: format!("made-{}", ids::opaque()),
            date: date.to_string(),
            pending: new.pending,
            added_seq: None,
            changed_seq: None,
            removed: false,
            record: RowRecord {
                date_transacted: date.to_string(),
                date_posted: date_posted.to_string(),
                amount: new.amount.unwrap_or(USUAL).to_string(),
                unofficial_currency_code: iso.is_none().then_some(unofficial).flatten(),
                iso_currency_code: iso,
                description: new
                    .description
                    .clone()
                    .unwrap_or("MADE ON DEMAND".to_owned()),
                merchant: new.merchant.clone(),
                category: None,
                payment_channel: "other".to_owned(),
                place: None,
                pending_transaction_id: None,
            },
        }
    }

    pub(super) async fn tell(
        &self,
        db: &mut SqliteConnection,
        item: &mut ItemRow,
        changes: &Changes,
        quiet: bool,
    ) -> Result<(), BankError> {
        if quiet {
            return Ok(());
        }
        self.announce_changes(db, item, changes).await
    }
}

/// The default amount of a row.
const USUAL: Decimal = Decimal::from_parts(1234, 0, 0, false, 2);

fn apply(row: &mut Row, edit: &RowEdit) {
    if let Some(amount) = edit.amount {
        row.record.amount = amount.to_string();
    }
    if let Some(text) = &edit.description {
        text.clone_into(&mut row.record.description);
    }
    if let Some(merchant) = &edit.merchant {
        row.record.merchant = Some(merchant.clone());
    }
    if let Some(day) = edit.date {
        row.date = day.to_string();
        row.record.date_transacted = day.to_string();
        if !row.pending {
            row.record.date_posted = day.to_string();
        }
    }
}

/// Returns a row that has been visible, by its id or its MX guid.
pub(super) async fn row_of(
    db: &mut SqliteConnection,
    item: &ItemRow,
    id: &str,
) -> Result<Row, BankError> {
    let row = match id.starts_with("TRN-") {
        true => store::current(db, &item.id, "0000-00-00", "9999-12-31")
            .await?
            .into_iter()
            .find(|row| guid_of("TRN", &row.id) == id),
        false => store::by_id(db, &item.id, id).await?,
    };
    Ok(row.filter(|row| row.changed_seq.is_some()).ok_or_else(|| {
        Refusal::invalid_field("transaction_id is not a transaction of this item")
    })?)
}

pub(super) fn gone() -> Refusal {
    Refusal::invalid_field("this transaction was already removed")
}

fn money(record: &RowRecord) -> String {
    let code = record
        .iso_currency_code
        .as_ref()
        .or(record.unofficial_currency_code.as_ref());
    format!(
        "{} {}",
        record.amount,
        code.map_or("without a currency", String::as_str)
    )
}

pub(super) fn expect_rows(item: &ItemRow, quiet: bool) -> &'static str {
    if quiet {
        "No webhook is sent, so the app finds out the next time it checks."
    } else if item.webhook.is_none() {
        "This connection has no webhook URL, so the app finds out the next time it checks."
    } else if item.holds_webhooks {
        "This connection’s webhooks are on hold, so the app finds out the next time it checks, or when you send them."
    } else {
        "A webhook tells the app, which updates within seconds."
    }
}
