//! Converts Plaid's words and signs to ours.
//!
//! In Plaid, money that leaves the account is positive, and so is what is owed on credit or loan. In ours, money that
//! comes in is positive and what is owed is negative.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::value::RawValue;

use super::problems::told_problem;
use super::wire;
use crate::details::{fields, kept};
use crate::number::Number;
use domain::account::AccountKind;
use domain::category::Category;
use domain::feed::{
    ConnectionFacts, FeedAccount, FeedPage, FeedTransaction, Institution, SetAside, UpdateStatus,
};
use domain::id::ConnectionId;
use domain::money::{Currency, Money};
use domain::problem::Problem;
use domain::provider::OfferedInstitution;
use domain::text::{maybe_one_line, one_line};

/// Fields that have their own columns. The rest of a row is kept as details.
const IN_COLUMNS: [&str; 12] = [
    "transaction_id",
    "account_id",
    "amount",
    "iso_currency_code",
    "unofficial_currency_code",
    "name",
    "merchant_name",
    "pending",
    "pending_transaction_id",
    "personal_finance_category",
    "personal_finance_category_icon_url",
    "category_id",
];

/// The largest row in bytes. Plaid's rows have some two thousand; a much larger one is no transaction.
const LARGEST_ROW: usize = 64 * 1024;
/// The longest id. Plaid's ids have 37 characters.
const LONGEST_ID: usize = 200;
/// How much is kept of a row that cannot be read, in characters.
const KEPT_OF_UNREADABLE: usize = 4000;

/// Converts a page of changes. A row that cannot be read is set aside and does not hold up the others.
pub(super) fn page(answer: wire::SyncAnswer) -> Result<FeedPage, Problem> {
    let mut set_aside = Vec::new();
    let mut rows = |rows: Vec<Box<RawValue>>| {
        let read = rows.iter().filter_map(|raw| match transaction(raw) {
            Ok(row) => Some(row),
            Err(reason) => {
                set_aside.push(set_aside_row(raw, reason));
                None
            }
        });
        read.collect::<Vec<_>>()
    };
    let incomplete = answer.added.is_none() || answer.has_more.is_none();
    let added = rows(answer.added.unwrap_or_default());
    let modified = rows(answer.modified);
    let mut removed = Vec::new();
    for raw in answer.removed {
        match serde_json::from_str::<wire::Removed>(raw.get()) {
            Ok(row) => removed.push(row.transaction_id),
            Err(error) => set_aside.push(set_aside_row(&raw, error.to_string())),
        }
    }
    Ok(FeedPage {
        added,
        modified,
        removed,
        set_aside,
        accounts: described(&answer.accounts),
        // Plaid sends "" while it has no data; that is no cursor to store.
        next_cursor: answer.next_cursor.filter(|c| !c.is_empty()),
        has_more: answer.has_more.unwrap_or(false),
        incomplete,
        status: match answer.transactions_update_status.as_str() {
            "HISTORICAL_UPDATE_COMPLETE" => UpdateStatus::Historical,
            "INITIAL_UPDATE_COMPLETE" => UpdateStatus::Initial,
            _ => UpdateStatus::NotReady,
        },
    })
}

/// Returns the readable accounts of a page. A row of an unreadable account is set aside unless the account is known.
fn described(accounts: &[Box<RawValue>]) -> Vec<FeedAccount> {
    let read = accounts.iter().filter_map(|raw| {
        serde_json::from_str::<wire::Account>(raw.get())
            .inspect_err(|error| tracing::warn!(%error, "an account from Plaid cannot be read"))
            .ok()
    });
    read.map(account).collect()
}

