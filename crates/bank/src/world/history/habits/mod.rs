//! The habits of people: what they earn and spend, and when.

mod ordinary;
mod personas;

pub(super) use ordinary::ORDINARY;
pub(super) use personas::{EARLY_WAGES, SMALL_BUSINESS, YOUNG_PROFESSIONAL};

use jiff::civil::{Date, Weekday};

use super::accounts::Purse;
use super::kind::Kind;

/// A recurring income or expense. Costs are in US cents, or in the account's own minor units if its currency is not
/// that of the country.
pub(in crate::world) struct Habit {
    pub key: &'static str,
    pub purse: Purse,
    pub kind: Kind,
    pub when: When,
    pub cost: (i64, i64),
}

/// When a habit recurs.
pub(in crate::world) enum When {
    /// On these days of the month, or the last day of a shorter month.
    Days(&'static [i8]),
    /// On paydays: once or twice a month, depending on the country.
    Payday,
    /// On one weekday of every week.
    Weekly(Weekday),
    /// On this day of these months.
    Months(&'static [i8], i8),
    /// With this chance in percent, on working days and at weekends.
    Chance(u64, u64),
}

impl When {
    /// Whether it can recur on a day. Chances are drawn by the caller.
    pub(in crate::world) fn matches(&self, day: Date, paid_twice_a_month: bool) -> bool {
        let is = |wanted: i8| day.day() == wanted.min(day.days_in_month());
        match self {
            Self::Days(days) => days.iter().any(|d| is(*d)),
            Self::Payday if paid_twice_a_month => is(15) || is(31),
            Self::Payday => is(25),
            Self::Weekly(weekday) => day.weekday() == *weekday,
            Self::Months(months, wanted) => months.contains(&day.month()) && is(*wanted),
            Self::Chance(..) => true,
        }
    }
}

const fn habit(
    key: &'static str,
    purse: Purse,
    kind: Kind,
    when: When,
    low: i64,
    high: i64,
) -> Habit {
    Habit {
        key,
        purse,
        kind,
        when,
        cost: (low, high),
    }
}
