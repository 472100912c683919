//! `/accounts/…`

use super::call::{Call, Reply};
use super::fields::{Field, Kind, may, must};
use super::wire;
use crate::sandbox::bank::{Bank, BankError};

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

/// Accounts with their balances. This bank's are always of now, so both calls are one.
pub async fn get(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let only = call.texts("options.account_ids");
    let view = bank
        .accounts(call.text("access_token"), only.as_deref())
        .await?;
    Ok(Reply::empty()
        .with("accounts", &wire::accounts(&view.accounts))?
        .with("item", &wire::item(&view.item))?)
}
