//! Exchange rates as their two pages show them, in finished words and figures.

mod history;
mod live;
mod plot;
mod span;
mod words;

pub use history::{HistoryFilter, RateHistory, RateRow, history};
pub use live::{LiveRate, LiveRates, RateMessage, live};
pub use span::RANGES;

use super::error::{PageError, failed};
use crate::rates::RatesError;

impl From<RatesError> for PageError {
    fn from(error: RatesError) -> Self {
        match error {
            RatesError::Off | RatesError::UnknownPair => Self::NotFound.raised(),
            RatesError::Refused(_) | RatesError::CutOff | RatesError::Store(_) => failed(&error),
        }
    }
}

/// Returns the pair that a query names, if any.
fn named(pair: &str) -> Option<&str> {
    Some(pair.trim()).filter(|pair| !pair.is_empty())
}
