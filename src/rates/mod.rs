//! Exchange rates: fetches them in turn from sources with limited quotas, keeps them, reads them, and pushes the newest
//! to subscribers.
//!
//! The API, the pages and the timetable use it. It talks to sources only through `providers/rates`, and converts no
//! balances.

mod fetch;
mod pause;
mod query;
mod tick;

pub use fetch::fetch;
pub use query::{
    Page, Rows, Span, left_today, line, newest, old_after, page, refusing, rows, standings,
};
pub use tick::{end, tick};

use jiff::Timestamp;

use crate::context::Ctx;
use domain::rate::Pair;

/// Why no rate is returned.
#[derive(Debug, thiserror::Error)]
pub enum RatesError {
    /// Rates are switched off.
    #[error("exchange rates are switched off")]
    Off,
    /// The pair is not configured.
    #[error("this pair is not configured")]
    UnknownPair,
    /// Every source refused. Holds the earliest time to ask again.
    #[error("no source returned a rate")]
    Refused(Timestamp),
    /// The program is stopping, or an internal error ended the fetch.
    #[error("the fetch was interrupted")]
    CutOff,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] store::StoreError),
}

/// Whether any source of rates is set up.
#[must_use]
pub fn is_on(ctx: &Ctx) -> bool {
    !ctx.rates.sources.is_empty()
}

/// Returns the configured pairs.
#[must_use]
pub fn pairs(ctx: &Ctx) -> &[Pair] {
    &ctx.config.rates.pairs
}

/// Parses the name of a pair, such as `BTC/USD`. Returns the first configured pair when there is none.
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
