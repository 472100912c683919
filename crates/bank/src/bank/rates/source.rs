//! The simulated sources of exchange rates, and the failures that only they have.

/// A simulated source of exchange rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Alpha Vantage: rates that change every second, with an API key and a daily limit.
    AlphaVantage,
    /// Coinbase Exchange: crypto currencies, without a key.
    Coinbase,
    /// Frankfurter: the ECB's reference rates, once a working day.
    Frankfurter,
}

impl Source {
    /// Every source with its name in the API and its display name.
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

/// The refusals of Alpha Vantage: the `error_code` that selects one, and its description.
pub const RATE_REFUSALS: [(&str, &str); 6] = [
    ("bad_key", "the key is wrong"),
    ("burst", "too many calls per second"),
    ("quota", "the daily limit is used up"),
    ("quota_note", "the same, in the older wording"),
    ("premium", "only on a paid plan"),
    ("invalid_call", "invalid call"),
];

/// The ways in which the figures of a response are wrong: the `error_code` that selects one, and its description.
pub const WRONG_FIGURES: [(&str, &str); 6] = [
    ("missing", "bid and ask are missing"),
    ("dash", "a dash instead of bid and ask"),
    ("wrong_pair", "the wrong pair"),
    ("zero", "zero"),
    ("negative", "less than zero"),
    ("future", "dated in the future"),
];
