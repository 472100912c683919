//! The interface of a source of exchange rates.

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::SignedDuration;

use domain::rate::{Pair, Quote, RateRefusal};

/// A client for one source. It does not count its calls: the caller keeps within [`RateSource::allows`].
#[async_trait]
pub trait RateSource: Debug + Send + Sync {
    /// Returns its name in the database, in settings and in [`Quote::source`].
    fn name(&self) -> &'static str;

    /// Returns its display name.
    fn title(&self) -> &'static str;

    /// Returns how often it may be asked.
    fn allows(&self) -> Allowed;

    /// Whether it may have a pair. A pair that it can never have is not asked for, and refused as
    /// [`RateRefusal::NotOffered`].
    fn covers(&self, pair: &Pair) -> bool;

    /// Fetches the current rate of a pair. After a burst it waits and asks once more, which is a second call.
    ///
    /// # Errors
    /// The source's refusal, classified by what follows from it. It contains nothing of the response, because sources
    /// repeat keys.
    async fn latest(&self, pair: &Pair) -> Result<Quote, RateRefusal>;
}

/// How often a source may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Calls in a UTC day, for all pairs together; `None` if there is no quota.
    pub calls_a_day: Option<u32>,
    /// The shortest time between two fetches of one pair that can be kept up all day, if no other pair is asked for.
    pub every: SignedDuration,
}
