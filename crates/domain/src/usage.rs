//! How much is used of what a provider allows.

use jiff::SignedDuration;

use super::id::ConnectionId;

/// The code of a call that was not made because we would have come too near to a provider's limit
/// ([`Reason::HeldBack`](super::problem::Reason::HeldBack)). It says nothing about the bank, and is no failure.
pub const HELD_BACK: &str = "OWN_RATE_LIMIT";

/// One limit and how much of it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The path.
    pub endpoint: &'static str,
    /// What it asks, in words.
    pub asks: &'static str,
    /// Whether it is the limit of calls that begin without a cursor.
    pub from_the_beginning: bool,
    /// The connection whose calls are counted; `None` for all of ours together.
    pub connection: Option<ConnectionId>,
    /// In how long the calls are counted.
    pub per: SignedDuration,
    /// Calls in the last while of that length.
    pub used: u32,
    /// How many we allow ourselves.
    pub ours: u32,
    /// How many the provider allows.
    pub limit: u32,
    /// Whether calls beyond are held back: not with the built-in bank, which has no limits.
    pub enforced: bool,
}
