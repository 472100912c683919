//! The format of a `user_custom` file. Amounts stay text until they are parsed as decimals.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The literal text of a number.
pub(super) type Written = Box<RawValue>;

#[derive(Deserialize)]
pub(super) struct File {
    pub seed: Option<String>,
    pub override_accounts: Option<Vec<Account>>,
    pub mfa: Option<Mfa>,
    pub recaptcha: Option<String>,
    pub force_error: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Mfa {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub question_rounds: Option<u8>,
    pub questions_per_round: Option<u8>,
    pub selection_rounds: Option<u8>,
    pub selections_per_question: Option<u8>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Account {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub subtype: Option<String>,
    pub starting_balance: Option<Written>,
    pub force_available_balance: Option<Written>,
    pub has_null_available_balance: Option<bool>,
    pub currency: Option<String>,
    pub meta: Option<Meta>,
    pub numbers: Option<Numbers>,
    pub transactions: Option<Vec<Transaction>>,
    pub inflow_model: Option<Inflow>,
    pub liability: Option<Liability>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Meta {
    pub name: Option<String>,
    pub official_name: Option<String>,
    pub limit: Option<Written>,
    pub mask: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Numbers {
    pub account: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Transaction {
    pub date_transacted: Option<String>,
    pub date_posted: Option<String>,
    pub amount: Option<Written>,
    pub description: Option<String>,
    pub currency: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Inflow {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub income_amount: Option<Written>,
    /// A number from 1 to 28, or `"last"`.
    pub payment_day_of_month: Option<Written>,
    pub transaction_name: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Liability {
    pub purchase_apr: Option<Written>,
    pub principal: Option<Written>,
    pub nominal_apr: Option<Written>,
}
