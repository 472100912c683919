//! A request to Frankfurter, and the rates of one day.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::value::RawValue;

use crate::api::rates::asked::Asked;
use crate::api::rates::told::wrong_figure;
use crate::bank::Market;
use crate::world::market::{CURRENCIES, Currency, currency, published_at};
use jiff::civil::Date;

/// Rates by currency code, as text so that no digit becomes a binary fraction.
pub(super) type Rates = BTreeMap<String, Box<RawValue>>;

/// A parsed request.
pub(super) struct Wish {
    /// The code of the base currency, which may be unknown.
    pub(super) base: String,
    /// The codes of the currencies to price it in; `None` means all.
    symbols: Option<Vec<String>>,
    amount: Decimal,
    /// How a fault falsifies the figures; empty without one.
    pub(super) wrong: String,
}

impl Wish {
    /// Parses a query: `base` or `from`, `symbols` or `to`, and `amount`. Errors are in Frankfurter's words.
    pub(super) fn from_query(asked: &Asked, wrong: Option<&str>) -> Result<Self, &'static str> {
        let first = |one: &str, other: &str| asked.query(one).or_else(|| asked.query(other));
        let base = first("from", "base").unwrap_or("EUR").to_uppercase();
        let symbols = first("to", "symbols").map(str::to_uppercase);
        let symbols: Option<Vec<String>> =
            symbols.map(|all| all.split(',').map(str::to_owned).collect());
        let amount = asked.query("amount").map(str::parse::<Decimal>);
        let amount = amount.unwrap_or(Ok(Decimal::ONE)).unwrap_or_default();
        // The limit keeps every product within the decimal type's range.
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

    /// Swaps the pair, so that the response is for the wrong one.
    fn turn_round(&mut self) {
        let other = if self.base == "EUR" { "USD" } else { "EUR" };
        let first = self.symbols.as_ref().and_then(|all| all.first()).cloned();
        let base = std::mem::replace(&mut self.base, first.unwrap_or(other.to_owned()));
        self.symbols = Some(vec![base]);
    }

    /// The amount that is priced, in Frankfurter's notation: `1.0`.
    pub(super) fn amount(&self) -> Box<RawValue> {
        raw(&float(self.amount))
    }

    /// Returns the rates published on a day; empty when the base is unknown or none of the wanted currencies exists.
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

/// Returns the price of a euro in a currency, with about as many digits as the ECB gives.
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
    // A currency can be made so expensive that its rate rounds to zero.
    rate.round_dp(decimals).max(Decimal::new(1, decimals))
}

/// Rounds a figure as Frankfurter does: the larger it is, the fewer decimals.
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

/// Writes a figure as a JSON float, with at least one decimal: `1.0`.
fn float(figure: Decimal) -> String {
    let text = figure.normalize().to_string();
    if text.contains('.') {
        text
    } else {
        format!("{text}.0")
    }
}

/// Wraps text that is already JSON.
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
