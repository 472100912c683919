//! Plaid's JSON, as far as it is used. Answers are read leniently: Plaid adds fields and values without
//! notice, so unknown ones are passed over and enumerations stay text.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::number::Number;

#[derive(Serialize)]
pub(super) struct TokenRequest<'a> {
    pub access_token: &'a str,
}

#[derive(Serialize)]
pub(super) struct WebhookRequest<'a> {
    pub access_token: &'a str,
    /// Sent also when there is none: that clears it.
    pub webhook: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct ExchangeRequest<'a> {
    pub public_token: &'a str,
}

#[derive(Deserialize)]
pub(super) struct ExchangeAnswer {
    pub access_token: String,
    pub item_id: String,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

#[derive(Deserialize)]
pub(super) struct ItemAnswer {
    pub item: Item,
    #[serde(default)]
    pub status: Option<ItemStatus>,
}

#[derive(Deserialize)]
pub(super) struct Item {
    #[serde(default)]
    pub institution_id: Option<String>,
    #[serde(default)]
    pub institution_name: Option<String>,
    #[serde(default)]
    pub error: Option<ErrorBody>,
    #[serde(default)]
    pub consent_expiration_time: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct ItemStatus {
    #[serde(default)]
    pub transactions: Option<ProductStatus>,
}

#[derive(Deserialize)]
pub(super) struct ProductStatus {
    #[serde(default)]
    pub last_successful_update: Option<String>,
}

/// The error object, in answers and inside items.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct ErrorBody {
    #[serde(default)]
    pub error_type: String,
    #[serde(default)]
    pub error_code: String,
    #[serde(default)]
    pub request_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct RequestId {
    #[serde(default)]
    pub request_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct AccountsAnswer {
    pub accounts: Vec<Account>,
}

#[derive(Deserialize)]
pub(super) struct Account {
    pub account_id: String,
    pub balances: Balances,
    #[serde(default)]
    pub mask: Option<String>,
    pub name: String,
    #[serde(default)]
    pub official_name: Option<String>,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub subtype: Option<String>,
    #[serde(default)]
    pub persistent_account_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Balances {
    #[serde(default)]
    pub available: Option<Number>,
    #[serde(default)]
    pub current: Option<Number>,
    #[serde(default)]
    pub limit: Option<Number>,
    #[serde(default)]
    pub iso_currency_code: Option<String>,
    #[serde(default)]
    pub unofficial_currency_code: Option<String>,
}

#[derive(Serialize)]
pub(super) struct SyncRequest<'a> {
    pub access_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<&'a str>,
    pub count: u32,
    pub options: SyncOptions,
}

#[derive(Serialize)]
pub(super) struct SyncOptions {
    pub include_original_description: bool,
}

#[derive(Deserialize)]
pub(super) struct SyncAnswer {
    pub transactions_update_status: String,
    #[serde(default)]
    pub accounts: Vec<Account>,
    /// Each row is read by itself, so that one that cannot be read stands alone, and twice: for what the ledger keeps in columns, and for all else.
    pub added: Vec<Box<RawValue>>,
    pub modified: Vec<Box<RawValue>>,
    pub removed: Vec<Box<RawValue>>,
    pub next_cursor: String,
    pub has_more: bool,
}

#[derive(Deserialize)]
pub(super) struct Removed {
    pub transaction_id: String,
}

#[derive(Deserialize)]
pub(super) struct Transaction {
    pub transaction_id: String,
    pub account_id: String,
    pub amount: Number,
    #[serde(default)]
    pub iso_currency_code: Option<String>,
    #[serde(default)]
    pub unofficial_currency_code: Option<String>,
    pub date: String,
    #[serde(default)]
    pub authorized_date: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub original_description: Option<String>,
    #[serde(default)]
    pub merchant_name: Option<String>,
    pub pending: bool,
    #[serde(default)]
    pub pending_transaction_id: Option<String>,
    #[serde(default)]
    pub personal_finance_category: Option<FinanceCategory>,
}

#[derive(Deserialize)]
pub(super) struct FinanceCategory {
    pub primary: String,
    pub detailed: String,
}

#[derive(Serialize)]
pub(super) struct InstitutionRequest<'a> {
    pub institution_id: &'a str,
    pub country_codes: &'a [String],
    pub options: InstitutionOptions,
}

#[derive(Serialize)]
pub(super) struct InstitutionOptions {
    pub include_optional_metadata: bool,
}

#[derive(Deserialize)]
pub(super) struct InstitutionAnswer {
    pub institution: Institution,
}

#[derive(Deserialize)]
pub(super) struct Institution {
    pub institution_id: String,
    pub name: String,
    #[serde(default)]
    pub logo: Option<String>,
    #[serde(default)]
    pub primary_color: Option<String>,
    #[serde(default)]
    pub url: Option<String>,
}
