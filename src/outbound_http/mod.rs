//! Calls to URLs that people enter. This is the only room that calls hosts chosen by others.
//!
//! `notify/` sends its messages through it. It calls only public addresses over https (`reach`), unless the admin
//! allows the private network, follows no redirects, and reads nothing of a response but its status and `Retry-After`.

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

/// Standard Webhooks advises 15 to 30 seconds. Until then the call occupies a worker.
const PATIENCE: Duration = Duration::from_secs(15);
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// The HTTP clients for calls to people's URLs.
#[derive(Clone, Debug)]
pub struct Outbound {
    https: Client,
    /// For plain http in the private network, where the admin allows it.
    http: Option<Client>,
    reach: Reach,
}

/// A message, ready to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// The message's id, the same for every attempt.
    pub id: &'a str,
    /// The receiver's URL.
    pub url: &'a str,
    /// The JSON body.
    pub body: &'a str,
    /// The signing secrets, newest first.
    pub secrets: &'a [Secret],
    /// The time of the attempt.
    pub at: Timestamp,
}

/// The outcome of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The response's status, or why there was none.
    pub answer: Result<u16, SendFailure>,
    /// How many seconds the receiver asks to be left alone.
    pub retry_after: Option<u64>,
    /// How long the attempt took.
    pub took: Duration,
}

impl Outbound {
    /// Sets up the clients. `to_private` also allows the private network.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(to_private: bool) -> Result<Self, String> {
        let build = |builder: ClientBuilder| {
            let client = builder
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .referer(false)
                // Each call resolves the name again. A kept connection would outlive the check of its address.
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

    /// Whether calls to the private network are allowed.
    #[must_use]
    pub fn reaches_private(&self) -> bool {
        self.http.is_some()
    }

    /// Makes one attempt to send a letter.
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
        // Names are checked when they are resolved, but a literal IP address never is.
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

/// Keeps only the kind of an error: its details could reveal the network around us.
fn failure(error: &reqwest::Error) -> SendFailure {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(each) = cause {
        if each.is::<RefusedAddress>() {
            return SendFailure::RefusedAddress;
        }
        if each.is::<NoSuchName>() {
            return SendFailure::UnknownName;
        }
        // rustls errors come wrapped in this kind.
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

/// Reads `Retry-After` in seconds. A date (RFC 9110, 10.2.3) is ignored, and the message is retried at the usual time.
fn retry_after(answer: &Response) -> Option<u64> {
    let value = answer.headers().get(RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok()
}
