//! Dynamic users, whose transactions change at every refresh: `user_transactions_dynamic`.

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use sqlx::SqliteConnection;

use super::lifecycle::{Changes, show};
use super::{Bank, BankError, Refusal, guid_of, items as bank_items, rows};
use crate::store::accounts::{self, Account};
use crate::store::items::{self, ItemRow};
use crate::store::rows as store;
use crate::world::SeedTransaction;

/// A row for `/sandbox/transactions/create`.
pub struct CustomRow {
    /// The date of the purchase.
    pub date_transacted: Date,
    /// The date of the posting.
    pub date_posted: Date,
    /// The amount, with Plaid's sign.
    pub amount: Decimal,
    /// The bank's raw text.
    pub description: String,
    /// The ISO 4217 code.
    pub currency: String,
    /// The account; by default the first depository account.
    pub account_id: Option<String>,
}

/// A purchase that a refresh makes.
struct Purchase {
    merchant: &'static str,
    description: &'static str,
    cents: i64,
    category: (&'static str, &'static str),
    channel: &'static str,
}

/// The purchases that refreshes make, in turn.
const PURCHASES: [Purchase; 4] = [
    Purchase {
        merchant: "Larkspur Bakery",
        description: "LARKSPUR BAKERY 0142",
        cents: 685,
        category: ("FOOD_AND_DRINK", "FOOD_AND_DRINK_COFFEE"),
        channel: "in store",
    },
    Purchase {
        merchant: "Quillfeather Books",
        description: "QUILLFEATHER BOOKS WEB",
        cents: 2340,
        category: (
            "GENERAL_MERCHANDISE",
            "GENERAL_MERCHANDISE_BOOKSTORES_AND_NEWSSTANDS",
        ),
        channel: "online",
    },
    Purchase {
        merchant: "Tramline Transit",
        description: "TRAMLINE TRANSIT FARE",
        cents: 275,
        category: ("TRANSPORTATION", "TRANSPORTATION_PUBLIC_TRANSIT"),
        channel: "other",
    },
    Purchase {
        merchant: "Greenhollow Grocers",
        description: "GREENHOLLOW GROCERS 88",
        cents: 5419,
        category: ("FOOD_AND_DRINK", "FOOD_AND_DRINK_GROCERIES"),
        channel: "in store",
    },
];

impl Bank {
    /// Refreshes an Item, as `/transactions/refresh` does. For a dynamic user, pending rows are posted, new pending
    /// rows appear, and the amount of one older row rises by 1.00.
    pub async fn refresh(&self, access_token: &str) -> Result<(), BankError> {
        self.change(access_token, Vec::new()).await
    }

    /// Adds rows to a dynamic user's account, as `/sandbox/transactions/create` does.
    pub async fn create_rows(
        &self,
        access_token: &str,
        wanted: Vec<CustomRow>,
    ) -> Result<(), BankError> {
        self.change(access_token, wanted).await
    }

    async fn change(&self, access_token: &str, wanted: Vec<CustomRow>) -> Result<(), BankError> {
        self.fresh_item(access_token).await?;
        let mut write = self.store().write().await?;
        let mut item = self.item_for(&mut write, access_token).await?;
        bank_items::well(&item)?;
        if item.initial_at.is_none() {
            return Err(not_enabled("transactions").into());
        }
        if item.dynamic {
            let changes = self.move_money(&mut write, &mut item, wanted).await?;
            self.announce_changes(&mut write, &mut item, &changes)
                .await?;
        } else if wanted.is_empty() {
            self.announce_changes(&mut write, &mut item, &Changes::default())
                .await?;
        } else {
            return Err(only_dynamic().into());
        }
        items::update(&mut write, &item).await?;
        self.commit(write).await
    }

    /// Applies a refresh to a dynamic user's accounts. `wanted` rows replace the invented purchases.
    pub(super) async fn move_money(
        &self,
        db: &mut SqliteConnection,
        item: &mut ItemRow,
        wanted: Vec<CustomRow>,
    ) -> Result<Changes, BankError> {
        let today = self.today();
        let mut all = accounts::of_item(db, &item.id).await?;
        all.retain(|account| account.selected && rows::has_transactions(&account.record.kind));
        item.refreshes += 1;
        let mut new = Vec::new();
        if wanted.is_empty() {
            let account = money_account(&mut all, None)?;
            new.extend(
                purchases(item, account, today)
                    .into_iter()
                    .map(|seed| (account.clone(), seed)),
            );
        }
        for (number, row) in wanted.into_iter().enumerate() {
            let account = money_account(&mut all, row.account_id.as_deref())?;
            new.push((account.clone(), seed_of(item, number, row)));
        }
        let mut changes = self.settle_all(db, item, &mut all).await?;
        changes.modified += raise_one(db, item, &mut all).await?;
        for (account, seed) in new {
            let row = rows::row(&item.id, &account.id, &seed, today);
            shift(&mut all, &account.id, seed.amount, row.pending);
            store::insert(db, &item.id, &row).await?;
        }
        changes.added += show(db, item).await?;
        for account in &all {
            accounts::update(db, account).await?;
        }
        Ok(changes)
    }

