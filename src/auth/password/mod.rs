//! Passwords: what makes one too weak, and its hash.

mod hashing;
mod passphrase;
mod weakness;
mod well_known;

pub use hashing::{hash, verify};
pub use weakness::SHORTEST;
pub(super) use weakness::{weakness, words_about};
