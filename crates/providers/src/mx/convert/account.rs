//! Converts accounts.

use crate::mx::wire;
use crate::number::Number;
use domain::account::AccountKind;
use domain::feed::FeedAccount;
use domain::money::{Currency, Money};
use domain::text::one_line;

/// Converts an account.
pub(in crate::mx) fn account(it: wire::Account) -> FeedAccount {
    let kind = kind(&it.kind);
    let currency = Currency::from_codes(it.currency_code.as_deref(), None);
    // An impossible figure counts as unknown, but the account and its rows are kept. So does a figure without an
    // account type, because it could be money owed.
    let figure = |number: Option<&Number>, flipped: bool| {
        let number = number.filter(|_| !it.kind.is_empty())?;
        let value = if flipped { -number.value } else { number.value };
        Money::from_decimal(value, currency.clone())
            .inspect_err(|error| tracing::warn!(%error, "a balance cannot be read"))
            .ok()
    };
    let current = figure(it.balance.as_ref(), kind.is_debt());
    let available = if kind == AccountKind::Credit {
        it.available_credit
            .as_ref()
            .or(it.available_balance.as_ref())
    } else {
        it.available_balance.as_ref()
    };
    let finer = it
        .subtype
        .as_deref()
        .filter(|finer| !finer.trim().is_empty());
    let named = [it.name.as_deref(), it.nickname.as_deref()];
    let named = named
        .into_iter()
        .flatten()
        .find(|name| !name.trim().is_empty());
    FeedAccount {
        persistent_id: None,
        name: named.map(one_line).unwrap_or_default(),
        official_name: None,
        mask: it.account_number.as_deref().and_then(mask),
        kind,
        subtype: finer
            .or((!it.kind.is_empty()).then_some(&it.kind))
            .map(words),
        current_exact: current
            .as_ref()
            .and_then(|money| it.balance.as_ref()?.exact(money)),
        available: figure(available, false),
        limit: figure(it.credit_limit.as_ref(), false),
        current,
        provider_id: it.guid,
    }
}

fn kind(word: &str) -> AccountKind {
    match word {
        "CHECKING" | "SAVINGS" | "CASH" | "PREPAID" => AccountKind::Depository,
        "CREDIT_CARD" | "LINE_OF_CREDIT" | "CHECKING_LINE_OF_CREDIT" => AccountKind::Credit,
        "LOAN" | "MORTGAGE" => AccountKind::Loan,
        "INVESTMENT" => AccountKind::Investment,
        _ => AccountKind::Other,
    }
}

/// Returns a type code in words: "money market" for `MONEY_MARKET`, and common names such as "401k" for `PLAN_401_K`.
fn words(code: &str) -> String {
    match code {
        "PLAN_401_K" => "401k".to_owned(),
        "PLAN_403_B" => "403b".to_owned(),
        "PLAN_529" => "529".to_owned(),
        other => one_line(&other.to_lowercase().replace('_', " ")),
    }
}

/// Returns the last four digits of a number, which may come in full.
fn mask(number: &str) -> Option<String> {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_alphanumeric).collect();
    let last = digits.len().saturating_sub(4);
    (!digits.is_empty()).then(|| digits[last..].iter().collect())
}
