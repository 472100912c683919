//! Accounts, Items and transactions in Plaid's format. Required keys are always present; optional keys that must not be
//! null are left out instead.

use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::bank::{Refusal, wire_moment_of};
use crate::store::accounts::Account as BankAccount;
use crate::store::items::ItemRow;
use crate::store::rows::Row;
use crate::world;

/// Decimal text, written as a JSON number digit by digit.
pub struct Amount<'a>(&'a str);

impl Serialize for Amount<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.0.to_owned()).map_err(S::Error::custom)?;
        raw.serialize(to)
    }
}

/// Plaid's `AccountBase`.
#[derive(Serialize)]
pub struct Account<'a> {
    account_id: &'a str,
    balances: Balances<'a>,
    mask: &'a Option<String>,
    name: &'a str,
    official_name: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    persistent_account_id: &'a Option<String>,
    subtype: &'a Option<String>,
    #[serde(rename = "type")]
    kind: &'a str,
    holder_category: &'static str,
}

#[derive(Serialize)]
struct Balances<'a> {
    available: Option<Amount<'a>>,
    current: Option<Amount<'a>>,
    iso_currency_code: &'a Option<String>,
    limit: Option<Amount<'a>>,
    unofficial_currency_code: &'a Option<String>,
}

/// Returns accounts in Plaid's format.
pub fn accounts(all: &[BankAccount]) -> Vec<Account<'_>> {
    all.iter().map(account).collect()
}

fn account(account: &BankAccount) -> Account<'_> {
    let record = &account.record;
    Account {
        account_id: &account.id,
        balances: Balances {
            available: record.available.as_deref().map(Amount),
            current: record.current.as_deref().map(Amount),
            iso_currency_code: &record.iso_currency_code,
            limit: record.limit.as_deref().map(Amount),
            unofficial_currency_code: &record.unofficial_currency_code,
        },
        mask: &record.mask,
        name: &record.name,
        official_name: &record.official_name,
        persistent_account_id: &account.persistent_id,
        subtype: &record.subtype,
        kind: &record.kind,
        holder_category: "personal",
    }
}

/// Returns Plaid's `Item`, with the products it has consented to.
pub fn item(item: &ItemRow) -> Value {
    let institution = world::institution(&item.institution_id);
    let billed: Vec<String> = serde_json::from_str(&item.products).unwrap_or_default();
    let consented: Vec<String> = serde_json::from_str(&item.consented).unwrap_or_default();
    let all = institution.map_or(&[][..], |institution| institution.products);
    let available: Vec<&&str> = all
        .iter()
        .filter(|product| !billed.iter().any(|have| have == **product))
        .collect();
    json!({
        "item_id": item.id,
        "institution_id": item.institution_id,
        "institution_name": institution.map(|institution| institution.name),
        "webhook": item.webhook,
        "auth_method": null,
        "error": item.error.as_deref().map(|code| Refusal::from_code(code).object()),
        "available_products": available,
        "billed_products": billed,
        "products": billed,
        "consented_products": consented,
        "consent_expiration_time": item.consent_expires_at.map(wire_moment_of),
        "update_type": "background",
        "created_at": wire_moment_of(item.created_at),
        "consented_use_cases": [],
        "consented_data_scopes": if billed.iter().any(|product| product == "transactions") {
            json!(["account_balance_info", "transactions"])
        } else {
            json!(["account_balance_info"])
        },
    })
}

/// Returns Plaid's `ItemStatus`.
pub fn item_status(item: &ItemRow) -> Value {
    let updated_at = |moment: Option<i64>| {
        json!({
            "last_successful_update": moment.map(wire_moment_of),
            "last_failed_update": item.last_failure_at.map(wire_moment_of),
        })
    };
    let transactions = item.initial_at.map(|_| updated_at(item.last_update_at));
    // Investments do not change after the Item was created.
    let billed: Vec<String> = serde_json::from_str(&item.products).unwrap_or_default();
    let investments = billed
        .iter()
        .any(|product| product == "investments")
        .then(|| updated_at(Some(item.created_at)));
    let last_webhook = item
        .last_webhook_at
        .map(|at| json!({"sent_at": wire_moment_of(at), "code_sent": item.last_webhook_code}));
    json!({"investments": investments, "transactions": transactions, "last_webhook": last_webhook})
}

