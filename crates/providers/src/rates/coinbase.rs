//! Coinbase Exchange, the ticker of a product (docs.cdp.coinbase.com/exchange): cryptocurrencies with bid and ask,
//! without a key.

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

/// The client for Coinbase.
#[derive(Debug)]
pub struct Coinbase {
    pub(super) http: Http,
}

impl Coinbase {
    /// Its own base URL.
    pub const BASE_URL: &str = "https://api.exchange.coinbase.com";

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
impl RateSource for Coinbase {
    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> &'static str {
        "Coinbase"
    }

    /// An IP address may make about ten calls a second. One a second leaves room for others that share the address.
    fn allows(&self) -> Allowed {
        Allowed {
            calls_a_day: None,
            every: SignedDuration::from_secs(1),
        }
    }

    /// The traded side is never an ISO 4217 currency, though the other often is: `BTC-USD`, `ETH-BTC`, but no
    /// `USD-BTC`. Coinbase itself says which of these are products.
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
        let read = |body: &[u8], now| parse_quote(pair, body, now);
        self.http.ask(url, read).await
    }
}

/// A ticker. It does not name its product.
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

pub(super) fn parse_quote(pair: &Pair, body: &[u8], now: Timestamp) -> Result<Quote, RateRefusal> {
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
