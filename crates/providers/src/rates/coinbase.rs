//! Coinbase Exchange, a product's ticker (docs.cdp.coinbase.com/exchange): crypto currencies with bid and ask, without a
//! key.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use url::Url;

use super::http::{Http, PATIENCE};
use super::source::{Allowed, RateSource};
use super::wire::{Figure, UNREADABLE, believed};
use domain::clock::Clock;
use domain::money::Currency;
use domain::rate::{Pair, Quote, RateRefusal};

const NAME: &str = "coinbase";

/// The way to Coinbase.
#[derive(Debug)]
pub struct Coinbase {
    pub(super) http: Http,
}

impl Coinbase {
    /// Where it is.
    pub const BASE_URL: &str = "https://api.exchange.coinbase.com";

    /// Sets the way up.
    ///
    /// # Errors
    /// When the address cannot have a path, or there is no TLS.
    pub fn new(base_url: &Url, clock: Clock) -> Result<Self, String> {
        let http = Http::new(NAME, base_url, clock, PATIENCE)?;
        Ok(Self { http })
    }
}

#[async_trait]
impl RateSource for Coinbase {
    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> &'static str {
        "Coinbase"
    }

    /// An address may call some ten times a second; one call a second leaves room for whoever shares it.
    fn allows(&self) -> Allowed {
        Allowed {
            calls_a_day: None,
            every: SignedDuration::from_secs(1),
        }
    }

    /// What is traded is never a currency of ISO 4217, though most is paid for with one: `BTC-USD`, `ETH-BTC`, and no
    /// `USD-BTC`. Which of these are products is left to Coinbase to say.
    fn covers(&self, pair: &Pair) -> bool {
        let traded = Currency::from_codes(Some(pair.from()), None);
        matches!(traded, Currency::Unofficial(_))
    }

    async fn latest(&self, pair: &Pair) -> Result<Quote, RateRefusal> {
        if !self.covers(pair) {
            return Err(RateRefusal::NotOffered);
        }
        let product = format!("{}-{}", pair.from(), pair.to());
        let url = self.http.at(&["products", &product, "ticker"])?;
        let read = |body: &[u8], now| read(pair, body, now);
        self.http.ask(url, read).await
    }
}

/// It does not say which product it is about.
#[derive(Deserialize)]
struct Ticker {
    price: Figure,
    #[serde(default)]
    bid: Figure,
    #[serde(default)]
    ask: Figure,
    /// RFC 3339, with up to nine decimals.
    time: String,
}

pub(super) fn read(pair: &Pair, body: &[u8], now: Timestamp) -> Result<Quote, RateRefusal> {
    let ticker = serde_json::from_slice::<Ticker>(body).map_err(|_| UNREADABLE)?;
    let at = ticker.time.parse().map_err(|_| UNREADABLE)?;
    Ok(Quote {
        pair: pair.clone(),
        source: NAME.to_owned(),
        rate: ticker.price.rate()?,
        bid: ticker.bid.offer(),
        ask: ticker.ask.offer(),
        at: believed(at, now)?,
    })
}
