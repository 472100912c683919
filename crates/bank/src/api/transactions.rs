//! Endpoints below `/transactions/`.

use super::call::{Call, Reply};
use super::fields::{Field, Kind, may, must};
use super::wire::{self, Wish};
use crate::bank::{Bank, BankError, GetRequest, Refusal, SyncRequest};

/// Fields of `/transactions/sync`. Obsolete options are still accepted, as at Plaid.
pub const SYNC: &[Field] = &[
    must("access_token", Kind::Text),
    may("cursor", Kind::AnyText),
    may("count", Kind::Int(1, 500)),
    may(
        "options",
        Kind::Object(&[
            may("include_original_description", Kind::Flag),
            may("include_personal_finance_category", Kind::Flag),
            may("include_logo_and_counterparty_beta", Kind::Flag),
            may("personal_finance_category_version", Kind::Text),
            may("days_requested", Kind::Int(1, 730)),
            may("account_id", Kind::AccountId),
        ]),
    ),
];

/// Fields of `/transactions/get`.
pub const GET: &[Field] = &[
    must("access_token", Kind::Text),
    must("start_date", Kind::Day),
    must("end_date", Kind::Day),
    may(
        "options",
        Kind::Object(&[
            may("account_ids", Kind::AccountIds),
            may("count", Kind::Int(1, 500)),
            may("offset", Kind::Int(0, i64::MAX)),
            may("include_original_description", Kind::Flag),
            may("include_personal_finance_category_beta", Kind::Flag),
            may("include_personal_finance_category", Kind::Flag),
            may("include_logo_and_counterparty_beta", Kind::Flag),
            may("personal_finance_category_version", Kind::Text),
            may("days_requested", Kind::Int(1, 730)),
        ]),
    ),
];

/// The default number of days of history.
const DAYS: u16 = 90;

/// Answers `/transactions/sync`.
pub async fn sync(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let wish = wish(call)?;
    let request = SyncRequest {
        cursor: call.maybe_text("cursor"),
        count: call.number("count", 100),
        account_id: call.maybe_text("options.account_id"),
        days_requested: call.number("options.days_requested", DAYS),
    };
    if request
        .cursor
        .as_ref()
        .is_some_and(|cursor| cursor.len() > 256)
    {
        return Err(Refusal::invalid_field("cursor must have at most 256 characters").into());
    }
    let page = bank.sync(call.text("access_token"), &request).await?;
    Ok(Reply::empty()
        .with("accounts", &wire::accounts(&page.accounts))?
        .with("added", &wire::transactions(&page.added, wish))?
        .with("has_more", &page.has_more)?
        .with("modified", &wire::transactions(&page.modified, wish))?
        .with("next_cursor", &page.next_cursor)?
        .with("removed", &wire::removed(&page.removed))?
        .with("transactions_update_status", &page.status)?)
}

/// Answers `/transactions/get`.
pub async fn get(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let wish = wish(call)?;
    let offset = call
        .get("options.offset")
        .and_then(serde_json::Value::as_u64)
        .unwrap_or(0);
    let request = GetRequest {
        start: call.text("start_date").to_owned(),
        end: call.text("end_date").to_owned(),
        account_ids: call.texts("options.account_ids"),
        count: call.number("options.count", 100),
        offset: usize::try_from(offset).unwrap_or(usize::MAX),
        days_requested: call.number("options.days_requested", DAYS),
    };
    if request.start > request.end {
        return Err(Refusal::invalid_field("start_date must be before end_date").into());
    }
    let (view, rows, total) = bank
        .transactions(call.text("access_token"), &request)
        .await?;
    Ok(Reply::empty()
        .with("accounts", &wire::accounts(&view.accounts))?
        .with("item", &wire::item(&view.item))?
        .with("total_transactions", &total)?
        .with("transactions", &wire::transactions(&rows, wish))?)
}

/// Answers `/transactions/refresh`.
pub async fn refresh(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    bank.refresh(call.text("access_token")).await?;
    Ok(Reply::empty())
}

fn wish(call: &Call) -> Result<Wish, Refusal> {
    let second_taxonomy = match call.get("options.personal_finance_category_version") {
        None => false,
        Some(version) if version == "v1" => false,
        Some(version) if version == "v2" => true,
        Some(_) => {
            return Err(Refusal::invalid_field(
                "options.personal_finance_category_version must be v1 or v2",
            ));
        }
    };
    Ok(Wish {
        original_description: call.flag("options.include_original_description"),
        second_taxonomy,
    })
}
