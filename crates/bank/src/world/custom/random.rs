//! The person of an empty file: an ordinary one whom nobody else is, thrown from the text.

use jiff::civil::Date;

use crate::world::{Institution, SeedAccount, history};

/// Accounts and rows that the seed decides.
pub(super) fn accounts(institution: &Institution, seed: &str, today: Date) -> Vec<SeedAccount> {
    history::stranger(institution, seed, today).accounts
}
