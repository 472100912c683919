//! Sources of rates whose wire the bank speaks, and what can go wrong there only.

/// A source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Alpha Vantage: rates by the second, for a key, so many a day.
    AlphaVantage,
    /// Coinbase Exchange: crypto currencies, without a key.
    Coinbase,
    /// Frankfurter: the ECB's reference rates, once a working day.
    Frankfurter,
}

impl Source {
    /// Every source with its name in the API, and what people call it.
    pub const ALL: [(Self, &str, &str); 3] = [
        (Self::AlphaVantage, "alphavantage", "Alpha Vantage"),
        (Self::Coinbase, "coinbase", "Coinbase Exchange"),
        (Self::Frankfurter, "frankfurter", "Frankfurter"),
    ];

    /// Its name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        let one = Self::ALL.iter().find(|one| one.0 == self);
        one.map_or("", |one| one.1)
    }
}

/// What Alpha Vantage refuses a call with: the `error_code` that asks for it, and what it is about.
pub const RATE_REFUSALS: [(&str, &str); 6] = [
    ("bad_key", "the key is wrong"),
    ("burst", "too many calls per second"),
    ("quota", "the daily limit is used up"),
    ("quota_note", "the same, in the older wording"),
    ("premium", "only on a paid plan"),
    ("invalid_call", "invalid call"),
];

/// How the figures of an answer are wrong: the `error_code` that asks for it, and what it does.
pub const WRONG_FIGURES: [(&str, &str); 6] = [
    ("missing", "bid and ask are missing"),
    ("dash", "a dash instead of bid and ask"),
    ("wrong_pair", "the wrong pair"),
    ("zero", "zero"),
    ("negative", "less than zero"),
    ("future", "dated in the future"),
];
