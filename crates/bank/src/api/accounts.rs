//! `/accounts/…`

use jiff::Timestamp;

use super::call::{Call, Reply};
use super::fields::{Field, Kind, may, must};
use super::wire;
use crate::bank::{Bank, BankError, Refusal};

/// `/accounts/get` and `/accounts/balance/get`.
pub const GET: &[Field] = &[
    must("access_token", Kind::Text),
    may(
        "options",
        Kind::Object(&[
            may("account_ids", Kind::AccountIds),
            may("min_last_updated_datetime", Kind::Text),
        ]),
    ),
    may("payment_details", Kind::Any),
];

/// Accounts with balances of now. A bank that has none of cards and the like wants to be told how old they may be.
pub async fn balances(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let oldest = call.maybe_text("options.min_last_updated_datetime");
    let oldest = oldest
        .map(|text| text.parse::<Timestamp>())
        .transpose()
        .map_err(|_| Refusal::invalid_field("min_last_updated_datetime must be a date and time"))?;
    bank.check_balance_age(call.text("access_token"), oldest)
        .await?;
    get(bank, call).await
}

/// Accounts with their balances, which are always of now.
pub async fn get(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let only = call.texts("options.account_ids");
    let view = bank
        .accounts(call.text("access_token"), only.as_deref())
        .await?;
    Ok(Reply::empty()
        .with("accounts", &wire::accounts(&view.accounts))?
        .with("item", &wire::item(&view.item))?)
}