/// Converts an account.
pub(super) fn account(account: wire::Account) -> FeedAccount {
    let kind = AccountKind::from_word(&account.kind);
    let balances = account.balances;
    let currency = Currency::from_codes(
        balances.iso_currency_code.as_deref(),
        balances.unofficial_currency_code.as_deref(),
    );
    // An impossible figure counts as unknown, but the account and its rows are kept. So does a figure without an
    // account type, because it could be money owed.
    let figure = |n: &Option<Number>, flipped| {
        if account.kind.is_empty() {
            return None;
        }
        let read = read_money(n.as_ref()?, &currency, flipped);
        read.inspect_err(|reason| tracing::warn!(reason, "a balance cannot be read"))
            .ok()
    };
    let current = figure(&balances.current, kind.is_debt());
    let named = [&account.name, &account.official_name];
    let named = named.into_iter().flatten().find(|n| !n.trim().is_empty());
    FeedAccount {
        name: named.map(|name| one_line(name)).unwrap_or_default(),
        provider_id: account.account_id,
        persistent_id: account.persistent_account_id,
        official_name: maybe_one_line(account.official_name),
        mask: maybe_one_line(account.mask),
        kind,
        subtype: maybe_one_line(account.subtype),
        current_exact: current
            .as_ref()
            .and_then(|m| balances.current.as_ref()?.exact(m)),
        current,
        available: figure(&balances.available, false),
        limit: figure(&balances.limit, false),
    }
}

/// Converts the response of `/item/get`.
pub(super) fn facts(answer: wire::ItemAnswer, connection: &ConnectionId) -> ConnectionFacts {
    let moment = |text: Option<String>| text.and_then(|t| t.parse::<Timestamp>().ok());
    ConnectionFacts {
        challenged: false,
        institution_id: answer.item.institution_id,
        institution_name: maybe_one_line(answer.item.institution_name),
        provider_updated_at: moment(
            answer
                .status
                .and_then(|s| s.transactions)
                .and_then(|t| t.last_successful_update),
        ),
        consent_expires_at: moment(answer.item.consent_expiration_time),
        problem: answer
            .item
            .error
            .filter(|e| !e.error_code.is_empty())
            .map(|e| told_problem(&e, "/item/get", Some(connection))),
    }
}

/// Converts an institution, under the id that was asked for.
pub(super) fn institution(id: &str, it: wire::Institution) -> Institution {
    Institution {
        provider_id: id.to_owned(),
        name: one_line(&it.name),
        // An invalid logo is dropped; the institution is kept.
        logo: it
            .logo
            .and_then(|text| STANDARD.decode(text.trim()).ok())
            .filter(|png| png.starts_with(b"\x89PNG")),
        color: maybe_one_line(it.primary_color),
        url: maybe_one_line(it.url),
    }
}

/// Converts a search result. `None` without a usable id.
pub(super) fn offered(it: wire::FoundInstitution) -> Option<OfferedInstitution> {
    let id = it.institution_id;
    (1..=LONGEST_ID)
        .contains(&id.len())
        .then(|| OfferedInstitution {
            institution: institution(&id, it.institution),
            has_own_login: it.oauth == Some(true),
        })
}

/// Sets a row aside that cannot be read, under its id if it has one.
fn set_aside_row(raw: &RawValue, reason: String) -> SetAside {
    tracing::warn!(reason, "a row from Plaid cannot be read");
    let id = serde_json::from_str::<wire::Removed>(raw.get())
        .ok()
        .map(|row| row.transaction_id)
        .filter(|id| (1..=LONGEST_ID).contains(&id.len()));
    let hash = || URL_SAFE_NO_PAD.encode(digest(&SHA256, raw.get().as_bytes()));
    SetAside {
        key: id.unwrap_or_else(hash),
        reason,
        raw: raw.get().chars().take(KEPT_OF_UNREADABLE).collect(),
    }
}

fn transaction(raw: &RawValue) -> Result<FeedTransaction, String> {
    if raw.get().len() > LARGEST_ROW {
        return Err(format!("{} bytes are too large for a row", raw.get().len()));
    }
    let row: wire::Transaction = serde_json::from_str(raw.get()).map_err(|e| e.to_string())?;
    if row.transaction_id.is_empty() || row.transaction_id.len() > LONGEST_ID {
        return Err("a transaction_id that is none".to_owned());
    }
    let currency = Currency::from_codes(
        row.iso_currency_code.as_deref(),
        row.unofficial_currency_code.as_deref(),
    );
    let amount = read_money(&row.amount, &currency, true)?;
    let date = row.authorized_date.or(row.date);
    let date = date.ok_or("a row without a date")?;
    let description = [row.original_description, row.name]
        .into_iter()
        .flatten()
        .map(|text| one_line(&text))
        .find(|t| !t.trim().is_empty());
    Ok(FeedTransaction {
        provider_id: row.transaction_id,
        account_provider_id: row.account_id,
        pending_provider_id: row.pending_transaction_id,
        date: date
            .parse::<Date>()
            .map_err(|_| "a date that is no date".to_owned())?,
        amount_exact: row.amount.exact(&amount),
        amount,
        description: description.unwrap_or_default(),
        merchant: maybe_one_line(row.merchant_name).filter(|name| !name.trim().is_empty()),
        category: row.personal_finance_category.and_then(category),
        pending: row.pending,
        details: kept(fields(raw, &IN_COLUMNS)?),
    })
}

