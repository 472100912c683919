//! Usage of a provider's rate limits.

use jiff::SignedDuration;

use super::id::ConnectionId;

/// The code of a call that was not made because it would have come too close to a provider's limit
/// ([`Reason::HeldBack`](super::problem::Reason::HeldBack)). It says nothing about the bank and does not count as a
/// failure.
pub const HELD_BACK: &str = "OWN_RATE_LIMIT";

/// A limit and its current usage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The API path.
    pub endpoint: &'static str,
    /// What the call does, in words.
    pub asks: &'static str,
    /// Whether the limit is for calls that begin without a cursor.
    pub from_the_beginning: bool,
    /// The connection whose calls are counted; `None` if all calls count together.
    pub connection: Option<ConnectionId>,
    /// The length of the window in which calls are counted.
    pub per: SignedDuration,
    /// Calls in the last window.
    pub used: u32,
    /// Our own limit per window.
    pub ours: u32,
    /// The provider's limit per window.
    pub limit: u32,
    /// Whether calls above our limit are held back. They are not with the built-in bank, which has no limits.
    pub enforced: bool,
}
