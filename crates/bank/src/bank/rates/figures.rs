//! A rate as figures: rounded, with what buyers offer and sellers ask beside it.

use rust_decimal::{Decimal, RoundingStrategy};

use super::Market;
use crate::world::market::Currency;
use jiff::Timestamp;

/// Half of what lies between bid and ask, in millionths of the price.
const HALF_SPREAD: (i64, i64) = (30, 20);
/// More decimals than any figure has.
const MOST_DECIMALS: u32 = 24;

/// Figures of a rate, all with as many decimals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// What it costs.
    pub price: Decimal,
    /// What buyers offer: less than the price, more than nothing.
    pub bid: Decimal,
    /// What sellers ask: more than the price.
    pub ask: Decimal,
}

/// A rate at a moment.
#[derive(Clone, Copy, Debug)]
pub struct Quote {
    /// What is priced.
    pub from: &'static Currency,
    /// In what.
    pub to: &'static Currency,
    /// When.
    pub at: Timestamp,
    /// What it costs, with all digits.
    pub rate: Decimal,
}

impl Market {
    /// A rate at a moment.
    #[must_use]
    pub fn quote(&self, from: &'static Currency, to: &'static Currency, at: Timestamp) -> Quote {
        Quote {
            from,
            to,
            at,
            rate: self.rate(from, to, at),
        }
    }
}

impl Quote {
    /// Its figures with so many decimals, or as many more as leave a small rate seven digits.
    #[must_use]
    pub fn figures(&self, decimals: u32) -> Figures {
        let mut decimals = decimals;
        let seven = |decimals: u32| self.rate >= Decimal::new(1, decimals.saturating_sub(6));
        while decimals < MOST_DECIMALS && !seven(decimals) {
            decimals += 1;
        }
        self.exactly(decimals)
    }

    /// Its figures with exactly so many decimals; a price of nothing is one unit.
    fn exactly(&self, decimals: u32) -> Figures {
        let unit = Decimal::new(1, decimals);
        let millionths = match self.from.is_crypto || self.to.is_crypto {
            true => HALF_SPREAD.1,
            false => HALF_SPREAD.0,
        };
        let rounded = |figure: Decimal| {
            let mut figure =
                figure.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
            figure.rescale(decimals);
            figure
        };
        let price = rounded(self.rate).max(unit + unit);
        let half = rounded(price.saturating_mul(Decimal::new(millionths, 6))).max(unit);
        Figures {
            price,
            bid: price - half,
            ask: price.saturating_add(half),
        }
    }
}
