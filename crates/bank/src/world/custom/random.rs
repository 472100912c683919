//! The person of an empty file: an ordinary one, unique to the file's seed.

use jiff::civil::Date;

use crate::world::{Institution, SeedAccount, history};

/// Returns accounts and transactions that depend only on the seed and the institution.
pub(super) fn accounts(institution: &Institution, seed: &str, today: Date) -> Vec<SeedAccount> {
    history::stranger(institution, seed, today).accounts
}
