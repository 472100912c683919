//! Converts the world's accounts and transactions into the bank's.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::ids;
use crate::store::accounts::{Account, AccountRecord};
use crate::store::rows::{Row, RowRecord};
use crate::world::{Institution, SeedAccount, SeedTransaction};

/// Creates an account of a new Item. Its id belongs to the Item. At banks with persistent accounts it also has an id
/// that later Items of the same log-in share.
pub fn account(
    item_id: &str,
    institution: &Institution,
    username: &str,
    seed: &SeedAccount,
) -> Account {
    let persistent_id = institution
        .persistent_accounts
        .then(|| ids::derived(&["persistent", institution.id, username, &seed.key]));
    Account {
        id: ids::derived(&["account", item_id, &seed.key]),
        key: seed.key.clone(),
        persistent_id,
        selected: true,
        record: account_record(seed),
    }
}

/// Returns the data that the bank reports for an account.
pub fn account_record(seed: &SeedAccount) -> AccountRecord {
    let text = |amount: Option<Decimal>| amount.map(|amount| amount.to_string());
    AccountRecord {
        name: seed.name.clone(),
        official_name: seed.official_name.clone(),
        mask: seed.mask.clone(),
        kind: seed.kind.clone(),
        subtype: seed.subtype.clone(),
        current: text(seed.current),
        available: text(seed.available),
        limit: text(seed.limit),
        iso_currency_code: seed.iso_currency_code.clone(),
        unofficial_currency_code: seed.unofficial_currency_code.clone(),
    }
}

/// Whether an account of this type has transactions. Plaid serves investment accounts through another product.
pub fn has_transactions(kind: &str) -> bool {
    kind != "investment" && kind != "brokerage"
}

/// Creates a row that is not visible yet. It is pending if it is posted after today.
pub fn row(item_id: &str, account_id: &str, seed: &SeedTransaction, today: Date) -> Row {
    let pending = seed.date_posted > today;
    let date = if pending {
        seed.date_transacted
    } else {
        seed.date_posted
    };
    Row {
        id: row_id(item_id, account_id, &seed.key, pending),
        account_id: account_id.to_owned(),
        key: seed.key.clone(),
        date: date.to_string(),
        pending,
        added_seq: None,
        changed_seq: None,
        removed: false,
        record: RowRecord {
            date_transacted: seed.date_transacted.to_string(),
            date_posted: seed.date_posted.to_string(),
            amount: seed.amount.to_string(),
            iso_currency_code: seed.iso_currency_code.clone(),
            unofficial_currency_code: seed.unofficial_currency_code.clone(),
            description: seed.description.clone(),
            merchant: seed.merchant.clone(),
            category: seed
                .category
                .map(|(primary, detailed)| (primary.to_owned(), detailed.to_owned())),
            payment_channel: seed.payment_channel.to_owned(),
            place: seed.place.clone(),
            pending_transaction_id: None,
        },
    }
}

/// Returns the posted row that replaces a pending one.
pub fn posted(item_id: &str, pending: &Row) -> Row {
    let mut row = pending.clone();
    row.id = row_id(item_id, &pending.account_id, &pending.key, false);
    row.date.clone_from(&pending.record.date_posted);
    row.pending = false;
    row.added_seq = None;
    row.changed_seq = None;
    // A pending row that was never visible cannot be referred to.
    row.record.pending_transaction_id = pending.changed_seq.map(|_| pending.id.clone());
    row
}

/// On the wire a pending row and its posted row are different transactions, so their ids differ.
fn row_id(item_id: &str, account_id: &str, key: &str, pending: bool) -> String {
    ids::derived(&[
        "row",
        item_id,
        account_id,
        key,
        if pending { "pending" } else { "posted" },
    ])
}
