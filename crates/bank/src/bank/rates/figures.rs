//! A rate as rounded figures, with bid and ask.

use rust_decimal::{Decimal, RoundingStrategy};

use super::Market;
use crate::world::market::Currency;
use jiff::Timestamp;

/// Half of the spread between bid and ask, in millionths of the price: for other pairs, and for crypto currencies.
const HALF_SPREAD: (i64, i64) = (30, 20);
/// The most decimals of any figure.
const MOST_DECIMALS: u32 = 24;

/// The figures of a rate. All have the same number of decimals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The price.
    pub price: Decimal,
    /// The bid: below the price and above zero.
    pub bid: Decimal,
    /// The ask: above the price.
    pub ask: Decimal,
}

/// A rate at a moment.
#[derive(Clone, Copy, Debug)]
pub struct Quote {
    /// The currency that is priced.
    pub from: &'static Currency,
    /// The currency of the price.
    pub to: &'static Currency,
    /// The moment of the rate.
    pub at: Timestamp,
    /// The unrounded rate.
    pub rate: Decimal,
}

impl Market {
    /// Returns a rate at a moment.
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
    /// Returns the figures with at least `decimals` decimals. A small rate gets as many as six significant digits need.
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

    /// Returns the figures with exactly `decimals` decimals. The price is at least two units, so that the bid stays
    /// above zero.
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
