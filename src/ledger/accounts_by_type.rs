//! Accounts by type, with what they add up to and what a net worth is made of.

use std::collections::BTreeMap;

use super::LedgerError;
use super::accounts::connections_with;
use super::format::figure;
use super::view::{AccountGroup, AccountRow, AccountsPage, Composition, Figure};
use crate::context::Ctx;
use domain::account::{Account, AccountKind};
use domain::money::{Currency, Money};
use domain::user::User;

/// Returns a person's accounts by type, and their banks.
pub async fn accounts(ctx: &Ctx, user: &User) -> Result<AccountsPage, LedgerError> {
    let all = ctx.store.accounts(&user.id).await?;
    let connections = connections_with(ctx, user, &all).await?;
    let current: Vec<&Account> = all.iter().map(|of| &of.account).collect();
    let linked = connections.iter().filter(|card| card.ended.is_none());
    let rows: Vec<AccountRow> = linked.flat_map(|card| card.accounts.clone()).collect();
    let groups = KINDS
        .into_iter()
        .filter_map(|kind| group(kind, &current, &rows));
    Ok(AccountsPage {
        groups: groups.collect(),
        hidden: ordered(&current, &rows, |account| account.own.hidden),
        composition: composition(&current),
        connections,
    })
}

/// Returns the rows of the wanted accounts in the person's order. Rows come bank by bank.
fn ordered(
    accounts: &[&Account],
    rows: &[AccountRow],
    wanted: impl Fn(&Account) -> bool,
) -> Vec<AccountRow> {
    let wanted = accounts.iter().filter(|account| wanted(account));
    wanted
        .filter_map(|account| rows.iter().find(|row| row.id == account.id.as_str()))
        .cloned()
        .collect()
}

/// Returns the listed accounts of a type; `None` if there are none.
fn group(kind: AccountKind, accounts: &[&Account], rows: &[AccountRow]) -> Option<AccountGroup> {
    let of_kind = |account: &Account| account.kind == kind && !account.own.hidden;
    let listed = ordered(accounts, rows, of_kind);
    let is_listed = |account: &&&Account| listed.iter().any(|row| row.id == account.id.as_str());
    let sums = sums(accounts.iter().filter(is_listed).copied());
    (!listed.is_empty()).then(|| AccountGroup {
        label: kind_heading(kind).to_owned(),
        sums,
        accounts: listed,
    })
}

/// The types in the order of the page.
const KINDS: [AccountKind; 5] = [
    AccountKind::Depository,
    AccountKind::Credit,
    AccountKind::Investment,
    AccountKind::Loan,
    AccountKind::Other,
];

fn kind_heading(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Depository => "Cash",
        AccountKind::Credit => "Credit cards",
        AccountKind::Investment => "Investments",
        AccountKind::Loan => "Loans",
        AccountKind::Other => "Other accounts",
    }
}

/// Adds up the balances of accounts that are still listed by their banks, by currency.
pub(super) fn sums<'a>(accounts: impl Iterator<Item = &'a Account>) -> Vec<Figure> {
    let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
    let open = accounts.filter(|account| account.closed_at.is_none());
    for money in open.filter_map(|account| account.current.as_ref()) {
        let sum = sums.entry(money.currency.clone()).or_default();
        *sum = sum.saturating_add(money.minor);
    }
    sums.remove(&Currency::Unknown);
    let figure = |(currency, minor)| figure(&Money::new(minor, currency));
    sums.into_iter().map(figure).collect()
}

/// Returns what the net worth is made of, for each currency in which there are several types of accounts.
pub(super) fn composition(accounts: &[&Account]) -> Vec<Composition> {
    let counted = accounts.iter().filter(|account| !account.own.left_out);
    let counted: Vec<&Account> = counted.copied().collect();
    let mut all: BTreeMap<String, Vec<(String, Figure)>> = BTreeMap::new();
    for kind in KINDS {
        for sum in sums(
            counted
                .iter()
                .filter(|account| account.kind == kind)
                .copied(),
        ) {
            let parts = all.entry(sum.currency.clone()).or_default();
            parts.push((kind_heading(kind).to_owned(), sum));
        }
    }
    let shares = |(currency, parts): (String, Vec<(String, Figure)>)| {
        let size = |figure: &Figure| i128::from(figure.minor).abs();
        let whole: i128 = parts.iter().map(|(_, sum)| size(sum)).sum();
        let share = |sum: &Figure| u32::try_from(size(sum) * 1000 / whole.max(1)).unwrap_or(0);
        (parts.len() > 1 && whole > 0).then(|| Composition {
            parts: parts
                .into_iter()
                .map(|(label, sum)| (label, sum.clone(), share(&sum)))
                .collect(),
            currency,
        })
    };
    let mut all: Vec<Composition> = all.into_iter().filter_map(shares).collect();
    all.sort_by_key(|of| {
        let worth: i128 = of
            .parts
            .iter()
            .map(|(_, sum, _)| i128::from(sum.minor))
            .sum();
        std::cmp::Reverse(worth)
    });
    all
}
