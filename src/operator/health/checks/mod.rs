//! Whether what was set up will do, each with what to do where it will not. One list for the page and for
//! `passbook doctor`. To add a check, write a function that makes a [`Check`] of the [`Facts`] and name it in one of the
//! lists below. What only one of the two can look at, `server::doctor` adds itself.

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

/// What is found, the worst first.
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

/// Puts what is wrong first, then what may be, and what is good last.
pub fn worst_first(checks: &mut [Check]) {
    checks.sort_by_key(|check| Reverse(check.state.tone));
}
