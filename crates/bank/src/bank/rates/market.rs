//! The value of currencies at any moment, and the rates that follow from it.

use std::sync::Arc;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::pair::RatePair;
use crate::store::rates::Move;
use crate::world::market::{Currency, worth};

/// The market with its manual moves. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Market {
    moves: Arc<Vec<Move>>,
}

impl Market {
    /// Creates a market with these moves, oldest first.
    #[must_use]
    pub(crate) fn new(moves: Vec<Move>) -> Self {
        Self {
            moves: Arc::new(moves),
        }
    }

    /// Returns the value of one unit of a currency in US dollars.
    #[must_use]
    pub fn worth(&self, of: &Currency, at: Timestamp) -> Decimal {
        match self.last_move(of, at) {
            None => worth(of, at),
            Some(Move {
                held: Some(held), ..
            }) => *held,
            Some(Move { factor, .. }) => worth(of, at).saturating_mul(*factor),
        }
    }

    /// Returns the price of one unit of a currency in another.
    #[must_use]
    pub fn rate(&self, from: &Currency, to: &Currency, at: Timestamp) -> Decimal {
        let rate = self.worth(from, at).checked_div(self.worth(to, at));
        rate.unwrap_or(Decimal::MAX)
    }

    /// Returns the last move of a currency up to a moment.
    pub(in crate::bank) fn last_move(&self, of: &Currency, at: Timestamp) -> Option<&Move> {
        let at = at.as_millisecond();
        let mut all = self.moves.iter().rev();
        all.find(|one| one.currency == of.code && one.at <= at)
    }

    /// Whether a pair is fixed at a moment.
    #[must_use]
    pub fn stands_still(&self, pair: RatePair, at: Timestamp) -> bool {
        let still = |one: &Currency| {
            one.code == "USD"
                || self
                    .last_move(one, at)
                    .is_some_and(|one| one.held.is_some())
        };
        still(pair.from) && still(pair.to)
    }

    /// Whether a currency of a pair was moved and has not been reset to its own figures.
    #[must_use]
    pub fn is_moved(&self, pair: RatePair, at: Timestamp) -> bool {
        let own = |one: &Move| one.held.is_none() && one.factor == Decimal::ONE;
        [pair.from, pair.to]
            .iter()
            .any(|one| self.last_move(one, at).is_some_and(|last| !own(last)))
    }

    /// Returns the factor on a currency's own value. It applies while the currency is not fixed.
    pub(in crate::bank) fn factor(&self, of: &Currency, at: Timestamp) -> Decimal {
        self.last_move(of, at)
            .map_or(Decimal::ONE, |one| one.factor)
    }
}