    async fn settle_all(
        &self,
        db: &mut SqliteConnection,
        item: &mut ItemRow,
        all: &mut [Account],
    ) -> Result<Changes, BankError> {
        for row in store::settling(db, &item.id, "9999-12-31").await? {
            if let Some(amount) = decimal(&row.record.amount) {
                settle_balance(all, &row.account_id, amount);
            }
        }
        let today = self.today().to_string();
        store::bring_forward(db, &item.id, &today).await?;
        self.settle(db, item, "9999-12-31").await
    }
}

/// Returns two new rows, pending until tomorrow or the next refresh.
fn purchases(item: &ItemRow, account: &Account, today: Date) -> Vec<SeedTransaction> {
    (0..2)
        .map(|number| {
            let turn = usize::try_from(item.refreshes).unwrap_or(0) * 2 + number;
            let purchase = &PURCHASES[turn % PURCHASES.len()];
            SeedTransaction {
                key: format!("refresh-{}-{number}", item.refreshes),
                date_transacted: today,
                date_posted: today.saturating_add(1.day()),
                amount: Decimal::new(purchase.cents, 2),
                iso_currency_code: account.record.iso_currency_code.clone(),
                unofficial_currency_code: account.record.unofficial_currency_code.clone(),
                description: purchase.description.to_owned(),
                merchant: Some(purchase.merchant.to_owned()),
                category: Some(purchase.category),
                payment_channel: purchase.channel,
                place: None,
            }
        })
        .collect()
}

fn seed_of(item: &ItemRow, number: usize, row: CustomRow) -> SeedTransaction {
    SeedTransaction {
        key: format!("created-{}-{number}", item.refreshes),
        date_transacted: row.date_transacted,
        date_posted: row.date_posted,
        amount: row.amount,
        iso_currency_code: Some(row.currency),
        unofficial_currency_code: None,
        description: row.description,
        merchant: None,
        category: None,
        payment_channel: "other",
        place: None,
    }
}

/// Returns the account with this id or MX guid. Without an id, returns the first depository account, or else the first.
pub(super) fn money_account<'a>(
    all: &'a mut [Account],
    id: Option<&str>,
) -> Result<&'a Account, Refusal> {
    let found = match id {
        Some(id) => all
            .iter()
            .find(|account| account.id == id || guid_of("ACT", &account.id) == id),
        None => all
            .iter()
            .find(|account| account.record.kind == "depository")
            .or(all.first()),
    };
    found.ok_or_else(|| Refusal::from_code("INVALID_ACCOUNT_ID"))
}

/// Raises the amount of the oldest posted row that has never changed by 1.00.
async fn raise_one(
    db: &mut SqliteConnection,
    item: &mut ItemRow,
    all: &mut [Account],
) -> Result<usize, BankError> {
    let current = store::current(db, &item.id, "0000-00-00", "9999-12-31").await?;
    let shown = |row: &&store::Row| {
        !row.pending
            && row.added_seq == row.changed_seq
            && all.iter().any(|account| account.id == row.account_id)
    };
    let Some(mut row) = current.iter().rev().find(shown).cloned() else {
        return Ok(0);
    };
    let Some(amount) = decimal(&row.record.amount) else {
        return Ok(0);
    };
    row.record.amount = (amount + Decimal::ONE).to_string();
    item.seq += 1;
    row.changed_seq = Some(item.seq);
    store::update(db, &row).await?;
    shift(all, &row.account_id, Decimal::ONE, false);
    Ok(1)
}

/// Applies a new row to the balances: a pending row lowers the available balance, a posted row the current balance too.
/// On credit and loan accounts a purchase raises the current balance, which is the amount owed.
pub(super) fn shift(all: &mut [Account], account_id: &str, amount: Decimal, pending: bool) {
    let Some(account) = all.iter_mut().find(|account| account.id == account_id) else {
        return;
    };
    add(&mut account.record.available, -amount);
    if !pending {
        let owed = matches!(account.record.kind.as_str(), "credit" | "loan");
        add(
            &mut account.record.current,
            if owed { amount } else { -amount },
        );
    }
}

/// Applies a posting to the current balance. The available balance already includes the pending row.
fn settle_balance(all: &mut [Account], account_id: &str, amount: Decimal) {
    if let Some(account) = all.iter_mut().find(|account| account.id == account_id) {
        let owed = matches!(account.record.kind.as_str(), "credit" | "loan");
        add(
            &mut account.record.current,
            if owed { amount } else { -amount },
        );
    }
}

/// Leaves the balance as it is if the sum overflows. Callers can request absurd amounts to test their parsers.
fn add(balance: &mut Option<String>, change: Decimal) {
    let amount = balance.as_deref().and_then(decimal);
    if let Some(sum) = amount.and_then(|amount| amount.checked_add(change)) {
        *balance = Some(sum.to_string());
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    text.parse().ok()
}

/// Returns the refusal for a call that needs a product the Item lacks.
pub fn not_enabled(product: &str) -> Refusal {
    Refusal::new(
        "SANDBOX_ERROR",
        "SANDBOX_PRODUCT_NOT_ENABLED",
        format!("The {product} product is not enabled on this item"),
    )
}

fn only_dynamic() -> Refusal {
    Refusal::invalid_field(
        "This endpoint is only supported for Items created with the user_transactions_dynamic username.",
    )
}
