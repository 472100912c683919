//! Calls to addresses that people enter: the only place where Passbook goes where somebody else says. It goes
//! to public addresses over https alone (`reach`), follows nobody on, and reads no answer but its status.

mod reach;
mod sign;

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, Response};
use url::Url;

use domain::outbound::SendFailure;
use domain::secret::Secret;
use reach::{NoSuchName, Reach, RefusedAddress};

pub use reach::may_be_entered;
pub use sign::new_secret;

/// Standard Webhooks advises 15 to 30 seconds; a worker that waits is a worker that nobody else has.
const PATIENCE: Duration = Duration::from_secs(15);
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// The way out.
#[derive(Clone, Debug)]
pub struct Outbound {
    https: Client,
    /// For addresses of one's own network, where the operator allows them.
    http: Option<Client>,
    reach: Reach,
}

/// A message, ready to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// Its id, the same with each attempt.
    pub id: &'a str,
    /// Where to.
    pub url: &'a str,
    /// JSON.
    pub body: &'a str,
    /// What it is signed with: the newest secret first.
    pub secrets: &'a [Secret],
    /// Now.
    pub at: Timestamp,
}

/// What an attempt came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The answer's status, or why there was none.
    pub answer: Result<u16, SendFailure>,
    /// Seconds that the receiver wants to be left alone.
    pub retry_after: Option<u64>,
    /// How long it took.
    pub took: Duration,
}

impl Outbound {
    /// A way out; `to_private` opens one's own network, too.
    ///
    /// # Errors
    /// When there is no TLS.
    pub fn new(to_private: bool) -> Result<Self, String> {
        let build = |builder: ClientBuilder| {
            let client = builder
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .referer(false)
                // A name is looked up for each call: a connection kept open would outlive what it was checked for.
                .pool_max_idle_per_host(0)
                .connect_timeout(CONNECT_WITHIN)
                .timeout(PATIENCE)
                .user_agent(concat!("Passbook-Webhooks/", env!("CARGO_PKG_VERSION")))
                .build();
            client.map_err(|_| "the HTTP client for webhooks cannot be set up".to_owned())
        };
        let reach = if to_private {
            Reach::PublicAndPrivate
        } else {
            Reach::Public
        };
        let https = Client::builder().https_only(true).dns_resolver(reach);
        let http = Client::builder().dns_resolver(Reach::Private);
        Ok(Self {
            https: build(https)?,
            http: if to_private { Some(build(http)?) } else { None },
            reach,
        })
    }

    /// Whether one's own network is open.
    #[must_use]
    pub fn reaches_private(&self) -> bool {
        self.http.is_some()
    }

    /// Sends a letter once.
    pub async fn send(&self, letter: Letter<'_>) -> Sent {
        let since = std::time::Instant::now();
        let answer = self.post(letter).await;
        let retry_after = answer.as_ref().ok().and_then(retry_after);
        Sent {
            answer: answer.map(|answer| answer.status().as_u16()),
            retry_after,
            took: since.elapsed(),
        }
    }

    async fn post(&self, letter: Letter<'_>) -> Result<Response, SendFailure> {
        let url: Url = letter
            .url
            .parse()
            .map_err(|_| SendFailure::RefusedAddress)?;
        let (client, reach) = match (url.scheme(), &self.http) {
            ("https", _) => (&self.https, self.reach),
            ("http", Some(http)) => (http, Reach::Private),
            _ => return Err(SendFailure::RefusedAddress),
        };
        // A name is checked when it is looked up; an address written as one is not looked up.
        if reach::literal(&url).is_some_and(|ip| !reach.includes(ip)) {
            return Err(SendFailure::RefusedAddress);
        }
        let (timestamp, signatures) = sign::headers(&letter);
        client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", letter.id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signatures)
            .body(letter.body.to_owned())
            .send()
            .await
            .map_err(|error| failure(&error))
    }
}

/// Of an error nothing is kept but its sort: the rest would tell of the network around us.
fn failure(error: &reqwest::Error) -> SendFailure {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(each) = cause {
        if each.is::<RefusedAddress>() {
            return SendFailure::RefusedAddress;
        }
        if each.is::<NoSuchName>() {
            return SendFailure::UnknownName;
        }
        // rustls' errors come wrapped in this kind.
        let io = each.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::InvalidData) {
            return SendFailure::Tls;
        }
        cause = each.source();
    }
    if error.is_timeout() {
        SendFailure::Timeout
    } else {
        SendFailure::Unreachable
    }
}

/// In seconds only (RFC 9110, 10.2.3, has dates, too): who sends a date is tried again in due course.
fn retry_after(answer: &Response) -> Option<u64> {
    let value = answer.headers().get(RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok()
}
