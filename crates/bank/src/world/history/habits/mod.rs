//! What people do with money, and when.

mod ordinary;
mod personas;

pub(super) use ordinary::ORDINARY;
pub(super) use personas::{EARLY_WAGES, SMALL_BUSINESS, YOUNG_PROFESSIONAL};

use jiff::civil::{Date, Weekday};

use super::kind::Kind;
use super::purse::Purse;

/// Something that a person does again and again. Costs are in American cents, or in the account's own minor
/// units when its currency is not that of the country.
pub(in crate::world) struct Habit {
    pub key: &'static str,
    pub purse: Purse,
    pub kind: Kind,
    pub when: When,
    pub cost: (i64, i64),
}

/// When a habit comes round.
pub(in crate::world) enum When {
    /// On these days of the month, the last one where the month is shorter.
    Days(&'static [i8]),
    /// When wages are paid: twice a month, or once, by country.
    Payday,
    /// On one weekday of every week.
    Weekly(Weekday),
    /// On this day of these months.
    Months(&'static [i8], i8),
    /// With this chance in percent, on a working day and at the weekend.
    Chance(u64, u64),
}

impl When {
    /// Whether it can come round on that day; a chance is thrown by whoever asks.
    pub(in crate::world) fn matches(&self, day: Date, paid_twice: bool) -> bool {
        let is = |wanted: i8| day.day() == wanted.min(day.days_in_month());
        match self {
            Self::Days(days) => days.iter().any(|d| is(*d)),
            Self::Payday if paid_twice => is(15) || is(31),
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
