//! Evidence that the stored data is right: the activity log, the calls to banks, and comparisons with the bank.

mod activity;
mod calls;
mod check;
mod freshness;
pub mod view;

pub use activity::activity;
pub use calls::{calls, came_of_it};
pub(super) use freshness::freshness;

pub use check::{check, check_in_words, file_in_words};

use crate::context::Ctx;
use crate::ledger::format::in_words;

use view::Dated;

/// Parses a place in a growing list: the id of the entry just before it.
fn place(text: &str) -> Result<Option<i64>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse() {
            Ok(place) if place > 0 => Ok(Some(place)),
            _ => Err("This page is gone. Start from the first page."),
        },
    }
}

/// Formats a moment for a list by day: the time of day, with the exact time.
fn dated<T>(ctx: &Ctx, moment: jiff::Timestamp, entry: T) -> Dated<T> {
    let zoned = moment.to_zoned(ctx.clock.zone().clone());
    let time = zoned.strftime("%H:%M").to_string();
    Dated {
        date: zoned.date().to_string(),
        at: in_words(&ctx.clock, moment, time),
        entry,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_numbers_from_one_on() {
        assert_eq!(place(""), Ok(None));
        assert_eq!(place(" 17 "), Ok(Some(17)));
        for bad in ["0", "-1", "x", "99999999999999999999", "1 OR 1"] {
            assert!(place(bad).is_err(), "{bad}");
        }
    }
}
