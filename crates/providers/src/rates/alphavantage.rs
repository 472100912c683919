//! Alpha Vantage, `CURRENCY_EXCHANGE_RATE` (www.alphavantage.co/documentation/#currency-exchange): currencies and
//! cryptocurrencies, with a key.

use async_trait::async_trait;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use url::Url;

use super::http::{Http, PATIENCE};
use super::refusals::refusal;
use super::source::{Allowed, RateSource};
use super::wire::{Figure, UNREADABLE, believed};
use domain::clock::Clock;
use domain::rate::{Pair, Quote, RateRefusal};
use domain::secret::Secret;

const NAME: &str = "alphavantage";
/// The quota of a free key (www.alphavantage.co/support).
const CALLS_A_DAY: u32 = 25;

/// The client for Alpha Vantage. The key is sent in the query of a request, because nothing else is accepted, and
/// appears nowhere else.
#[derive(Debug)]
pub struct AlphaVantage {
    pub(super) http: Http,
    key: Secret,
}

impl AlphaVantage {
    /// Its own base URL.
    pub const BASE_URL: &str = "https://www.alphavantage.co";

    /// Sets up the client.
    ///
    /// # Errors
    /// When the URL cannot have a path, or TLS cannot be set up.
    pub fn new(base_url: &Url, key: Secret, clock: Clock) -> Result<Self, String> {
        let http = Http::new(NAME, base_url, clock, PATIENCE)?;
        Ok(Self { http, key })
    }
}

#[async_trait]
impl RateSource for AlphaVantage {
    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> &'static str {
        "Alpha Vantage"
    }

    /// 25 calls a day are one every 57.6 minutes.
    fn allows(&self) -> Allowed {
        Allowed {
            calls_a_day: Some(CALLS_A_DAY),
            every: SignedDuration::from_hours(24) / CALLS_A_DAY.cast_signed(),
        }
    }

    /// Either side may be a currency or a cryptocurrency, and the lists change. The source itself says what it does not
    /// know.
    fn covers(&self, _: &Pair) -> bool {
        true
    }

    async fn latest(&self, pair: &Pair) -> Result<Quote, RateRefusal> {
        let mut url = self.http.at(&["query"])?;
        url.query_pairs_mut()
            .append_pair("function", "CURRENCY_EXCHANGE_RATE")
            .append_pair("from_currency", pair.from())
            .append_pair("to_currency", pair.to())
            .append_pair("apikey", self.key.expose());
        let read = |body: &[u8], now| parse_quote(pair, body, now);
        self.http.ask(url, read).await
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "Realtime Currency Exchange Rate")]
    rate: Option<Told>,
}

#[derive(Deserialize)]
struct Told {
    #[serde(rename = "1. From_Currency Code")]
    from: String,
    #[serde(rename = "3. To_Currency Code")]
    to: String,
    #[serde(rename = "5. Exchange Rate")]
    rate: Figure,
    #[serde(rename = "6. Last Refreshed")]
    refreshed: String,
    #[serde(rename = "7. Time Zone")]
    zone: String,
    #[serde(rename = "8. Bid Price", default)]
    bid: Figure,
    #[serde(rename = "9. Ask Price", default)]
    ask: Figure,
}

pub(super) fn parse_quote(pair: &Pair, body: &[u8], now: Timestamp) -> Result<Quote, RateRefusal> {
    let answer = serde_json::from_slice::<Answer>(body).map_err(|_| UNREADABLE)?;
    let told = answer.rate.ok_or_else(|| refusal(body))?;
    if Pair::new(&told.from, &told.to).as_ref() != Some(pair) {
        return Err(UNREADABLE);
    }
    let at = moment(&told.refreshed, &told.zone).ok_or(UNREADABLE)?;
    Ok(Quote {
        pair: pair.clone(),
        source: NAME.to_owned(),
        rate: told.rate.rate()?,
        bid: told.bid.offer(),
        ask: told.ask.offer(),
        at: believed(at, now)?,
    })
}

/// Parses a local date and time in the named time zone.
fn moment(text: &str, zone: &str) -> Option<Timestamp> {
    let time = DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?;
    let zone = TimeZone::get(zone).ok().filter(|zone| !zone.is_unknown())?;
    Some(time.to_zoned(zone).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_in_its_zone() {
        let read = |text, zone| moment(text, zone).map(|at| at.to_string());
        let utc = Some("2020-02-12T19:05:01Z".to_owned());
        for zone in ["UTC", "utc", "Etc/UTC"] {
            assert_eq!(read("2020-02-12 19:05:01", zone), utc, "{zone}");
        }
        for zone in ["US/Eastern", "America/New_York"] {
            assert_eq!(read("2020-02-12 14:05:01", zone), utc, "{zone}");
        }
        for zone in ["", "Mars/Phobos", "Etc/Unknown", "../../etc/passwd", "\0"] {
            assert_eq!(read("2020-02-12 19:05:01", zone), None, "{zone:?}");
        }
        for text in [
            "",
            "2020-02-12",
            "2020-02-30 00:00:00",
            "2020-02-12 25:00:00",
            "2020-02-12 19:05:01Z",
            "soon",
        ] {
            assert_eq!(read(text, "UTC"), None, "{text:?}");
        }
    }
}
