//! Frankfurter, which relays the reference rates of the European Central Bank (frankfurter.dev/v1): currencies, once
//! each working day, without a key.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde::Deserialize;
use url::Url;

use super::http::{Http, PATIENCE};
use super::source::{Allowed, RateSource};
use super::wire::{Figure, UNREADABLE, believed};
use domain::clock::Clock;
use domain::rate::{Pair, Quote, RateRefusal};

const NAME: &str = "frankfurter";

/// The currencies for which the European Central Bank publishes rates, and the euro as their base (www.ecb.europa.eu,
/// "Euro foreign exchange reference rates"). The rouble ended in 2022, the kuna and the lev when their countries
/// adopted the euro in 2023 and 2026.
const PUBLISHED: [&str; 30] = [
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS",
    "INR", "ISK", "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "SEK", "SGD",
    "THB", "TRY", "USD", "ZAR",
];

/// The client for Frankfurter. A rate is dated 15:00 UTC of its day, when it is published in winter (16:00 in
/// Frankfurt; in summer that is 14:00 UTC). On days without a rate it gives that of the last working day.
#[derive(Debug)]
pub struct Frankfurter {
    pub(super) http: Http,
}

impl Frankfurter {
    /// Its own base URL.
    pub const BASE_URL: &str = "https://api.frankfurter.dev";

    /// Sets up the client.
    ///
    /// # Errors
    /// When the URL cannot have a path, or TLS cannot be set up.
    pub fn new(base_url: &Url, clock: Clock) -> Result<Self, String> {
        let http = Http::new(NAME, base_url, clock, PATIENCE)?;
        Ok(Self { http })
    }
}

#[async_trait]
impl RateSource for Frankfurter {
    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> &'static str {
        "European Central Bank (Frankfurter)"
    }

    /// There is no quota, but no more than one new rate a day.
    fn allows(&self) -> Allowed {
        Allowed {
            calls_a_day: None,
            every: SignedDuration::from_hours(1),
        }
    }

    /// Covers the currencies for which the European Central Bank publishes rates.
    fn covers(&self, pair: &Pair) -> bool {
        [pair.from(), pair.to()]
            .iter()
            .all(|code| PUBLISHED.contains(code))
    }

    async fn latest(&self, pair: &Pair) -> Result<Quote, RateRefusal> {
        if !self.covers(pair) {
            return Err(RateRefusal::NotOffered);
        }
        let mut url = self.http.at(&["v1", "latest"])?;
        url.query_pairs_mut()
            .append_pair("base", pair.from())
            .append_pair("symbols", pair.to());
        let read = |body: &[u8], now| parse_quote(pair, body, now);
        self.http.ask(url, read).await
    }
}

#[derive(Deserialize)]
struct Latest {
    /// The factor of the rates: one, because no other was requested.
    #[serde(default)]
    amount: Figure,
    base: String,
    date: String,
    rates: BTreeMap<String, Figure>,
}

pub(super) fn parse_quote(pair: &Pair, body: &[u8], now: Timestamp) -> Result<Quote, RateRefusal> {
    let latest = serde_json::from_slice::<Latest>(body).map_err(|_| UNREADABLE)?;
    let by_one = latest.amount.0.is_none_or(|by| by == Decimal::ONE);
    if !by_one || latest.base != pair.from() {
        return Err(UNREADABLE);
    }
    let rate = match latest.rates.get(pair.to()) {
        Some(rate) => rate.rate()?,
        None if latest.rates.is_empty() => return Err(RateRefusal::NotOffered),
        None => return Err(UNREADABLE),
    };
    let at = published(&latest.date).ok_or(UNREADABLE)?;
    Ok(Quote {
        pair: pair.clone(),
        source: NAME.to_owned(),
        rate,
        bid: None,
        ask: None,
        at: believed(at, now)?,
    })
}

fn published(day: &str) -> Option<Timestamp> {
    let day = Date::strptime("%Y-%m-%d", day).ok()?;
    let at = day.at(15, 0, 0, 0).to_zoned(TimeZone::UTC).ok()?;
    Some(at.timestamp())
}
