//! The current state of the bank, for comparison.

use serde_json::{Value, json};

use super::which;
use crate::api::call::{Call, Reply};
use crate::api::wire::{self, Wish};
use crate::bank::{Bank, BankError, Fault, wire_moment, wire_moment_of};
use crate::store::deliveries::Told;

/// Returns all visible rows of an Item, newest first, in Plaid's format.
pub async fn transactions(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let rows = bank.rows_now(which(call)?).await?;
    let wish = Wish {
        original_description: true,
        second_taxonomy: false,
    };
    Ok(Reply::empty().with("transactions", &wire::transactions(&rows, wish))?)
}

/// Returns all Items with all their accounts.
pub async fn items(bank: &Bank) -> Result<Reply, BankError> {
    let mut all = Vec::new();
    for view in bank.items_of(None).await? {
        let accounts: Vec<Value> = view
            .accounts
            .iter()
            .map(|account| {
                json!({
                    "account_id": account.id, "name": account.record.name,
                    "selected": account.selected, "mask": account.record.mask,
                })
            })
            .collect();
        all.push(json!({
            "item_id": view.item.id, "institution_id": view.item.institution_id,
            "client_user_id": view.item.client_user_id, "error_code": view.item.error,
            "member_guid": view.item.member_guid,
            "holds_webhooks": view.item.holds_webhooks, "accounts": accounts,
        }));
    }
    Ok(Reply::empty().with("items", &all)?)
}

/// Returns the last webhooks of an Item and their outcome, newest first.
pub async fn webhooks(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    told_webhooks(&bank.webhooks_of(which(call)?, 500).await?)
}

/// Writes webhooks with their outcome.
pub(super) fn told_webhooks(told: &[Told]) -> Result<Reply, BankError> {
    let all: Vec<Value> = told
        .iter()
        .map(|one| {
            json!({
                "delivery_id": one.id, "body": one.body, "created_at": wire_moment_of(one.created_at),
                "due_at": one.due_at.map(wire_moment_of), "attempts": one.attempts,
                "last_status": one.last_status, "forgery": one.forgery, "held": one.held,
            })
        })
        .collect();
    Ok(Reply::empty().with("webhooks", &all)?)
}

/// Returns the pending faults.
pub fn faults(bank: &Bank) -> Result<Reply, BankError> {
    let all: Vec<Value> = bank.faults().all().iter().map(fault).collect();
    Ok(Reply::empty().with("faults", &all)?)
}

/// Returns the bank's time and its lead over the system clock, in milliseconds.
pub fn time(bank: &Bank) -> Result<Reply, BankError> {
    let lead = i64::try_from(bank.lead().as_millis()).unwrap_or(i64::MAX);
    Ok(Reply::empty()
        .with("now", &wire_moment(bank.clock().now()))?
        .with("lead_ms", &lead)?)
}

fn fault(fault: &Fault) -> Value {
    json!({
        "fault_id": fault.id, "fault": fault.kind.words().0, "endpoint": fault.endpoint,
        "source": fault.source, "identity": fault.identity, "item_id": fault.item_id, "institution_id": fault.institution_id, "left": fault.left,
        "skip": fault.skip, "error_code": fault.code,
    })
}
