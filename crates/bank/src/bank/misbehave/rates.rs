//! Moving the market on demand.

use rust_decimal::Decimal;

use super::Deed;
use crate::bank::{Bank, BankError, RatePair, Refusal};
use crate::store::rates::{self, Move};
use crate::store::{StoreError, settings};
use crate::world::market::{CURRENCIES, Currency, worth};

/// The lowest and the highest value of a currency unit in US dollars. The bounds keep every rate within a decimal.
const LEAST: Decimal = Decimal::from_parts(1, 0, 0, false, 10);
const MOST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

impl Bank {
    /// Fixes the rate of a pair from now on.
    pub async fn set_rate(&self, pair: RatePair, rate: Decimal) -> Result<Deed, BankError> {
        let (now, market) = (self.now(), self.market());
        let (moved, other, upside_down) = pair.moved();
        let still = market.worth(other, now);
        let value = times(still, rate, upside_down);
        let hold = |of: &Currency, held: Decimal| Move {
            currency: of.code.to_owned(),
            at: now.as_millisecond(),
            held: Some(held),
            factor: market.factor(of, now),
        };
        let mut all = vec![hold(moved, within(value)?)];
        if other.code != "USD" {
            all.push(hold(other, still));
        }
        self.keep_moves(&all).await?;
        Ok(Deed::new(
            format!("{} is now fixed at {}.", pair.name(), rate.normalize()),
            "Sources return the new rate from the next call on; daily sources, from their next publication.",
        )
        .with("rate", rate.to_string()))
    }

    /// Moves the rate of a pair by some per cent. It continues from there as before, fixed or not.
    pub async fn move_rate(&self, pair: RatePair, per_cent: Decimal) -> Result<Deed, BankError> {
        let (now, market) = (self.now(), self.market());
        let hundred = Decimal::ONE_HUNDRED;
        let by = hundred.checked_add(per_cent).ok_or_else(too_far)? / hundred;
        let (moved, _, upside_down) = pair.moved();
        let changed = |value: Decimal| times(value, by, upside_down).ok_or_else(too_far);
        let held = market.last_move(moved, now).and_then(|last| last.held);
        let factor = market.factor(moved, now);
        let one = Move {
            currency: moved.code.to_owned(),
            at: now.as_millisecond(),
            held: held.map(changed).transpose()?,
            // A fixed currency keeps its factor and moves its fixed value.
            factor: match held {
                Some(_) => factor,
                None => changed(factor)?,
            },
        };
        within(Some(changed(market.worth(moved, now))?))?;
        self.keep_moves(&[one]).await?;
        Ok(Deed::new(
            format!("{} moved by {}%.", pair.name(), per_cent.normalize()),
            "Sources return the new rate from the next call on; daily sources, from their next publication.",
        ))
    }

    /// Lets the currencies of a pair, or all, move freely again: from their current values or, with `reset`, on their
    /// own figures.
    pub async fn free_rate(&self, pair: Option<RatePair>, reset: bool) -> Result<Deed, BankError> {
        let (now, market) = (self.now(), self.market());
        let free = |of: &Currency| {
            let last = market.last_move(of, now)?;
            let by_itself = worth(of, now);
            let from_here = last.held.and_then(|held| held.checked_div(by_itself));
            let factor = if reset {
                Decimal::ONE
            } else {
                from_here.unwrap_or(last.factor)
            };
            (last.held.is_some() || last.factor != factor).then(|| Move {
                currency: of.code.to_owned(),
                at: now.as_millisecond(),
                held: None,
                factor,
            })
        };
        let all: Vec<Move> = match pair {
            Some(pair) => [pair.from, pair.to].into_iter().filter_map(free).collect(),
            None => CURRENCIES.iter().filter_map(free).collect(),
        };
        self.keep_moves(&all).await?;
        let which = pair.map_or("Every rate".to_owned(), RatePair::name);
        let whence = if reset {
            "at its original values"
        } else {
            "from its current value"
        };
        Ok(Deed::new(
            format!("{which} changes by itself again, {whence}."),
            "It changes a little every second.",
        )
        .with("freed", all.len()))
    }

    /// Limits the daily calls that Alpha Vantage answers for each key; 0 removes the limit. Earlier calls are no longer
    /// counted.
    pub async fn limit_rate_calls(&self, calls: u16) -> Result<Deed, BankError> {
        let mut write = self.store().write().await?;
        settings::set_number(&mut write, settings::RATE_CALLS, calls.into()).await?;
        rates::forget_calls(&mut write).await?;
        write.commit().await.map_err(StoreError::from)?;
        Ok(match calls {
            0 => Deed::new(
                "Alpha Vantage has no call limit.",
                "The app calls it again when its pause is over.",
            ),
            calls => Deed::new(
                format!("Alpha Vantage’s daily call limit per key: {calls}."),
                "After that, it says the daily limit is used up, until midnight UTC by the bank’s clock.",
            ),
        })
    }
}

/// Multiplies a value by a positive factor, or divides it if `upside_down`. `None` if there is no positive result.
fn times(worth: Decimal, factor: Decimal, upside_down: bool) -> Option<Decimal> {
    let worth = if upside_down {
        worth.checked_div(factor)
    } else {
        worth.checked_mul(factor)
    };
    worth.filter(|worth| factor > Decimal::ZERO && *worth > Decimal::ZERO)
}

fn within(value: Option<Decimal>) -> Result<Decimal, Refusal> {
    value
        .filter(|value| (LEAST..=MOST).contains(value))
        .ok_or_else(too_far)
}

fn too_far() -> Refusal {
    Refusal::invalid_field(
        "the rate must be above zero, and each currency must be worth between 0.0000000001 and 1,000,000,000 US dollars",
    )
}
