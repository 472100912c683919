//! Endpoints below `/sandbox/`, which only a sandbox has.

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::call::{Call, Reply};
use super::fields::{Field, Kind, may, must};
use super::link_token::not_balance;
use crate::bank::{Bank, BankError, CustomRow, Event, NewItem, Refusal};
use crate::world;

/// Fields of `/sandbox/public_token/create`.
pub const PUBLIC_TOKEN: &[Field] = &[
    must("institution_id", Kind::Text),
    must("initial_products", Kind::Products(1)),
    may(
        "options",
        Kind::Object(&[
            may("webhook", Kind::Link),
            may("override_username", Kind::AnyText),
            may("override_password", Kind::AnyText),
            may(
                "transactions",
                Kind::Object(&[
                    may("start_date", Kind::Day),
                    may("end_date", Kind::Day),
                    may("days_requested", Kind::Int(1, 730)),
                ]),
            ),
            may("statements", Kind::Any),
            may("income_verification", Kind::Any),
        ]),
    ),
    may("user_token", Kind::AnyText),
    may("user_id", Kind::AnyText),
];

/// Fields of `/sandbox/item/fire_webhook`.
pub const FIRE: &[Field] = &[
    must("access_token", Kind::Text),
    must("webhook_code", Kind::Text),
    may("webhook_type", Kind::Text),
    may(
        "options",
        Kind::Object(&[may("new_transactions", Kind::Int(0, 1_000_000))]),
    ),
];

/// Fields of `/sandbox/transactions/create`.
pub const TRANSACTIONS: &[Field] = &[
    must("access_token", Kind::Text),
    must(
        "transactions",
        Kind::Objects(&[
            must("date_transacted", Kind::Day),
            must("date_posted", Kind::Day),
            must("amount", Kind::Number),
            must("description", Kind::Text),
            may("iso_currency_code", Kind::Text),
            may("account_id", Kind::AccountId),
        ]),
    ),
];

/// Answers `/sandbox/public_token/create`.
pub async fn public_token(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let institution = world::institution(call.text("institution_id"))
        .ok_or_else(|| Refusal::from_code("INVALID_INSTITUTION"))?;
    let products = call.texts("initial_products").unwrap_or_default();
    not_balance("initial_products", &products)?;
    if products
        .iter()
        .any(|product| !institution.products.contains(&product.as_str()))
    {
        return Err(Refusal::from_code("PRODUCTS_NOT_SUPPORTED").into());
    }
    let username = call.maybe_text("options.override_username");
    let password = call.maybe_text("options.override_password");
    let username = username.as_deref().unwrap_or("user_good");
    let password = password.as_deref().unwrap_or("pass_good");
    let new = NewItem {
        institution,
        username,
        person: bank.person(institution, username, password)?,
        products,
        days_requested: call.number("options.transactions.days_requested", 90),
        webhook: call.maybe_text("options.webhook"),
        client_user_id: call.maybe_text("user_id"),
    };
    let token = bank.create_item(new).await?;
    Ok(Reply::empty().with("public_token", &token)?)
}

