//! Currency pairs in text form.

use crate::bank::refusal::Refusal;
use crate::world::market::{self, CURRENCIES, Currency};

/// Two different currencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RatePair {
    /// The currency that is priced.
    pub from: &'static Currency,
    /// The currency of the price.
    pub to: &'static Currency,
}

impl RatePair {
    /// Parses `BTC/USD` or `BTC-USD`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let pair = text.trim().split_once(['/', '-']).and_then(|(from, to)| {
            let (from, to) = (market::currency(from)?, market::currency(to)?);
            (from != to).then_some(Self { from, to })
        });
        pair.ok_or_else(|| {
            let codes: Vec<&str> = CURRENCIES.iter().map(|one| one.code).collect();
            Refusal::invalid_field(format!(
                "pair must be two currencies such as BTC/USD, of {}",
                codes.join(", ")
            ))
        })
    }

    /// Its name, `BTC/USD`.
    #[must_use]
    pub fn name(self) -> String {
        format!("{}/{}", self.from.code, self.to.code)
    }

    /// Returns the currency that a move changes, the other one, and whether the pair prices the other one in the
    /// changed one. The dollar never moves.
    pub(in crate::bank) fn moved(self) -> (&'static Currency, &'static Currency, bool) {
        if self.from.code == "USD" {
            (self.to, self.from, true)
        } else {
            (self.from, self.to, false)
        }
    }
}
