//! Exchange rates: fetched in turn from sources that each give only so many, kept, read, and told to those who wait
//! for the next one.

mod fetch;
mod pause;
mod read;
mod tick;

pub use fetch::fetch;
pub use read::{
    Page, Rows, Span, left_today, line, newest, old_after, page, refusing, rows, standings,
};
pub use tick::{end, tick};

use jiff::Timestamp;

use crate::context::Ctx;
use domain::rate::Pair;

/// Why there is no rate.
#[derive(Debug, thiserror::Error)]
pub enum RatesError {
    /// Rates are switched off.
    #[error("exchange rates are switched off")]
    Off,
    /// The pair is not among those of the settings.
    #[error("the pair is not one of the settings")]
    UnknownPair,
    /// Every source refuses; from when on it makes sense to ask again.
    #[error("no source gives a rate")]
    Refused(Timestamp),
    /// The program stops, or a fault of ours ended the fetch.
    #[error("the fetch was cut off")]
    CutOff,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] store::StoreError),
}

/// Whether there are rates at all.
#[must_use]
pub fn is_on(ctx: &Ctx) -> bool {
    !ctx.rates.sources.is_empty()
}

/// The pairs that are fetched.
#[must_use]
pub fn pairs(ctx: &Ctx) -> &[Pair] {
    &ctx.config.rates.pairs
}

/// The pair that somebody names, like `BTC/USD`; the first one when they name none.
///
/// # Errors
/// [`RatesError::Off`], [`RatesError::UnknownPair`].
pub fn pair(ctx: &Ctx, named: Option<&str>) -> Result<Pair, RatesError> {
    if !is_on(ctx) {
        return Err(RatesError::Off);
    }
    let pair = match named {
        None => pairs(ctx).first().cloned(),
        Some(text) => Pair::parse(text).filter(|pair| pairs(ctx).contains(pair)),
    };
    pair.ok_or(RatesError::UnknownPair)
}