/// Answers `/sandbox/item/fire_webhook`.
pub async fn fire_webhook(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let access_token = call.text("access_token");
    let view = bank.item(access_token).await?;
    let first = view
        .accounts
        .first()
        .map(|account| account.id.clone())
        .unwrap_or_default();
    let new = call.number("options.new_transactions", 0);
    let event = match (
        call.get("webhook_type").map(|_| call.text("webhook_type")),
        call.text("webhook_code"),
    ) {
        (None | Some("TRANSACTIONS"), "DEFAULT_UPDATE") => Event::DefaultUpdate { new: new.into() },
        (None | Some("TRANSACTIONS"), "SYNC_UPDATES_AVAILABLE") => Event::SyncUpdatesAvailable,
        (None | Some("TRANSACTIONS"), "RECURRING_TRANSACTIONS_UPDATE") => {
            let account_ids = view
                .accounts
                .iter()
                .map(|account| account.id.clone())
                .collect();
            Event::RecurringTransactionsUpdate { account_ids }
        }
        (None | Some("ITEM"), "NEW_ACCOUNTS_AVAILABLE") => Event::NewAccountsAvailable,
        (None | Some("ITEM"), "LOGIN_REPAIRED") => Event::LoginRepaired,
        (None | Some("ITEM"), "PENDING_DISCONNECT") => Event::PendingDisconnect,
        (None | Some("ITEM"), "USER_PERMISSION_REVOKED") => Event::UserPermissionRevoked,
        (None | Some("ITEM"), "USER_ACCOUNT_REVOKED") => {
            Event::UserAccountRevoked { account_id: first }
        }
        (_, code) if OTHER_PRODUCTS.contains(&code) => {
            return Err(crate::bank::not_enabled("requested").into());
        }
        _ => {
            return Err(Refusal::invalid_field(
                "webhook_code is not supported with this webhook_type",
            )
            .into());
        }
    };
    bank.fire(access_token, event).await?;
    Ok(Reply::empty().with("webhook_fired", &true)?)
}

/// Webhook codes of products that this bank does not have.
const OTHER_PRODUCTS: [&str; 5] = [
    "SMS_MICRODEPOSITS_VERIFICATION",
    "AUTHORIZATION_GRANTED",
    "PRODUCT_READY",
    "ERROR",
    "DEFAULT_UPDATE",
];

/// Answers `/sandbox/item/reset_login`.
pub async fn reset_login(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    bank.reset_login(call.text("access_token")).await?;
    Ok(Reply::empty().with("reset_login", &true)?)
}

/// The fields that must be read digit by digit.
#[derive(Deserialize)]
struct Amounts<'a> {
    #[serde(borrow)]
    transactions: Vec<WithAmount<'a>>,
}

#[derive(Deserialize)]
struct WithAmount<'a> {
    #[serde(borrow)]
    amount: &'a RawValue,
}

/// Answers `/sandbox/transactions/create`.
pub async fn create_transactions(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let all = call
        .get("transactions")
        .and_then(serde_json::Value::as_array);
    let all = all.map_or(&[][..], Vec::as_slice);
    if all.len() > 10 {
        return Err(Refusal::invalid_field("The request contains too many transactions.").into());
    }
    let amounts: Amounts<'_> =
        serde_json::from_slice(call.raw()).map_err(|_| Refusal::from_code("INVALID_BODY"))?;
    let today = bank.clock().today();
    let mut rows = Vec::new();
    for (row, amount) in all.iter().zip(&amounts.transactions) {
        rows.push(custom_row(row, amount.amount.get(), today)?);
    }
    bank.create_rows(call.text("access_token"), rows).await?;
    Ok(Reply::empty())
}

fn custom_row(row: &serde_json::Value, amount: &str, today: Date) -> Result<CustomRow, Refusal> {
    let text = |name: &str| row.get(name).and_then(serde_json::Value::as_str);
    let day = |name: &str| text(name).and_then(|text| text.parse::<Date>().ok());
    let days = day("date_transacted").zip(day("date_posted"));
    let first = today.saturating_sub(14.days());
    let (date_transacted, date_posted) = days
        .filter(|(made, posted)| made <= posted && *made >= first && *posted <= today)
        .ok_or_else(|| {
            Refusal::invalid_field("Transaction and posted dates must be within the last 14 days. The posted date cannot be before the transaction date.")
        })?;
    let amount = amount
        .parse::<Decimal>()
        .or_else(|_| Decimal::from_scientific(amount))
        .map_err(|_| Refusal::invalid_field("transactions.amount must be a number"))?;
    Ok(CustomRow {
        date_transacted,
        date_posted,
        amount,
        description: text("description").unwrap_or_default().to_owned(),
        currency: text("iso_currency_code").unwrap_or("USD").to_owned(),
        account_id: text("account_id").map(str::to_owned),
    })
}
