//! Rows, accounts and log-ins.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::which;
use crate::api::call::Call;
use crate::bank::{Bank, BankError, Deed, NewAccount, NewRow, Refusal, RowEdit, Settlement, Step};

/// Adds a row.
pub async fn add(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    let new = NewRow {
        account_id: call.maybe_text("account_id"),
        amount: amount(call, "amount")?,
        description: call.maybe_text("description"),
        merchant: call.maybe_text("merchant_name"),
        pending: call.flag("pending"),
        date: day(call),
        currency: call.maybe_text("iso_currency_code"),
        quiet: call.flag("quiet"),
    };
    bank.add_row(which(call)?, new).await
}

/// Posts a pending row.
pub async fn post_pending(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    let step = match call.text("step") {
        "" | "both" => Step::Both,
        "remove" => Step::Remove,
        "post" => Step::Post,
        _ => return Err(Refusal::invalid_field("step must be both, remove or post").into()),
    };
    let how = Settlement {
        transaction_id: call.text("transaction_id").to_owned(),
        amount: amount(call, "amount")?,
        date: day(call),
        step,
        refers_to: call
            .maybe_text("pending_transaction_id")
            .map(|id| if id == "none" { String::new() } else { id }),
        quiet: call.flag("quiet"),
    };
    bank.settle_row(which(call)?, how).await
}

/// Changes a row.
pub async fn modify(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    let edit = RowEdit {
        transaction_id: call.text("transaction_id").to_owned(),
        amount: amount(call, "amount")?,
        description: call.maybe_text("description"),
        merchant: call.maybe_text("merchant_name"),
        date: day(call),
        quiet: call.flag("quiet"),
    };
    bank.edit_row(which(call)?, edit).await
}

/// Removes a row.
pub async fn remove(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    bank.remove_row(
        which(call)?,
        call.text("transaction_id"),
        call.flag("quiet"),
    )
    .await
}

/// Puts a log-in into an error state, by its code.
pub async fn error(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    let code = call.maybe_text("error_code");
    let code = code.as_deref().unwrap_or("ITEM_LOGIN_REQUIRED");
    bank.set_error(which(call)?, Some(code), call.flag("quiet"))
        .await
}

/// Clears a log-in's error.
pub async fn repair(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    bank.set_error(which(call)?, None, call.flag("quiet")).await
}

/// Revokes the person's permission.
pub async fn revoke(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    bank.set_error(
        which(call)?,
        Some("USER_PERMISSION_REVOKED"),
        call.flag("quiet"),
    )
    .await
}

/// Opens an account.
pub async fn open_account(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    let new = NewAccount {
        name: call.maybe_text("name"),
        kind: call.maybe_text("type"),
        subtype: call.maybe_text("subtype"),
        mask: call.maybe_text("mask"),
        currency: call.maybe_text("iso_currency_code"),
        balance: amount(call, "balance")?,
        selected: call.flag("selected"),
    };
    bank.open_account(which(call)?, new).await
}

/// Closes an account.
pub async fn close_account(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    bank.close_account(which(call)?, call.text("account_id"), call.flag("webhook"))
        .await
}

/// Selects or deselects an account.
pub async fn choose_account(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    bank.choose_account(which(call)?, call.text("account_id"), call.flag("selected"))
        .await
}

fn amount(call: &Call, name: &str) -> Result<Option<Decimal>, Refusal> {
    let Some(text) = call.maybe_text(name) else {
        return Ok(None);
    };
    let amount = text.trim().parse::<Decimal>();
    amount
        .map(Some)
        .map_err(|_| Refusal::invalid_field(format!("{name} must be an amount such as 12.34")))
}

/// The check has validated the date.
fn day(call: &Call) -> Option<Date> {
    call.text("date").parse().ok()
}
