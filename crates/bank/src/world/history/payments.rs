//! Settles accounts, so that no balance drifts away over the years.
//!
//! The net change of an account in a month (or a quarter) is reversed in full soon after it: checking pays off the
//! card, the rest of checking goes to savings, and the gains of savings are invested. A balance is therefore its
//! opening plus the rows since the last settled month. Neither a balance nor a row depends on how far back the history
//! is cut.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Life;
use super::accounts::Purse;
use super::calendar::{day_in, month_of, quarter_of};
use super::kind::Kind;
use super::rows::Row;

/// How one account is settled.
struct Settlement {
    purse: Purse,
    /// The other account of the transfer. `None` means an account outside this bank.
    against: Option<Purse>,
    /// The number of months settled together: 1 or 3.
    months: i32,
    /// The day of the following month.
    day: i8,
    key: &'static str,
    /// The bank's descriptions on the account itself and on the other one.
    words: (&'static str, &'static str),
    kinds: (Kind, Kind),
}

/// The order matters: an account is settled after all accounts that are settled against it.
const SETTLEMENTS: &[Settlement] = &[
    Settlement {
        purse: Purse::Card,
        against: Some(Purse::Everyday),
        months: 1,
        day: 27,
        key: "card-payment",
        words: ("AUTOMATIC PAYMENT THANK YOU", "CREDIT CARD AUTOPAY"),
        kinds: (Kind::CardPayment, Kind::CardPayment),
    },
    Settlement {
        purse: Purse::BusinessCard,
        against: Some(Purse::Everyday),
        months: 1,
        day: 28,
        key: "business-card-payment",
        words: ("PAYMENT RECEIVED THANK YOU", "BUSINESS CARD AUTOPAY"),
        kinds: (Kind::CardPayment, Kind::CardPayment),
    },
    Settlement {
        purse: Purse::MoneyMarket,
        against: Some(Purse::Savings),
        months: 1,
        day: 2,
        key: "money-market-sweep",
        words: ("TRANSFER TO SAVINGS", "TRANSFER FROM MONEY MARKET"),
        kinds: (Kind::MoveOut, Kind::MoveIn),
    },
    Settlement {
        purse: Purse::Everyday,
        against: Some(Purse::Savings),
        months: 1,
        day: 1,
        key: "sweep",
        words: (
            "MONTH-END SWEEP TO SAVINGS",
            "MONTH-END SWEEP FROM CHECKING",
        ),
        kinds: (Kind::MoveOut, Kind::MoveIn),
    },
    Settlement {
        purse: Purse::Savings,
        against: None,
        months: 3,
        day: 8,
        key: "invest",
        words: ("TRANSFER TO INVESTMENTS", ""),
        kinds: (Kind::Invest, Kind::Invest),
    },
    Settlement {
        purse: Purse::Health,
        against: None,
        months: 3,
        day: 6,
        key: "hsa-invest",
        words: ("HSA INVESTMENT SWEEP", ""),
        kinds: (Kind::Invest, Kind::Invest),
    },
    Settlement {
        purse: Purse::Yen,
        against: None,
        months: 1,
        day: 4,
        key: "yen-out",
        words: ("OVERSEAS REMITTANCE", ""),
        kinds: (Kind::MoveOut, Kind::MoveOut),
    },
    Settlement {
        purse: Purse::Bitcoin,
        against: None,
        months: 3,
        day: 9,
        key: "cold-storage",
        words: ("MOVED TO COLD STORAGE", ""),
        kinds: (Kind::MoveOut, Kind::MoveOut),
    },
];

/// The monthly transfer to savings: day of the month, and amount in US cents.
const PUT_ASIDE: (i8, i64) = (3, 45_000);

/// Adds the transfers between a person's accounts to the rows of the habits.
pub(super) fn add_transfers(life: &Life<'_>, rows: &mut Vec<Row>, from: Date, today: Date) {
    put_aside(life, rows, from, today);
    for settlement in SETTLEMENTS {
        if !life.purses.contains(&settlement.purse) {
            continue;
        }
        let first = month_of(from);
        for month in (first..=month_of(today)).step_by(settlement.months.unsigned_abs() as usize) {
            let due = day_in(month + settlement.months, settlement.day);
            if let Some(day) = due.filter(|day| *day <= today) {
                one(life, settlement, rows, month, day);
            }
        }
    }
}

/// Settles the months that begin with `month`.
fn one(life: &Life<'_>, by: &Settlement, rows: &mut Vec<Row>, month: i32, day: Date) {
    let last = month + by.months - 1;
    let sum: Decimal = rows
        .iter()
        .filter(|row| row.purse == by.purse && (month..=last).contains(&row.month))
        .map(|row| row.effect)
        .sum();
    if sum.is_zero() {
        return;
    }
    let currency = by.purse.describe(life.locale).currency;
    let mut own = Row::plain(
        by.purse,
        by.kinds.0,
        (by.key, day),
        (-sum, currency),
        by.words.0,
    );
    own.month = last;
    rows.push(own);
    if let Some(other) = by.against.filter(|other| life.purses.contains(other)) {
        rows.push(Row::plain(
            other,
            by.kinds.1,
            (by.key, day),
            (sum, currency),
            by.words.1,
        ));
    }
}

fn put_aside(life: &Life<'_>, rows: &mut Vec<Row>, from: Date, today: Date) {
    let both = [Purse::Everyday, Purse::Savings];
    if !both.iter().all(|purse| life.purses.contains(purse)) {
        return;
    }
    let (day, cents) = PUT_ASIDE;
    let amount = Decimal::new(cents * life.locale.scale / 100, 2);
    for day in (month_of(from)..=month_of(today)).filter_map(|month| day_in(month, day)) {
        if day > today {
            continue;
        }
        let legs = [
            (
                Purse::Everyday,
                Kind::MoveOut,
                amount,
                "TRANSFER TO SAVINGS",
            ),
            (
                Purse::Savings,
                Kind::MoveIn,
                -amount,
                "TRANSFER FROM CHECKING",
            ),
        ];
        rows.extend(legs.map(|(purse, kind, amount, words)| {
            Row::plain(
                purse,
                kind,
                ("put-aside", day),
                (amount, life.locale.currency),
                words,
            )
        }));
    }
}

/// Returns the first month from which all rows of an account are known and all settlements cover whole months.
pub(super) fn first_whole_month(from: Date) -> i32 {
    // The quarter after next: its first sweep settles a month whose card payment covers a whole month.
    quarter_of(month_of(from)) + 6
}
