//! Invariants of every generated history.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::civil::{Date, date};
use rust_decimal::Decimal;

use super::*;
use crate::world::{SeedTransaction, institution, institutions};

const TODAY: Date = date(2026, 11, 21);

fn platypus(today: Date) -> Profile {
    ordinary(institution("ins_109508").expect("listed"), today)
}

fn account<'a>(profile: &'a Profile, key: &str) -> &'a SeedAccount {
    profile
        .accounts
        .iter()
        .find(|a| a.key == key)
        .expect("the account is there")
}

fn same(a: &SeedTransaction, b: &SeedTransaction) -> bool {
    format!("{a:?}") == format!("{b:?}")
}

#[test]
fn the_same_day_gives_the_same_world() {
    for bank in institutions() {
        let (once, again) = (ordinary(bank, TODAY), ordinary(bank, TODAY));
        assert_eq!(format!("{once:?}"), format!("{again:?}"));
    }
}

#[test]
fn platypus_has_two_full_years() {
    let profile = platypus(TODAY);
    let rows: Vec<_> = profile
        .accounts
        .iter()
        .flat_map(|a| &a.transactions)
        .collect();
    assert!((1_200..=1_600).contains(&rows.len()), "{} rows", rows.len());
    let oldest = rows.iter().map(|r| r.date_transacted).min().expect("rows");
    assert!(
        oldest >= plus(TODAY, -730) && oldest < plus(TODAY, -720),
        "{oldest}"
    );
    for kind in [
        "REFUND",
        "ATM WITHDRAWAL",
        "INTEREST",
        "PAYROLL",
        "RENT",
        "FOREIGN TRANSACTION FEE",
    ] {
        assert!(
            rows.iter().any(|r| r.description.contains(kind)),
            "no {kind}"
        );
    }
    let foreign = rows
        .iter()
        .filter(|r| r.iso_currency_code.as_deref() != Some("USD"))
        .count();
    assert!(foreign >= 20, "{foreign} foreign rows");
    for name in ["salary", "music", "video", "rent"] {
        let times = rows
            .iter()
            .filter(|r| r.key.starts_with(&format!("{name}-")))
            .count();
        let wanted = if name == "salary" { 47..=49 } else { 23..=25 };
        assert!(wanted.contains(&times), "{name} {times} times");
    }
}

#[test]
fn transfers_have_both_legs() {
    let profile = platypus(TODAY);
    for (prefix, from, to) in [
        ("put-aside-", "everyday", "savings"),
        ("sweep-", "everyday", "savings"),
        ("card-payment-", "card", "everyday"),
        ("business-card-payment-", "business-card", "everyday"),
    ] {
        let legs = |key: &str| -> HashMap<String, Decimal> {
            let rows = account(&profile, key).transactions.iter();
            rows.filter(|r| r.key.starts_with(prefix))
                .map(|r| (r.key.clone(), r.amount))
                .collect()
        };
        let (out, into) = (legs(from), legs(to));
        assert!(out.len() >= 23, "{prefix} {} times", out.len());
        assert_eq!(out.len(), into.len());
        for (key, amount) in out {
            assert_eq!(into.get(&key), Some(&-amount), "{key}");
        }
    }
}

#[test]
fn rows_stay_as_they_are_when_the_day_moves_on() {
    for bank in institutions() {
        for step in [1, 15, 40] {
            let (now, later_day) = (ordinary(bank, TODAY), plus(TODAY, step));
            let later = ordinary(bank, later_day);
            let cut = plus(later_day, -730);
            for (old, new) in now.accounts.iter().zip(&later.accounts) {
                assert_eq!(old.key, new.key);
                let of_new: HashMap<_, _> = new.transactions.iter().map(|r| (&r.key, r)).collect();
                let kept: Vec<_> = old
                    .transactions
                    .iter()
                    .filter(|r| r.date_transacted >= cut)
                    .collect();
                for row in &kept {
                    let found = of_new.get(&row.key);
                    assert!(
                        found.is_some_and(|f| same(f, row)),
                        "{} {} {row:?}",
                        bank.id,
                        old.key
                    );
                }
                let overlap = new
                    .transactions
                    .iter()
                    .filter(|r| r.date_transacted <= TODAY)
                    .count();
                assert_eq!(
                    overlap,
                    kept.len(),
                    "{} {}: rows appeared in the past",
                    bank.id,
                    old.key
                );
            }
        }
    }
}

/// Returns the effect of a row on an account's balance, with Plaid's sign.
fn effect(row: &SeedTransaction, account: &SeedAccount) -> Decimal {
    let code = |iso: &Option<String>, other: &Option<String>| iso.clone().or(other.clone());
    let from = code(&row.iso_currency_code, &row.unofficial_currency_code).expect("a currency");
    let to = code(
        &account.iso_currency_code,
        &account.unofficial_currency_code,
    )
    .expect("a currency");
    let amount = travel::converted(row.amount, &from, &to);
    if matches!(account.kind.as_str(), "credit" | "loan") {
        amount
    } else {
        -amount
    }
}

#[test]
fn balances_move_by_exactly_what_is_posted() {
    for bank in institutions() {
        let (before, after) = (plus(TODAY, -64), TODAY);
        let (old, new) = (ordinary(bank, before), ordinary(bank, after));
        for (old, new) in old.accounts.iter().zip(&new.accounts) {
            if old.kind == "investment" {
                continue;
            }
            let posted: Decimal = new
                .transactions
                .iter()
                .filter(|r| r.date_posted > before && r.date_posted <= after)
                .map(|r| effect(r, new))
                .sum();
            assert_eq!(
                old.current.expect("a balance") + posted,
                new.current.expect("a balance"),
                "{} {}",
                bank.id,
                new.key
            );
        }
    }
}

