//! Figures of a response, falsified where a fault says so.

use jiff::{Timestamp, ToSpan};

use crate::bank::{Bank, Quote};
use crate::world::market::Currency;

/// A rate as a response reports it.
pub(super) struct Told {
    pub(super) from: &'static Currency,
    pub(super) to: &'static Currency,
    pub(super) price: String,
    /// Absent together with the ask when a fault says so.
    pub(super) bid: Option<String>,
    pub(super) ask: Option<String>,
    pub(super) at: Timestamp,
}

impl Told {
    /// Returns the current rate of a pair, with at least so many decimals.
    pub(super) fn now(
        bank: &Bank,
        pair: (&'static Currency, &'static Currency),
        decimals: u32,
        wrong: Option<&str>,
    ) -> Self {
        let (from, to) = match wrong {
            Some("wrong_pair") => (pair.1, pair.0),
            _ => pair,
        };
        let quote = bank.market().quote(from, to, bank.clock().now());
        let mut told = Self::from_quote(&quote, decimals);
        told.spoil(wrong.unwrap_or_default());
        told
    }

    fn from_quote(quote: &Quote, decimals: u32) -> Self {
        let figures = quote.figures(decimals);
        Self {
            from: quote.from,
            to: quote.to,
            price: figures.price.to_string(),
            bid: Some(figures.bid.to_string()),
            ask: Some(figures.ask.to_string()),
            at: quote.at,
        }
    }

    fn spoil(&mut self, wrong: &str) {
        let figures = [Some(&mut self.price), self.bid.as_mut(), self.ask.as_mut()];
        match wrong {
            "zero" | "negative" => {
                for figure in figures.into_iter().flatten() {
                    *figure = wrong_figure(figure, wrong);
                }
            }
            "missing" => (self.bid, self.ask) = (None, None),
            "dash" => (self.bid, self.ask) = (Some("-".to_owned()), Some("-".to_owned())),
            "future" => self.at = self.at.saturating_add(48.hours()).unwrap_or(self.at),
            _ => {}
        }
    }
}

/// Falsifies a figure: zero or negative.
pub(super) fn wrong_figure(figure: &str, wrong: &str) -> String {
    match wrong {
        "zero" => figure
            .chars()
            .map(|digit| if digit.is_ascii_digit() { '0' } else { digit })
            .collect(),
        "negative" => format!("-{figure}"),
        _ => figure.to_owned(),
    }
}
