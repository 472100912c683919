//! Endpoints below `/accounts/`.

use jiff::Timestamp;

use super::call::{Call, Reply};
use super::fields::{Field, Kind, may, must};
use super::wire;
use crate::bank::{Bank, BankError, Refusal};

/// Fields of `/accounts/get` and `/accounts/balance/get`.
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

/// Returns accounts with current balances. Some institutions require `min_last_updated_datetime` once an Item has
/// anything other than depository accounts.
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

/// Returns accounts with their balances, which are always current.
pub async fn get(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let only = call.texts("options.account_ids");
    let view = bank
        .accounts(call.text("access_token"), only.as_deref())
        .await?;
    Ok(Reply::empty()
        .with("accounts", &wire::accounts(&view.accounts))?
        .with("item", &wire::item(&view.item))?)
}