/// Plaid's `Transaction`.
#[derive(Serialize)]
pub struct Transaction<'a> {
    account_id: &'a str,
    account_owner: Option<&'a str>,
    amount: Amount<'a>,
    authorized_date: &'a str,
    authorized_datetime: Option<&'a str>,
    category: Option<&'a str>,
    category_id: Option<&'a str>,
    check_number: Option<&'a str>,
    counterparties: Value,
    date: &'a str,
    datetime: Option<&'a str>,
    iso_currency_code: &'a Option<String>,
    location: Value,
    logo_url: Option<&'a str>,
    merchant_entity_id: Option<&'a str>,
    merchant_name: &'a Option<String>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    original_description: Option<&'a str>,
    payment_channel: &'a str,
    payment_meta: Value,
    pending: bool,
    pending_transaction_id: &'a Option<String>,
    personal_finance_category: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    personal_finance_category_icon_url: Option<String>,
    transaction_code: Option<&'a str>,
    transaction_id: &'a str,
    transaction_type: &'static str,
    unofficial_currency_code: &'a Option<String>,
    website: Option<&'a str>,
}

/// The options of a call that lists transactions.
#[derive(Clone, Copy)]
pub struct Wish {
    /// Whether to include the bank's raw text.
    pub original_description: bool,
    /// Whether to use the second taxonomy of categories.
    pub second_taxonomy: bool,
}

/// Returns transactions in Plaid's format.
pub fn transactions(rows: &[Row], wish: Wish) -> Vec<Transaction<'_>> {
    rows.iter().map(|row| transaction(row, wish)).collect()
}

/// Returns Plaid's `RemovedTransaction` for each row.
pub fn removed(rows: &[Row]) -> Value {
    rows.iter()
        .map(|row| json!({"transaction_id": row.id, "account_id": row.account_id}))
        .collect()
}

fn transaction(row: &Row, wish: Wish) -> Transaction<'_> {
    let record = &row.record;
    Transaction {
        account_id: &row.account_id,
        account_owner: None,
        amount: Amount(&record.amount),
        authorized_date: &record.date_transacted,
        authorized_datetime: None,
        category: None,
        category_id: None,
        check_number: None,
        counterparties: counterparties(record.merchant.as_deref()),
        date: &row.date,
        datetime: None,
        iso_currency_code: &record.iso_currency_code,
        location: location(record.place.as_ref()),
        logo_url: None,
        merchant_entity_id: None,
        merchant_name: &record.merchant,
        name: record.merchant.as_deref().unwrap_or(&record.description),
        original_description: wish.original_description.then_some(&record.description),
        payment_channel: &record.payment_channel,
        payment_meta: payment_meta(),
        pending: row.pending,
        pending_transaction_id: &record.pending_transaction_id,
        personal_finance_category: record.category.as_ref().map(|(primary, detailed)| {
            json!({
                "primary": primary,
                "detailed": detailed,
                "confidence_level": if record.merchant.is_some() { "VERY_HIGH" } else { "LOW" },
                "version": if wish.second_taxonomy { "v2" } else { "v1" },
            })
        }),
        personal_finance_category_icon_url: record.category.as_ref().map(|(primary, _)| {
            format!("https://plaid-category-icons.plaid.com/PFC_{primary}.png")
        }),
        transaction_code: None,
        transaction_id: &row.id,
        transaction_type: match record.payment_channel.as_str() {
            "online" => "digital",
            "in store" => "place",
            _ => "unresolved",
        },
        unofficial_currency_code: &record.unofficial_currency_code,
        website: None,
    }
}

fn counterparties(merchant: Option<&str>) -> Value {
    merchant
        .map(|name| {
            json!({
                "name": name, "type": "merchant", "website": null, "logo_url": null, "entity_id": null,
                "confidence_level": "VERY_HIGH",
            })
        })
        .into_iter()
        .collect()
}

fn location(place: Option<&(String, String, String)>) -> Value {
    let part = |text: &String| {
        if text.is_empty() {
            Value::Null
        } else {
            text.as_str().into()
        }
    };
    let (city, region, country) = place.map_or((Value::Null, Value::Null, Value::Null), |place| {
        (part(&place.0), part(&place.1), part(&place.2))
    });
    json!({
        "address": null, "city": city, "region": region, "postal_code": null, "country": country,
        "lat": null, "lon": null, "store_number": null,
    })
}

fn payment_meta() -> Value {
    json!({
        "by_order_of": null, "payee": null, "payer": null, "payment_method": null,
        "payment_processor": null, "ppd_id": null, "reason": null, "reference_number": null,
    })
}
