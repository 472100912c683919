//! Webhooks and the key that signs them.

use jiff::SignedDuration;
use serde_json::Value;

use super::which;
use crate::api::call::Call;
use crate::bank::{Bank, BankError, Deed, Forgery, Refusal, Webhook};

/// Sends any webhook, genuine or forged.
pub async fn send(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    let forgery = match call.text("forgery") {
        "" => None,
        name => Some(Forgery::named(name).ok_or_else(|| {
            let names: Vec<&str> = Forgery::ALL.iter().map(|forgery| forgery.name).collect();
            Refusal::invalid_field(format!("forgery must be one of {}", names.join(", ")))
        })?),
    };
    let fields = match call.get("fields") {
        None => None,
        Some(Value::Object(fields)) => Some(fields.clone()),
        Some(_) => return Err(Refusal::invalid_field("fields must be an object").into()),
    };
    let seconds = call
        .get("delay_seconds")
        .and_then(Value::as_u64)
        .unwrap_or(0);
    let wanted = Webhook {
        kind: call.maybe_text("webhook_type"),
        code: call.text("webhook_code").to_owned(),
        fields,
        without: call.texts("without").unwrap_or_default(),
        times: call.number("times", 1),
        delay_ms: seconds * 1000,
        forgery,
        url: call.maybe_text("url"),
    };
    bank.send_webhook(which(call)?, wanted).await
}

/// Releases the held webhooks.
pub async fn release(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    bank.release_webhooks(which(call)?, call.flag("reversed"))
        .await
}

/// Rotates the signing key.
pub async fn rotate(bank: &Bank, call: &Call) -> Result<Deed, BankError> {
    let seconds = call
        .get("expire_after_seconds")
        .and_then(Value::as_i64)
        .unwrap_or(0);
    bank.new_webhook_key(SignedDuration::from_secs(seconds), call.flag("forget"))
        .await
}