#[test]
fn balances_stay_plausible_on_every_day() {
    for bank in institutions() {
        let profile = ordinary(bank, TODAY);
        for account in &profile.accounts {
            let mut balance = account.current.expect("a balance");
            let mut posted: Vec<_> = account
                .transactions
                .iter()
                .filter(|r| r.date_posted <= TODAY)
                .collect();
            posted.sort_by_key(|r| std::cmp::Reverse(r.date_posted));
            let mut day = TODAY;
            for row in posted {
                if row.date_posted != day {
                    let bound = account.limit.unwrap_or(Decimal::from(100_000_000));
                    assert!(
                        balance >= Decimal::ZERO && balance <= bound,
                        "{} {} {balance} on {day}",
                        bank.name,
                        account.key
                    );
                    day = row.date_posted;
                }
                balance -= effect(row, account);
            }
        }
    }
}

#[test]
fn available_follows_from_the_rest() {
    let profile = platypus(TODAY);
    for account in &profile.accounts {
        let current = account.current.expect("a balance");
        match account.kind.as_str() {
            "credit" => assert_eq!(
                account.available,
                account.limit.map(|limit| limit - current)
            ),
            "depository" if account.subtype.as_deref() != Some("cd") => {
                let available = account.available.expect("an available balance");
                assert!(available <= current && available > Decimal::ZERO);
            }
            _ => assert_eq!(account.available, None),
        }
    }
}

#[test]
fn something_is_pending_every_day_for_one_to_four_days() {
    for step in 0..60 {
        let today = plus(TODAY, step);
        let profile = platypus(today);
        let pending: Vec<_> = profile
            .accounts
            .iter()
            .flat_map(|a| &a.transactions)
            .filter(|r| r.date_posted > today)
            .collect();
        assert!(
            (1..=20).contains(&pending.len()),
            "{} pending on {today}",
            pending.len()
        );
        assert!(
            pending
                .iter()
                .all(|r| r.date_posted <= plus(today, 4) && r.date_transacted <= today)
        );
    }
}

#[test]
fn keys_are_unique_and_rows_are_in_order() {
    for bank in institutions() {
        let profile = ordinary(bank, TODAY);
        let accounts: HashSet<_> = profile.accounts.iter().map(|a| &a.key).collect();
        assert_eq!(accounts.len(), profile.accounts.len());
        for account in &profile.accounts {
            let keys: HashSet<_> = account.transactions.iter().map(|r| &r.key).collect();
            assert_eq!(
                keys.len(),
                account.transactions.len(),
                "{} {}",
                bank.id,
                account.key
            );
            assert!(account.transactions.is_sorted_by_key(|r| r.date_transacted));
            assert!(account.kind != "investment" || account.transactions.is_empty());
        }
    }
}

#[test]
fn every_type_and_many_currencies_occur() {
    let types: BTreeSet<_> = platypus(TODAY)
        .accounts
        .into_iter()
        .map(|a| a.kind)
        .collect();
    assert_eq!(
        types.into_iter().collect::<Vec<_>>(),
        ["credit", "depository", "investment", "loan", "other"]
    );
    let all: Vec<_> = institutions()
        .iter()
        .flat_map(|b| ordinary(b, TODAY).accounts)
        .collect();
    let iso: BTreeSet<_> = all
        .iter()
        .filter_map(|a| a.iso_currency_code.as_deref())
        .collect();
    assert_eq!(
        iso.into_iter().collect::<Vec<_>>(),
        ["CAD", "EUR", "GBP", "JPY", "SEK", "USD"]
    );
    assert!(all.iter().any(
        |a| a.unofficial_currency_code.as_deref() == Some("BTC") && !a.transactions.is_empty()
    ));
    assert!(all.iter().any(|a| {
        a.current
            .is_some_and(|c| c.normalize().scale() > 2 && a.kind == "investment")
    }));
    for row in all.iter().flat_map(|a| &a.transactions) {
        assert!(row.iso_currency_code.is_some() != row.unofficial_currency_code.is_some());
        let (primary, detailed) = row.category.expect("a category");
        assert!(detailed.starts_with(&format!("{primary}_")));
        if row.iso_currency_code.as_deref() == Some("JPY") {
            assert_eq!(row.amount.normalize().scale(), 0, "{row:?}");
        }
    }
}

#[test]
fn a_dynamic_history_has_fifty_rows() {
    for step in 0..40 {
        let today = plus(TODAY, step);
        let profile = dynamic(institution("ins_109508").expect("listed"), today);
        let rows: Vec<_> = profile
            .accounts
            .iter()
            .flat_map(|a| &a.transactions)
            .collect();
        assert_eq!(rows.len(), 50);
        assert!(profile.dynamic);
        assert!(
            rows.iter().any(|r| r.date_posted > today),
            "nothing pending on {today}"
        );
        assert!(
            rows.iter().any(|r| r.date_transacted < plus(today, -150)),
            "no six months"
        );
    }
}

#[test]
fn personas_have_three_months() {
    let bank = institution("ins_109508").expect("listed");
    for who in [
        Persona::YoungProfessional,
        Persona::SmallBusiness,
        Persona::EarlyWages,
    ] {
        let profile = persona(bank, who, TODAY);
        let rows: Vec<_> = profile
            .accounts
            .iter()
            .flat_map(|a| &a.transactions)
            .collect();
        assert!(rows.len() > 60, "{who:?} has {}", rows.len());
        assert!(rows.iter().all(|r| r.date_transacted >= plus(TODAY, -92)));
        let lowest = profile.accounts.iter().filter_map(|a| a.available).min();
        assert!(lowest > Some(Decimal::ZERO), "{who:?}");
    }
}