/// Converts a category. If the finer name is unknown, the broad one takes its place.
fn category(said: wire::FinanceCategory) -> Option<Category> {
    let primary = one_line(&said.primary);
    let detailed = match one_line(&said.detailed) {
        unknown if unknown.is_empty() => primary.clone(),
        known => known,
    };
    (!primary.is_empty()).then_some(Category { primary, detailed })
}

fn read_money(number: &Number, currency: &Currency, flipped: bool) -> Result<Money, String> {
    let value = if flipped { -number.value } else { number.value };
    Money::from_decimal(value, currency.clone()).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn row(json: &str) -> Result<FeedTransaction, String> {
        transaction(&RawValue::from_string(json.to_owned()).expect("JSON"))
    }

    const COFFEE: &str = r#"{"transaction_id":"t","account_id":"a","amount":14.005,"iso_currency_code":"USD",
        "unofficial_currency_code":null,"date":"2026-11-20","authorized_date":"2026-11-19","name":"Corner Coffee",
        "merchant_name":"Corner Coffee","pending":true,"pending_transaction_id":null,"payment_channel":"in store",
        "location":{"city":"Springfield","lat":null},"payment_meta":{"payee":null},"counterparties":[]}"#;

    #[test]
    fn money_that_leaves_is_negative_and_the_exact_figure_is_kept() {
        let row = row(COFFEE).expect("a row");
        assert_eq!(row.amount.minor, -1400);
        assert_eq!(row.amount_exact.as_deref(), Some("14.005"));
        assert_eq!(row.date.to_string(), "2026-11-19");
        assert!(row.pending);
    }

    #[test]
    fn details_hold_what_was_said_and_nothing_else() {
        let row = row(COFFEE).expect("a row");
        let details: Value = serde_json::from_str(&row.details).expect("JSON");
        assert_eq!(
            details,
            serde_json::json!({"date": "2026-11-20", "authorized_date": "2026-11-19",
                "payment_channel": "in store", "location": {"city": "Springfield"}})
        );
    }

    #[test]
    fn what_is_owed_is_negative_and_a_limit_is_not() {
        let json = r#"{"account_id":"a","balances":{"available":1590,"current":410,"limit":2000,"iso_currency_code":"USD"},
            "name":"Card","type":"credit","subtype":"credit card"}"#;
        let account = account(serde_json::from_str(json).expect("JSON"));
        assert_eq!(account.current.map(|m| m.minor), Some(-41_000));
        assert_eq!(account.available.map(|m| m.minor), Some(159_000));
        assert_eq!(account.limit.map(|m| m.minor), Some(200_000));
    }

    #[test]
    fn a_figure_that_no_account_can_have_is_not_known_and_the_account_is() {
        let json = r#"{"account_id":"a","balances":{"available":5,"current":79228162514264337593543950335,"iso_currency_code":"USD"},
            "name":"Vault","type":"depository","subtype":"savings"}"#;
        let account = account(serde_json::from_str(json).expect("JSON"));
        assert_eq!((account.current, account.current_exact), (None, None));
        assert_eq!(account.available.map(|m| m.minor), Some(500));
    }

    #[test]
    fn absurd_rows_are_told_and_not_kept() {
        for (from, to) in [
            ("14.005", "1e400"),
            ("\"2026-11-19\"", "\"yesterday\""),
            ("14.005", "\"14\""),
            ("true", "1"),
        ] {
            assert!(row(&COFFEE.replacen(from, to, 1)).is_err(), "{to}");
        }
    }
}
