//! Endpoints below `/misbehave/`, which are this bank's own. They make it misbehave towards the programs that depend on
//! it.
//!
//! An Item is named by `access_token` or `item_id`, an MX member's by `member_guid`. Every response says in `done` what
//! was done and in `expect` what should follow. Amounts are text, `"12.34"`, so that no digit is lost.

mod faults;
mod fields;
mod identity;
mod items;
mod look;
mod members;
mod rates;
mod spoil;
mod webhooks;

use jiff::SignedDuration;

use super::call::{Call, Reply};
use super::fields::Field;
use crate::bank::{Bank, BankError, Deed, Refusal, Which};

pub(super) use faults::{trouble_for, trouble_for_identity, trouble_for_mx, trouble_for_rates};

/// Returns the fields of a call; `None` when there is no such call.
pub fn fields_of(path: &str) -> Option<&'static [Field]> {
    Some(match path {
        "/misbehave/transactions/add" => fields::ADD,
        "/misbehave/transactions/settle" => fields::SETTLE,
        "/misbehave/transactions/modify" => fields::MODIFY,
        "/misbehave/transactions/remove" => fields::REMOVE,
        "/misbehave/transactions/list" => fields::ITEM,
        "/misbehave/item/error" => fields::ERROR,
        "/misbehave/item/repair" | "/misbehave/item/revoke" => fields::QUIETLY,
        "/misbehave/item/forget-cursors" => fields::ITEM,
        "/misbehave/item/list" => &[],
        "/misbehave/account/add" => fields::OPEN,
        "/misbehave/account/close" => fields::CLOSE,
        "/misbehave/account/select" => fields::SELECT,
        "/misbehave/webhook/send" => fields::SEND,
        "/misbehave/webhook/hold" | "/misbehave/webhook/list" => fields::ITEM,
        "/misbehave/webhook/release" => fields::RELEASE,
        "/misbehave/webhook/key/rotate" => fields::ROTATE,
        "/misbehave/fault/add" => fields::FAULT,
        "/misbehave/fault/list" => &[],
        "/misbehave/fault/clear" => fields::CLEAR,
        "/misbehave/time" => &[],
        "/misbehave/time/advance" => fields::ADVANCE,
        path => {
            return members::fields_of(path)
                .or_else(|| rates::fields_of(path))
                .or_else(|| identity::fields_of(path));
        }
    })
}

/// Answers a call.
pub async fn route(bank: &Bank, path: &str, call: &Call) -> Result<Reply, BankError> {
    match path {
        "/misbehave/transactions/list" => look::transactions(bank, call).await,
        "/misbehave/item/list" => look::items(bank).await,
        "/misbehave/webhook/list" => look::webhooks(bank, call).await,
        "/misbehave/fault/list" => look::faults(bank),
        "/misbehave/time" => look::time(bank),
        "/misbehave/rates/list" => rates::list(bank, call),
        "/misbehave/member/list" => members::list(bank).await,
        "/misbehave/member/webhook/list" => members::webhooks(bank, call).await,
        _ => reply(&Box::pin(act(bank, path, call)).await?),
    }
}

/// Performs a call, for the API and for the panel.
pub async fn act(bank: &Bank, path: &str, call: &Call) -> Result<Deed, BankError> {
    match path {
        "/misbehave/transactions/add" => items::add(bank, call).await,
        "/misbehave/transactions/settle" => items::post_pending(bank, call).await,
        "/misbehave/transactions/modify" => items::modify(bank, call).await,
        "/misbehave/transactions/remove" => items::remove(bank, call).await,
        "/misbehave/item/error" => items::error(bank, call).await,
        "/misbehave/item/repair" => items::repair(bank, call).await,
        "/misbehave/item/revoke" => items::revoke(bank, call).await,
        "/misbehave/item/forget-cursors" => bank.forget_cursors(which(call)?).await,
        "/misbehave/account/add" => items::open_account(bank, call).await,
        "/misbehave/account/close" => items::close_account(bank, call).await,
        "/misbehave/account/select" => items::choose_account(bank, call).await,
        "/misbehave/webhook/send" => webhooks::send(bank, call).await,
        "/misbehave/webhook/hold" => bank.hold_webhooks(which(call)?).await,
        "/misbehave/webhook/release" => webhooks::release(bank, call).await,
        "/misbehave/webhook/key/rotate" => webhooks::rotate(bank, call).await,
        "/misbehave/fault/add" => faults::add(bank, call).await,
        "/misbehave/fault/clear" => faults::clear(bank, call).await,
        "/misbehave/time/advance" => advance(bank, call).await,
        path if path.starts_with("/misbehave/rates/") => rates::act(bank, path, call).await,
        path if path.starts_with("/misbehave/identity/") => identity::act(bank, path, call).await,
        path => members::act(bank, path, call).await,
    }
}

fn reply(deed: &Deed) -> Result<Reply, BankError> {
    let mut reply = Reply::empty()
        .with("done", &deed.done)?
        .with("expect", &deed.expect)?;
    for (name, value) in &deed.more {
        reply = reply.with(name, value)?;
    }
    Ok(reply)
}

async fn advance(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    let days = i64::from(call.number("days", 0));
    let seconds = call
        .get("seconds")
        .and_then(serde_json::Value::as_i64)
        .unwrap_or(0);
    bank.put_ahead(SignedDuration::from_secs(days * 24 * 3600 + seconds))
        .await
}

/// Returns the Item that a call names.
fn which(call: &Call) -> Result<Which<'_>, Refusal> {
    match (call.text("access_token"), call.text("item_id")) {
        ("", "") if !call.text("member_guid").is_empty() => {
            Ok(Which::Member(call.text("member_guid")))
        }
        ("", "") => Err(super::fields::missing_fields(&["item_id".to_owned()])),
        ("", id) => Ok(Which::Id(id)),
        (token, _) => Ok(Which::Token(token)),
    }
}
