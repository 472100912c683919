//! The JSON of accounts.

use serde::Serialize;
use utoipa::ToSchema;

use super::{code, decimal, time};
use crate::ledger::records::AccountRecord;
use domain::account::AccountKind;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountJson {
    #[schema(min_length = 26, max_length = 26)]
    id: String,
    connection_id: String,
    institution: String,
    /// The bank's name for the account.
    name: String,
    /// The person's own values.
    own: OwnAccountJson,
    official_name: Option<String>,
    /// The last digits of the account number.
    mask: Option<String>,
    kind: AccountKindJson,
    /// The provider's more specific type.
    subtype: Option<String>,
    balances: BalancesJson,
    /// When the bank stopped listing it; null while it does.
    #[schema(format = DateTime)]
    closed_at: Option<String>,
}

/// What a person says of an account. No sync changes it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnAccount)]
pub struct OwnAccountJson {
    /// The person's name for it.
    name: Option<String>,
    /// Whether lists of accounts leave it out.
    hidden: bool,
    /// Whether it is left out of net worth.
    left_out: bool,
}

/// The type of an account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountKind)]
#[serde(rename_all = "lowercase")]
pub enum AccountKindJson {
    /// Checking, savings and similar accounts.
    Depository,
    /// Credit cards and credit lines: the balance is owed, and negative.
    Credit,
    /// Loans and mortgages: the balance is owed, and negative.
    Loan,
    /// Securities and pensions.
    Investment,
    /// Anything else.
    Other,
}

/// Balances as the bank reports them. What is owed is negative.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Balances)]
pub struct BalancesJson {
    /// The last balance that the bank reported; null when it never reported one.
    #[schema(example = "-1204.90")]
    current: Option<String>,
    /// The amount that can be spent.
    available: Option<String>,
    /// The credit limit or overdraft.
    limit: Option<String>,
    /// The currency in ISO 4217, or the provider's code; null when unknown.
    #[schema(example = "USD")]
    currency: Option<String>,
    /// The bank's exact figure, if it has more decimals than the currency.
    exact: Option<String>,
    /// When `current` was read. It is earlier than `read_at` while the bank does not report it.
    #[schema(format = DateTime)]
    current_at: Option<String>,
    /// When the balances were last read.
    #[schema(format = DateTime)]
    read_at: String,
}

impl From<AccountRecord> for AccountJson {
    fn from(record: AccountRecord) -> Self {
        let account = record.account;
        let known = [&account.current, &account.available, &account.limit];
        let currency = known.into_iter().flatten().next();
        Self {
            id: account.id.to_string(),
            connection_id: account.connection_id.to_string(),
            institution: record.institution_name,
            balances: BalancesJson {
                currency: currency.and_then(|money| code(&money.currency)),
                current: account.current.as_ref().map(decimal),
                available: account.available.as_ref().map(decimal),
                limit: account.limit.as_ref().map(decimal),
                exact: account.current_exact,
                current_at: account.current_at.map(time),
                read_at: time(account.balance_at),
            },
            name: account.name,
            own: OwnAccountJson {
                name: account.own.name,
                hidden: account.own.hidden,
                left_out: account.own.left_out,
            },
            official_name: account.official_name,
            mask: account.mask,
            kind: match account.kind {
                AccountKind::Depository => AccountKindJson::Depository,
                AccountKind::Credit => AccountKindJson::Credit,
                AccountKind::Loan => AccountKindJson::Loan,
                AccountKind::Investment => AccountKindJson::Investment,
                AccountKind::Other => AccountKindJson::Other,
            },
            subtype: account.subtype,
            closed_at: account.closed_at.map(time),
        }
    }
}
