//! Calls to sources: one short call, one more after a burst, and a log line for a refusal.

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use url::Url;

use crate::bounded::{body, json_client};
use crate::retry_after::seconds;
use domain::clock::Clock;
use domain::problem::asked_wait;
use domain::rate::{Quote, RateRefusal};

/// Far more than a rate needs, in bytes.
const LARGEST_ANSWER: usize = 1 << 20;

/// How long to wait for a source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// The timeout of a call.
    pub answer: Duration,
    /// The pause after a burst. Alpha Vantage wants at most one call a second.
    pub burst: Duration,
}

pub(super) const PATIENCE: Patience = Patience {
    answer: Duration::from_secs(20),
    burst: Duration::from_millis(1_200),
};

/// The HTTP client for one source. `Debug` omits the URL, which may contain a proxy's password.
pub(super) struct Http {
    source: &'static str,
    base: Url,
    client: Client,
    clock: Clock,
    burst: Duration,
}

impl Http {
    pub(super) fn new(
        source: &'static str,
        base: &Url,
        clock: Clock,
        patience: Patience,
    ) -> Result<Self, String> {
        if base.cannot_be_a_base() {
            return Err(format!("the address of {source} cannot have a path"));
        }
        Ok(Self {
            source,
            base: base.clone(),
            client: json_client(patience.answer)?,
            clock,
            burst: patience.burst,
        })
    }

    /// Returns a URL below the base URL.
    pub(super) fn at(&self, path: &[&str]) -> Result<Url, RateRefusal> {
        let mut url = self.base.clone();
        let mut segments = url
            .path_segments_mut()
            .map_err(|()| RateRefusal::Away(None))?;
        segments.pop_if_empty().extend(path);
        drop(segments);
        Ok(url)
    }

    /// Calls the source and parses a successful response. `read` gets the body and the time of the response.
    pub(super) async fn ask(
        &self,
        url: Url,
        read: impl Fn(&[u8], Timestamp) -> Result<Quote, RateRefusal> + Send + Sync,
    ) -> Result<Quote, RateRefusal> {
        let mut told = self.once(url.clone(), &read).await;
        if told == Err(RateRefusal::Burst) {
            tokio::time::sleep(self.burst).await;
            told = self.once(url, &read).await;
        }
        if let Err(refusal) = &told {
            tracing::warn!(
                source = self.source,
                refusal = refusal.as_str(),
                "no exchange rate"
            );
        }
        told
    }

    /// Makes one call. The client's error is dropped, because it contains the URL and with it the key.
    async fn once(
        &self,
        url: Url,
        read: impl Fn(&[u8], Timestamp) -> Result<Quote, RateRefusal>,
    ) -> Result<Quote, RateRefusal> {
        let answer = self.client.get(url).send().await;
        let answer = answer.map_err(|_| RateRefusal::Away(None))?;
        let (status, now) = (answer.status(), self.clock.now());
        let wait = wait(status, answer.headers(), now);
        let body = body(answer, LARGEST_ANSWER)
            .await
            .ok_or(RateRefusal::Away(wait))?;
        if status.is_success() {
            read(&body, now)
        } else {
            Err(refusal_of_status(status, wait, &body))
        }
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Http");
        shown.field("source", &self.source).finish_non_exhaustive()
    }
}

/// Returns how long the source asks to be left alone.
fn wait(status: StatusCode, headers: &HeaderMap, now: Timestamp) -> Option<SignedDuration> {
    let asks = [
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    let text = headers
        .get(RETRY_AFTER)
        .filter(|_| asks.contains(&status))?;
    seconds(text.to_str().ok()?, now).map(asked_wait)
}

/// Coinbase and Frankfurter give their reason in a `message`. A response without one came from something in between.
#[derive(Deserialize)]
struct Said {
    #[serde(rename = "message")]
    _message: String,
}

fn refusal_of_status(status: StatusCode, wait: Option<SignedDuration>, body: &[u8]) -> RateRefusal {
    match status.as_u16() {
        429 if wait.is_none() => RateRefusal::Burst,
        400 | 404 | 422 if serde_json::from_slice::<Said>(body).is_ok() => RateRefusal::NotOffered,
        _ => RateRefusal::Away(wait),
    }
}
