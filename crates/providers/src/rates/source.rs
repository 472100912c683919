//! What Passbook needs of a source of exchange rates.

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::SignedDuration;

use domain::rate::{Pair, Quote, RateRefusal};

/// The way to one source. It keeps no count of its calls: whoever asks keeps within [`RateSource::allows`].
#[async_trait]
pub trait RateSource: Debug + Send + Sync {
    /// The word for it in the database, in settings and in [`Quote::source`].
    fn name(&self) -> &'static str;

    /// What people call it.
    fn title(&self) -> &'static str;

    /// How often it may be asked.
    fn allows(&self) -> Allowed;

    /// Whether it may know a pair. What it can never give is not asked, and refused as [`RateRefusal::NotOffered`].
    fn covers(&self, pair: &Pair) -> bool;

    /// Asks what a pair is worth now. A burst is waited out and asked once more, which is a second call.
    ///
    /// # Errors
    /// The source's refusal, by what follows from it. It holds nothing of the answer: sources repeat keys.
    async fn latest(&self, pair: &Pair) -> Result<Quote, RateRefusal>;
}

/// How often a source may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Calls in a day of UTC, for all pairs together; `None` where nobody counts.
    pub calls_a_day: Option<u32>,
    /// The least time between two fetches of one pair that can go on all day, if no other pair is asked for.
    pub every: SignedDuration,
}
