//! The accounts of `user_transactions_dynamic`: fifty rows over six months, pending and posted.

use jiff::civil::Date;

use super::{Life, habits, locale_of};
use crate::world::history::accounts::Purse;
use crate::world::{Institution, Profile};

/// The initial number of rows, as in Plaid's Sandbox.
const ROWS: usize = 50;
/// How many of them are the newest rows. The others are preferably recurring ones.
const NEWEST: usize = 24;
/// The recurring habits.
const RECURRING: [&str; 4] = ["salary", "rent", "music", "video"];

/// Returns two accounts whose transactions change at every refresh.
pub(in crate::world) fn dynamic(institution: &Institution, today: Date) -> Profile {
    let life = Life {
        seed: format!("{} dynamic", institution.id),
        locale: locale_of(institution),
        purses: &[Purse::Everyday, Purse::Card],
        habits: habits::ORDINARY,
        density: 100,
        travels: false,
        days: 183,
    };
    let mut profile = life.until(today);
    let mut newest_first: Vec<_> = profile
        .accounts
        .iter()
        .flat_map(|account| account.transactions.iter().map(move |row| (account, row)))
        .map(|(account, row)| (row.date_transacted, account.key.clone(), row.key.clone()))
        .collect();
    newest_first.sort_by(|a, b| b.cmp(a));
    let older = newest_first.split_off(NEWEST.min(newest_first.len()));
    let recurs = |key: &str| RECURRING.iter().any(|name| key.starts_with(name));
    let (first, rest): (Vec<_>, Vec<_>) = older.into_iter().partition(|(.., key)| recurs(key));
    newest_first.extend(
        first
            .into_iter()
            .chain(rest)
            .take(ROWS - newest_first.len()),
    );
    for account in &mut profile.accounts {
        let key = account.key.clone();
        account.transactions.retain(|row| {
            newest_first
                .iter()
                .any(|(_, whose, which)| *whose == key && *which == row.key)
        });
    }
    profile.dynamic = true;
    profile
}
