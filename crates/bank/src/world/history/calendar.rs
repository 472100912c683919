//! Arithmetic with days, months and quarters.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// Adds days, which may be negative. Returns the same day at the limits of the calendar.
pub(in crate::world) fn plus(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}

/// Returns the number of months since the year 0.
pub(in crate::world) fn month_of(day: Date) -> i32 {
    i32::from(day.year()) * 12 + i32::from(day.month()) - 1
}

/// Returns a day of a counted month, or its last day if it is shorter.
pub(in crate::world) fn day_in(month: i32, day: i8) -> Option<Date> {
    let year = i16::try_from(month.div_euclid(12)).ok()?;
    let first = Date::new(year, i8::try_from(month.rem_euclid(12) + 1).ok()?, 1).ok()?;
    Date::new(year, first.month(), day.clamp(1, first.days_in_month())).ok()
}

/// Returns the first month of the quarter of a month.
pub(in crate::world) fn quarter_of(month: i32) -> i32 {
    month - month.rem_euclid(3)
}

/// Iterates over the days between two days, both included.
pub(in crate::world) fn days(from: Date, to: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(from), |day| day.tomorrow().ok()).take_while(move |day| *day <= to)
}

/// Whether banks are closed.
pub(in crate::world) fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Returns the same day, or the Friday before a weekend.
pub(in crate::world) fn working_day_before(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => plus(day, -1),
        Weekday::Sunday => plus(day, -2),
        _ => day,
    }
}
