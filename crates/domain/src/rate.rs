//! Exchange rates: pairs of currencies and the quotes of sources.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

/// A pair of currencies. Its rate is the price of one unit of the first in units of the second.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    from: String,
    to: String,
}

impl Pair {
    /// Makes a pair from two codes of currencies (ISO 4217) or cryptocurrencies (`BTC`): 2 to 10 letters and digits,
    /// in either case. `None` for invalid codes, and for twice the same currency.
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

    /// Parses `BTC/USD`, or `BTC-USD` as in URLs.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once(['/', '-'])?;
        Self::new(from, to)
    }

    /// The currency that is priced.
    #[must_use]
    pub fn from(&self) -> &str {
        &self.from
    }

    /// The currency that the price is in.
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

/// A source's quote for a pair. Figures keep every digit that the source gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The pair.
    pub pair: Pair,
    /// The source's word: `alphavantage`, `coinbase`, `frankfurter`.
    pub source: String,
    /// The price of one unit of the first currency in the second; above zero.
    pub rate: Decimal,
    /// The price that buyers offer, if the source provides it.
    pub bid: Option<Decimal>,
    /// The price that sellers ask, if the source provides it.
    pub ask: Option<Decimal>,
    /// The time of the quote, as the source reports it.
    pub at: Timestamp,
}

/// A stored quote. Each combination of pair, source and source time is stored once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptQuote {
    /// Numbers the quotes of a pair from 1, without gaps, in the order in which they were first fetched.
    pub place: i64,
    /// The quote itself.
    pub quote: Quote,
    /// When it was first fetched; never earlier than the previous place's.
    pub kept_at: Timestamp,
    /// When it was last fetched.
    pub fetched_at: Timestamp,
}

impl KeptQuote {
    /// The quote's age by its source's time. Zero if the source's clock is ahead of ours.
    #[must_use]
    pub fn age(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.quote.at).max(SignedDuration::ZERO)
    }
}

/// The state of a source of rates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateStanding {
    /// The source's word.
    pub source: String,
    /// When it may be asked again; `None` for at once.
    pub not_before: Option<Timestamp>,
    /// How often it has refused since its last rate.
    pub refusals: u32,
    /// The word of the last refusal ([`RateRefusal::as_str`]); cleared by the next rate.
    pub refusal: Option<String>,
}

/// Why a source returned no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateRefusal {
    /// It rejected our key. It is not asked again until the key changes.
    Key,
    /// Two requests came within about a second; this passes.
    Burst,
    /// The daily quota is used up.
    Quota,
    /// Our plan does not include this.
    Plan,
    /// It does not know the pair, or rejects the request.
    NotOffered,
    /// It is unreachable, down, or sent an unreadable response; with the delay that it asked for, if any.
    Away(Option<SignedDuration>),
}

impl RateRefusal {
    /// The word in the log and in the database.
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
