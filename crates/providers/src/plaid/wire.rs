//! Plaid's JSON, as far as it is used. Responses are read leniently: Plaid adds fields and values without notice, so
//! unknown ones are ignored and enumerations stay text.
//!
//! Null can appear anywhere. A field is one of three: an `Option`; `or_empty`, where null or a missing field is the
//! empty text, list or object; or, without an attribute, part of the identity of its object, which cannot be read
//! without it. `nulls.rs` puts null into every place of every response.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::null::{or_empty, or_none};
use crate::number::Number;

#[derive(Serialize)]
pub(super) struct TokenRequest<'a> {
    pub access_token: &'a str,
}

#[derive(Serialize)]
pub(super) struct BalanceRequest<'a> {
    pub access_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<BalanceOptions>,
}

#[derive(Serialize)]
pub(super) struct BalanceOptions {
    /// ISO 8601 in whole seconds.
    pub min_last_updated_datetime: String,
}

#[derive(Serialize)]
pub(super) struct WebhookRequest<'a> {
    pub access_token: &'a str,
    /// Also sent when it is `None`, which clears the address.
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
    #[serde(default, deserialize_with = "or_empty")]
    pub item: Item,
    #[serde(default)]
    pub status: Option<ItemStatus>,
}

#[derive(Default, Deserialize)]
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

/// The error object, in responses and inside Items.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct ErrorBody {
    #[serde(default, deserialize_with = "or_empty")]
    pub error_type: String,
    #[serde(default, deserialize_with = "or_empty")]
    pub error_code: String,
    /// For developers; it is only logged.
    #[serde(default)]
    pub error_message: Option<String>,
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
    #[serde(default, deserialize_with = "or_empty")]
    pub accounts: Vec<Account>,
}

#[derive(Deserialize)]
pub(super) struct Account {
    pub account_id: String,
    #[serde(default, deserialize_with = "or_empty")]
    pub balances: Balances,
    #[serde(default)]
    pub mask: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub official_name: Option<String>,
    #[serde(rename = "type", default, deserialize_with = "or_empty")]
    pub kind: String,
    #[serde(default)]
    pub subtype: Option<String>,
    #[serde(default)]
    pub persistent_account_id: Option<String>,
}

#[derive(Default, Deserialize)]
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
    #[serde(default, deserialize_with = "or_empty")]
    pub transactions_update_status: String,
    /// Each account is parsed separately: an unreadable one describes no account, and is no reason to lose the rows.
    #[serde(default, deserialize_with = "or_empty")]
    pub accounts: Vec<Box<RawValue>>,
    /// Each row is parsed separately, so that an unreadable one does not affect the others, and twice: for the columns
    /// and for the details. Without the list, it is unknown what else exists.
    #[serde(default)]
    pub added: Option<Vec<Box<RawValue>>>,
    #[serde(default, deserialize_with = "or_empty")]
    pub modified: Vec<Box<RawValue>>,
    #[serde(default, deserialize_with = "or_empty")]
    pub removed: Vec<Box<RawValue>>,
    #[serde(default)]
    pub next_cursor: Option<String>,
    #[serde(default)]
    pub has_more: Option<bool>,
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
    #[serde(default)]
    pub date: Option<String>,
    #[serde(default)]
    pub authorized_date: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub original_description: Option<String>,
    #[serde(default)]
    pub merchant_name: Option<String>,
    #[serde(default, deserialize_with = "or_empty")]
    pub pending: bool,
    #[serde(default)]
    pub pending_transaction_id: Option<String>,
    #[serde(default)]
    pub personal_finance_category: Option<FinanceCategory>,
}

#[derive(Deserialize)]
pub(super) struct FinanceCategory {
    #[serde(default, deserialize_with = "or_empty")]
    pub primary: String,
    #[serde(default, deserialize_with = "or_empty")]
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

#[derive(Serialize)]
pub(super) struct SearchRequest<'a> {
    pub query: &'a str,
    pub products: [&'a str; 1],
    pub country_codes: &'a [String],
    pub options: InstitutionOptions,
}

#[derive(Deserialize)]
pub(super) struct SearchAnswer {
    #[serde(default, deserialize_with = "or_none")]
    pub institutions: Vec<FoundInstitution>,
}

/// A search result. Without an id it cannot be identified.
#[derive(Deserialize)]
pub(super) struct FoundInstitution {
    #[serde(default, deserialize_with = "or_empty")]
    pub institution_id: String,
    #[serde(default)]
    pub oauth: Option<bool>,
    #[serde(flatten)]
    pub institution: Institution,
}

#[derive(Deserialize)]
pub(super) struct InstitutionAnswer {
    pub institution: Institution,
}

#[derive(Deserialize)]
pub(super) struct Institution {
    pub name: String,
    #[serde(default)]
    pub logo: Option<String>,
    #[serde(default)]
    pub primary_color: Option<String>,
    #[serde(default)]
    pub url: Option<String>,
}
