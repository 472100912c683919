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
    /// Its figures with so many decimals, or as many more as leave a small rate six digits.
    #[must_use]
    pub fn figures(&self, decimals: u32) -> Figures {
        let has_six = |decimals: u32| {
            let least = match decimals.checked_sub(5) {
                Some(small) => Decimal::new(1, small),
                None => Decimal::from(10_u64.pow(5 - decimals)),
            };
            self.rate >= least
        };
        let enough = (decimals..MOST_DECIMALS).find(|decimals| has_six(*decimals));
        self.exactly(enough.unwrap_or(MOST_DECIMALS))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::market::currency;

    #[test]
    fn a_small_rate_has_more_decimals_and_a_large_one_no_fewer() {
        let usd = currency("USD").expect("the dollar");
        for (rate, decimals, price, bid) in [
            ("1", 2, "1.00000", "0.99997"),
            ("48735.33987967", 2, "48735.34", "48733.88"),
            ("0.00000123456789", 8, "0.00000123457", "0.00000123453"),
            (
                "0",
                2,
                "0.000000000000000000000002",
                "0.000000000000000000000001",
            ),
        ] {
            let quote = Quote {
                from: usd,
                to: usd,
                at: Timestamp::UNIX_EPOCH,
                rate: rate.parse().expect("a rate"),
            };
            let figures = quote.figures(decimals);
            let told = (figures.price.to_string(), figures.bid.to_string());
            assert_eq!(told, (price.to_owned(), bid.to_owned()), "{rate}");
        }
    }
}
