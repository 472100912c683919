//! The JSON of what a person has: accounts, transactions, connections and jobs.

mod accounts;
mod connections;
mod jobs;
mod transactions;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use domain::money::{Currency, Money};

pub use accounts::AccountJson;
pub use connections::{ConnectionJson, StandingJson};
pub use jobs::{JobJson, JobStatus, RunJson};
pub use transactions::TransactionJson;

/// Formats an amount as a decimal: `-1204.90`.
fn decimal(money: &Money) -> String {
    money.to_decimal().to_string()
}

fn code(currency: &Currency) -> Option<String> {
    Some(currency.code())
        .filter(|code| !code.is_empty())
        .map(str::to_owned)
}

/// Formats a time in RFC 3339, in UTC.
pub(super) fn time(moment: Timestamp) -> String {
    moment.to_string()
}

/// Deserializes a field that is present; `null` clears it, as an empty value does.
pub fn present<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Some(Option::<T>::deserialize(from)?.unwrap_or_default()))
}
