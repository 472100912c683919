//! Exchange rates: a pair of currencies, and what one source says it is worth.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

/// Two currencies: a rate is the price of one unit of the first in units of the second.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    from: String,
    to: String,
}

impl Pair {
    /// Two codes, of currencies (ISO 4217) or crypto currencies (`BTC`): 2 to 10 letters and digits, in either case.
    /// `None` for anything else, and for a currency in itself.
    #[must_use]
    pub fn new(from: &str, to: &str) -> Option<Self> {
        let code = |text: &str| {
            let fits = (2..=10).contains(&text.len());
            let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
            (fits && plain).then(|| text.to_ascii_uppercase())
        };
        let (from, to) = (code(from)?, code(to)?);
        (from != to).then_some(Self { from, to })
    }

    /// Reads `BTC/USD`, or with a hyphen as in addresses, `BTC-USD`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once(['/', '-'])?;
        Self::new(from, to)
    }

    /// What is priced.
    #[must_use]
    pub fn from(&self) -> &str {
        &self.from
    }

    /// In what it is priced.
    #[must_use]
    pub fn to(&self) -> &str {
        &self.to
    }
}

/// `BTC/USD`.
impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.from, self.to)
    }
}

/// What a source says of a pair. Figures keep every digit that the source gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The pair.
    pub pair: Pair,
    /// The source's word: `alphavantage`, `coinbase`, `frankfurter`.
    pub source: String,
    /// What one of the first currency costs in the second; above zero.
    pub rate: Decimal,
    /// What buyers offer, where the source tells.
    pub bid: Option<Decimal>,
    /// What sellers ask, where the source tells.
    pub ask: Option<Decimal>,
    /// When that was, by the source.
    pub at: Timestamp,
}

/// A quote that is kept. Of one pair, source and time of the source there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptQuote {
    /// Its number among those of the pair, from 1 and without gaps, in the order in which they were first fetched.
    pub place: i64,
    /// What the source says.
    pub quote: Quote,
    /// When it was first fetched; never before the one at the place before.
    pub kept_at: Timestamp,
    /// When it was last fetched.
    pub fetched_at: Timestamp,
}

impl KeptQuote {
    /// How old the figure is, by its source's time. A source's clock may be ahead of ours: then it is new.
    #[must_use]
    pub fn age(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.quote.at).max(SignedDuration::ZERO)
    }
}

/// How a source of rates stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateStanding {
    /// The source's word.
    pub source: String,
    /// Not to be asked before.
    pub not_before: Option<Timestamp>,
    /// How often it has refused since it last gave a rate.
    pub refusals: u32,
    /// The word of the last refusal ([`RateRefusal::as_str`]), until it gives a rate again.
    pub refusal: Option<String>,
}

/// Why a source gives no rate, by what follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateRefusal {
    /// It does not accept our key: it is not asked again until the key is another one.
    Key,
    /// It was asked twice within a second or so, which passes by itself.
    Burst,
    /// What it gives in a day is used up.
    Quota,
    /// Our plan does not include this.
    Plan,
    /// It does not know the pair, or finds fault with the question.
    NotOffered,
    /// It cannot be reached, is down, or says nothing that can be read; after how long it wants to be asked again.
    Away(Option<SignedDuration>),
}

impl RateRefusal {
    /// The word that is logged and stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key_refused",
            Self::Burst => "burst",
            Self::Quota => "quota",
            Self::Plan => "plan",
            Self::NotOffered => "not_offered",
            Self::Away(_) => "away",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_as_people_and_addresses_write_them() {
        let pair = Pair::parse("btc-usd").expect("a pair");
        assert_eq!(pair, Pair::new("BTC", "USD").expect("a pair"));
        assert_eq!((pair.from(), pair.to()), ("BTC", "USD"));
        assert_eq!(Pair::parse(&pair.to_string()), Some(pair));
        for wrong in [
            "",
            "BTC",
            "BTC/",
            "/USD",
            "BTC/USD/EUR",
            "B/USD",
            "BTC USD",
            "ÄÖ/USD",
            "USD/usd",
            "B\0C/USD",
            "ABCDEFGHIJK/USD",
        ] {
            assert_eq!(Pair::parse(wrong), None, "{wrong:?}");
        }
    }
}
