//! Converts transactions, and sets aside rows that cannot be read.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde_json::value::RawValue;

use super::details::details;
use crate::mx::category::category;
use crate::mx::wire::{self, Direction};
use domain::feed::{FeedTransaction, SetAside};
use domain::money::{Currency, Money};
use domain::text::one_line;

/// The largest row in bytes. MX's rows have some two thousand; a much larger one is no transaction.
const LARGEST_ROW: usize = 64 * 1024;
/// The longest id. MX's ids have 40 characters.
const LONGEST_ID: usize = 200;
/// How much is kept of a row that cannot be read, in characters.
const KEPT_OF_UNREADABLE: usize = 4000;

/// Converts a row. `currency` returns an account's currency, for rows that do not give their own.
pub(in crate::mx) fn transaction(
    raw: &RawValue,
    currency: impl Fn(&str) -> Option<Currency>,
) -> Result<FeedTransaction, String> {
    if raw.get().len() > LARGEST_ROW {
        return Err(format!("{} bytes are too large for a row", raw.get().len()));
    }
    let row: wire::Transaction = serde_json::from_str(raw.get()).map_err(|e| e.to_string())?;
    if row.guid.is_empty() || row.guid.len() > LONGEST_ID {
        return Err("a guid that is none".to_owned());
    }
    let said = row
        .currency_code
        .as_deref()
        .filter(|code| !code.trim().is_empty());
    let currency = match said {
        Some(_) => Currency::from_codes(said, None),
        None => currency(&row.account_guid).unwrap_or(Currency::Unknown),
    };
    let amount = signed(row.amount.value, row.direction)?;
    let amount = Money::from_decimal(amount, currency).map_err(|e| e.to_string())?;
    let text = |text: &Option<String>| {
        let text = text.as_deref().map(one_line);
        text.filter(|text| !text.trim().is_empty())
    };
    let readable = text(&row.description);
    // If MX knows the merchant, this is the merchant's name.
    let merchant = readable.clone().filter(|_| row.merchant_guid.is_some());
    let description = text(&row.original_description).or(readable);
    let description = description.unwrap_or_default();
    let shown = [&*description, merchant.as_deref().unwrap_or_default()];
    Ok(FeedTransaction {
        date: date(&row)?,
        amount_exact: row.amount.exact(&amount),
        amount,
        category: category(
            &one_line(&row.top_level_category),
            &one_line(&row.category),
            row.direction,
        ),
        // MX does not say which row settles which: a row that settles either keeps its id or comes as a new one.
        pending_provider_id: None,
        pending: row.status == "PENDING",
        details: details(raw, &shown)?,
        description,
        merchant,
        account_provider_id: row.account_guid,
        provider_id: row.guid,
    })
}

/// Gives an amount its sign. MX's amounts have none; one that has a sign is refused, because it could contradict the
/// type.
fn signed(amount: Decimal, direction: Direction) -> Result<Decimal, String> {
    if amount.is_sign_negative() && !amount.is_zero() {
        return Err("an amount with a sign beside its type".to_owned());
    }
    Ok(match direction {
        Direction::Credit => amount,
        Direction::Debit => -amount,
    })
}

/// Returns the day by which MX selects rows, or else the day of the row's timestamps as written.
fn date(row: &wire::Transaction) -> Result<Date, String> {
    let said = [&row.date, &row.transacted_at, &row.posted_at];
    let said = said.into_iter().flatten().next();
    let said = said.ok_or_else(|| "a row without a date".to_owned())?;
    let moment = || {
        Some(
            TimeZone::UTC
                .to_datetime(said.parse::<Timestamp>().ok()?)
                .date(),
        )
    };
    let day = said.parse::<Date>().ok().or_else(moment);
    day.ok_or_else(|| "a date that is no date".to_owned())
}

/// Sets a row aside that cannot be read, under its id if it has one.
pub(in crate::mx) fn set_aside(raw: &RawValue, reason: String) -> SetAside {
    tracing::warn!(reason, "a row from MX cannot be read");
    let id = serde_json::from_str::<wire::Named>(raw.get()).ok();
    let id = id.map(|row| row.guid);
    let hash = || URL_SAFE_NO_PAD.encode(digest(&SHA256, raw.get().as_bytes()));
    SetAside {
        key: id
            .filter(|id| (1..=LONGEST_ID).contains(&id.len()))
            .unwrap_or_else(hash),
        reason,
        raw: raw.get().chars().take(KEPT_OF_UNREADABLE).collect(),
    }
}
