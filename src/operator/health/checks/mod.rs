//! The checks of this Passbook's setup, each with the remedy where something is wrong. The page and `passbook doctor`
//! share one list.
//!
//! To add a check, write a function that makes a [`Check`] from the [`Facts`] and name it in one of the lists below.
//! Checks that only `passbook doctor` can make are in `server::doctor`.

mod backups;
mod banks;
mod files;
mod keys;
mod machine;
mod reach;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use super::facts::Facts;
use crate::operator::view::Check;

pub(super) use keys::WITHOUT_ANSWER;

/// Returns the result of every check, the worst first.
#[must_use]
pub fn checks(facts: &Facts<'_>) -> Vec<Check> {
    let lists = [
        reach::checks(facts),
        keys::checks(facts),
        banks::checks(facts),
        files::checks(facts),
        backups::checks(facts),
        machine::checks(facts),
    ];
    let mut all: Vec<Check> = lists.into_iter().flatten().collect();
    worst_first(&mut all);
    all
}

/// Sorts checks: wrong first, good last.
pub fn worst_first(checks: &mut [Check]) {
    checks.sort_by_key(|check| Reverse(check.state.tone));
}
