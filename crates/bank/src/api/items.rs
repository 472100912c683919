//! Endpoints below `/item/`, and the key that signs webhooks.

use serde_json::json;

use super::call::{Call, Reply};
use super::fields::{Field, Kind, may, must};
use super::wire;
use crate::bank::{Bank, BankError, Refusal, wire_moment};

/// Fields of endpoints that take only an access token.
pub const TOKEN: &[Field] = &[must("access_token", Kind::Text)];
/// Fields of `/item/public_token/exchange`.
pub const EXCHANGE: &[Field] = &[must("public_token", Kind::Text)];
/// Fields of `/item/remove`.
pub const REMOVE: &[Field] = &[
    must("access_token", Kind::Text),
    may("reason_code", Kind::Text),
    may("reason_note", Kind::AnyText),
];
/// Fields of `/item/webhook/update`.
pub const WEBHOOK: &[Field] = &[
    must("access_token", Kind::Text),
    may("webhook", Kind::AnyText),
];
/// Fields of `/webhook_verification_key/get`.
pub const KEY: &[Field] = &[must("key_id", Kind::Text)];

/// The reasons for a removal that Plaid knows.
const REASONS: [&str; 6] = [
    "FRAUD_FIRST_PARTY",
    "FRAUD_FALSE_IDENTITY",
    "FRAUD_ABUSE",
    "FRAUD_OTHER",
    "CONNECTION_IS_NON_FUNCTIONAL",
    "OTHER",
];

/// Answers `/item/public_token/exchange`.
pub async fn exchange(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let (access_token, item_id) = bank.exchange(call.text("public_token")).await?;
    Ok(Reply::empty()
        .with("access_token", &access_token)?
        .with("item_id", &item_id)?)
}

/// Answers `/item/public_token/create`.
pub async fn create_public_token(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let (token, expiration) = bank.public_token_for(call.text("access_token")).await?;
    Ok(Reply::empty()
        .with("public_token", &token)?
        .with("expiration", &wire_moment(expiration))?)
}

/// Answers `/item/get`, also for an Item in an error state.
pub async fn get(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let view = bank.item(call.text("access_token")).await?;
    Ok(Reply::empty()
        .with("item", &wire::item(&view.item))?
        .with("status", &wire::item_status(&view.item))?)
}

/// Answers `/item/remove`.
pub async fn remove(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let reason = call.get("reason_code").map(|_| call.text("reason_code"));
    if reason.is_some_and(|reason| !REASONS.contains(&reason)) {
        return Err(Refusal::invalid_field("reason_code must be a valid reason code").into());
    }
    if call.text("reason_note").chars().count() > 512 {
        return Err(Refusal::invalid_field("reason_note must have at most 512 characters").into());
    }
    bank.remove_item(call.text("access_token")).await?;
    Ok(Reply::empty())
}

/// Answers `/item/webhook/update`; an absent or empty URL turns webhooks off.
pub async fn update_webhook(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let webhook = call.maybe_text("webhook").filter(|url| !url.is_empty());
    let good = |url: &String| {
        url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
    };
    if webhook.as_ref().is_some_and(|url| !good(url)) {
        return Err(Refusal::invalid_field("webhook must be a valid http or https URL").into());
    }
    let item = bank.set_webhook(call.text("access_token"), webhook).await?;
    Ok(Reply::empty().with("item", &wire::item(&item))?)
}

/// Answers `/item/access_token/invalidate`.
pub async fn invalidate(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let fresh = bank.rotate_access_token(call.text("access_token")).await?;
    Ok(Reply::empty().with("new_access_token", &fresh)?)
}

/// Answers `/webhook_verification_key/get`.
pub async fn verification_key(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let key = bank.public_key(call.text("key_id")).await?;
    let key = key.ok_or_else(|| Refusal::from_code("INVALID_WEBHOOK_VERIFICATION_KEY_ID"))?;
    let jwk = json!({
        "alg": "ES256", "crv": "P-256", "kid": key.kid, "kty": "EC", "use": "sig",
        "x": key.x, "y": key.y, "created_at": key.created_at, "expired_at": key.expired_at,
    });
    Ok(Reply::empty().with("key", &jwk)?)
}
