//! Computes net worth by currency, now and by day. Pure.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::format::{as_of, figure};
use super::view::{NetWorth, Point};
use domain::account::Account;
use domain::clock::Clock;
use domain::id::AccountId;
use domain::money::{Currency, Money};
use domain::wording;
use store::Snapshot;

/// The number of days over which the change is reported; fewer if the first day is later.
const CHANGE_DAYS: usize = 30;

/// Returns the net worth in each currency, the largest holding first. Accounts without a known currency or balance are
/// in no sum.
pub(super) fn net_worth(
    accounts: &[&Account],
    snapshots: &[Snapshot],
    closed: &HashMap<AccountId, Date>,
    clock: &Clock,
) -> Vec<NetWorth> {
    let today = clock.today();
    let mut balances: BTreeMap<Currency, Vec<i64>> = BTreeMap::new();
    let mut oldest: BTreeMap<Currency, &Account> = BTreeMap::new();
    for account in accounts
        .iter()
        .copied()
        .filter(|account| account.closed_at.is_none())
    {
        if let Some(Money { minor, currency }) = &account.current
            && *currency != Currency::Unknown
        {
            balances.entry(currency.clone()).or_default().push(*minor);
            if account.balance_as_of().is_some() {
                let older = oldest.entry(currency.clone()).or_insert(account);
                if account.current_at < older.current_at {
                    *older = account;
                }
            }
        }
    }
    let mut all: Vec<NetWorth> = balances
        .into_iter()
        .map(|(currency, balances)| {
            let line = line(&currency, snapshots, closed, today);
            let old = oldest.get(&currency).map(|account| as_of(clock, account));
            NetWorth {
                as_of: old.map_or_else(String::new, |old| format!("includes a balance {old}")),
                ..in_currency(&currency, &balances, line)
            }
        })
        .collect();
    all.sort_by_key(|worth| {
        std::cmp::Reverse(worth.assets.minor.saturating_sub(worth.debts.minor))
    });
    all
}

/// Returns the sum of the balances for each day since the first. A day without a snapshot carries the last one forward,
/// and an account stops counting on the day it was closed.
pub(super) fn line(
    currency: &Currency,
    snapshots: &[Snapshot],
    closed: &HashMap<AccountId, Date>,
    today: Date,
) -> Vec<Point> {
    let ours: Vec<&Snapshot> = snapshots
        .iter()
        .filter(|s| s.balance.currency == *currency)
        .collect();
    let Some(first) = ours.first().map(|s| s.day) else {
        return Vec::new();
    };
    let mut latest: HashMap<&AccountId, i64> = HashMap::new();
    let mut next = 0;
    let mut points = Vec::new();
    let mut day = first;
    while day <= today {
        while let Some(snapshot) = ours.get(next).filter(|s| s.day <= day) {
            latest.insert(&snapshot.account_id, snapshot.balance.minor);
            next += 1;
        }
        let counts = |id: &AccountId| closed.get(id).is_none_or(|closed| day < *closed);
        let sum = latest
            .iter()
            .filter(|(id, _)| counts(id))
            .fold(0_i64, |sum, (_, minor)| sum.saturating_add(*minor));
        points.push(point(day, &Money::new(sum, currency.clone())));
        match day.tomorrow() {
            Ok(tomorrow) => day = tomorrow,
            Err(_) => break,
        }
    }
    points
}

fn point(day: Date, money: &Money) -> Point {
    Point {
        date: day.to_string(),
        label: wording::day(day),
        figure: figure(money),
    }
}

fn in_currency(currency: &Currency, balances: &[i64], line: Vec<Point>) -> NetWorth {
    let sum = |wanted: fn(&i64) -> bool| {
        balances
            .iter()
            .copied()
            .filter(&wanted)
            .fold(0_i64, i64::saturating_add)
    };
    let of = |minor| figure(&Money::new(minor, currency.clone()));
    let (assets, debts) = (sum(|b| *b > 0), sum(|b| *b < 0));
    let total = assets.saturating_add(debts);
    let then = line
        .len()
        .checked_sub(1 + CHANGE_DAYS)
        .or((line.len() > 1).then_some(0));
    let change = then.map(|at| of(total.saturating_sub(line[at].figure.minor)));
    let change_since = match then {
        Some(at) if line.len() > CHANGE_DAYS => {
            debug_assert_eq!(at, line.len() - 1 - CHANGE_DAYS);
            format!("in the last {CHANGE_DAYS} days")
        }
        Some(at) => format!("since {}", line[at].label),
        None => String::new(),
    };
    NetWorth {
        total: of(total),
        assets: of(assets),
        debts: of(debts),
        as_of: String::new(),
        change,
        change_since,
        line,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn usd() -> Currency {
        Currency::from_codes(Some("USD"), None)
    }

    fn snapshot(account: &AccountId, day: Date, minor: i64) -> Snapshot {
        Snapshot {
            account_id: account.clone(),
            day,
            balance: Money::new(minor, usd()),
        }
    }

    fn minors(points: &[Point]) -> Vec<i64> {
        points.iter().map(|p| p.figure.minor).collect()
    }

    #[test]
    fn a_day_without_a_balance_carries_the_last_one() {
        let (a, b) = (AccountId::generate(), AccountId::generate());
        let snapshots = [
            snapshot(&a, date(2026, 11, 1), 100),
            snapshot(&b, date(2026, 11, 3), 50),
            snapshot(&a, date(2026, 11, 4), 70),
        ];
        let points = line(&usd(), &snapshots, &HashMap::new(), date(2026, 11, 5));
        assert_eq!(minors(&points), [100, 100, 150, 120, 120]);
    }

    #[test]
    fn a_closed_account_stops_counting() {
        let a = AccountId::generate();
        let closed = HashMap::from([(a.clone(), date(2026, 11, 3))]);
        let points = line(
            &usd(),
            &[snapshot(&a, date(2026, 11, 1), 100)],
            &closed,
            date(2026, 11, 4),
        );
        assert_eq!(minors(&points), [100, 100, 0, 0]);
    }

    #[test]
    fn the_change_is_told_since_the_first_day_until_there_are_thirty() {
        let a = AccountId::generate();
        let snapshots = [snapshot(&a, date(2026, 10, 1), 100)];
        let of = |today| {
            in_currency(
                &usd(),
                &[300, -50],
                line(&usd(), &snapshots, &HashMap::new(), today),
            )
        };
        assert_eq!(of(date(2026, 10, 1)).change, None);
        let early = of(date(2026, 10, 5));
        assert_eq!(
            (early.change.map(|f| f.minor), early.change_since.as_str()),
            (Some(150), "since 1 Oct 2026")
        );
        let later = of(date(2026, 11, 5));
        assert_eq!(
            (
                later.total.minor,
                later.debts.minor,
                later.change_since.as_str()
            ),
            (250, -50, "in the last 30 days")
        );
    }
}
