//! What Frankfurter is asked for, and the rates of one day.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::value::RawValue;

use crate::api::rates::asked::Asked;
use crate::api::rates::told::wrong_figure;
use crate::bank::Market;
use crate::world::market::{CURRENCIES, Currency, currency, published_at};
use jiff::civil::Date;

/// Rates by their currencies, as text: no digit becomes a binary fraction.
pub(super) type Rates = BTreeMap<String, Box<RawValue>>;

/// What is asked for.
pub(super) struct Wish {
    /// What is priced; nothing of it is known yet.
    pub(super) base: String,
    /// In what; nothing is in all there is.
    symbols: Option<Vec<String>>,
    amount: Decimal,
    /// How the figures are to be wrong.
    pub(super) wrong: String,
}

impl Wish {
    /// Reads a query: `base` or `from`, `symbols` or `to`, and `amount`. What is wrong with it is told in Frankfurter's words.
    pub(super) fn of(asked: &Asked, wrong: Option<&str>) -> Result<Self, &'static str> {
        let first = |one: &str, other: &str| asked.query(one).or_else(|| asked.query(other));
        let base = first("from", "base").unwrap_or("EUR").to_uppercase();
        let symbols = first("to", "symbols").map(str::to_uppercase);
        let symbols: Option<Vec<String>> =
            symbols.map(|all| all.split(',').map(str::to_owned).collect());
        let amount = asked.query("amount").map(str::parse::<Decimal>);
        let amount = amount.unwrap_or(Ok(Decimal::ONE)).unwrap_or_default();
        // So large that no product leaves the decimals.
        if amount <= Decimal::ZERO || amount > Decimal::from(1_000_000_000) {
            return Err("invalid amount");
        }
        if symbols.as_deref() == Some(std::slice::from_ref(&base)) {
            return Err("bad currency pair");
        }
        let mut wish = Self {
            base,
            symbols,
            amount,
            wrong: wrong.unwrap_or_default().to_owned(),
        };
        if wrong == Some("wrong_pair") {
            wish.turn_round();
        }
        Ok(wish)
    }

    /// Asks for another pair than was asked for.
    fn turn_round(&mut self) {
        let other = if self.base == "EUR" { "USD" } else { "EUR" };
        let first = self.symbols.as_ref().and_then(|all| all.first()).cloned();
        let base = std::mem::replace(&mut self.base, first.unwrap_or(other.to_owned()));
        self.symbols = Some(vec![base]);
    }

    /// The amount that is priced, as Frankfurter writes it: `1.0`.
    pub(super) fn amount(&self) -> Box<RawValue> {
        raw(&float(self.amount))
    }

    /// The rates that were published on a day; none when there is no such base or nothing of it is wanted.
    pub(super) fn rates(&self, market: &Market, day: Date) -> Rates {
        let Some(base) = currency(&self.base).filter(|one| !one.is_crypto) else {
            return Rates::new();
        };
        if self.wrong == "missing" {
            return Rates::new();
        }
        let divisor = euro_rate(market, base, day);
        let wanted = |one: &&Currency| {
            let named = |all: &Vec<String>| all.iter().any(|code| code == one.code);
            !one.is_crypto && *one != base && self.symbols.as_ref().is_none_or(named)
        };
        let all = CURRENCIES.iter().filter(wanted);
        all.filter_map(|one| {
            let rate = self.amount.checked_mul(euro_rate(market, one, day))?;
            let figure = match (base.code, self.amount == Decimal::ONE) {
                ("EUR", true) => float(rate),
                ("EUR", false) => rounded(rate),
                _ => rounded(rate.checked_div(divisor)?),
            };
            let figure = match self.wrong.as_str() {
                "dash" => "\"-\"".to_owned(),
                wrong => wrong_figure(&figure, wrong),
            };
            Some((one.code.to_owned(), raw(&figure)))
        })
        .collect()
    }
}

/// How much of a currency a euro costs, with about as many digits as the ECB gives.
fn euro_rate(market: &Market, one: &'static Currency, day: Date) -> Decimal {
    let Some(euro) = currency("EUR").filter(|euro| *euro != one) else {
        return Decimal::ONE;
    };
    let rate = market.rate(euro, one, published_at(day));
    let decimals = match rate {
        rate if rate < Decimal::ONE => 5,
        rate if rate < Decimal::from(20) => 4,
        rate if rate < Decimal::from(50) => 3,
        _ => 2,
    };
    // A currency that somebody made dear is not free.
    rate.round_dp(decimals).max(Decimal::new(1, decimals))
}

/// A figure as Frankfurter rounds it: the larger, the fewer decimals.
fn rounded(figure: Decimal) -> String {
    let above = |limit: Decimal| figure > limit;
    let decimals = match () {
        () if above(Decimal::from(5000)) => return figure.round().to_string(),
        () if above(Decimal::from(80)) => 2,
        () if above(Decimal::from(20)) => 3,
        () if above(Decimal::ONE) => 4,
        () if above(Decimal::new(1, 4)) => 5,
        () => 6,
    };
    float(figure.round_dp(decimals))
}

/// A number as programs write one that is no whole one by nature: `1.0`.
fn float(figure: Decimal) -> String {
    let text = figure.normalize().to_string();
    if text.contains('.') {
        text
    } else {
        format!("{text}.0")
    }
}

/// Text that is JSON already.
fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_rounded_by_their_size() {
        for (figure, expected) in [
            ("16612.93", "16613"),
            ("5000", "5000.0"),
            ("158.236", "158.24"),
            ("25.29349", "25.293"),
            ("20", "20.0"),
            ("1.04837", "1.0484"),
            ("0.834882", "0.83488"),
            ("0.00006019", "0.00006"),
        ] {
            assert_eq!(rounded(figure.parse().expect("a number")), expected);
        }
    }
}
