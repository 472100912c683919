//! HTTP with limits: no redirects, which could carry secrets elsewhere, a timeout, and a maximum body size.

use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use reqwest::{Client, Response};

/// Returns a client for JSON whose calls take no longer than `patience`.
pub(crate) fn json_client(patience: Duration) -> Result<Client, String> {
    let json = HeaderValue::from_static("application/json");
    Client::builder()
        .default_headers(HeaderMap::from_iter([(ACCEPT, json)]))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .timeout(patience)
        // Coinbase refuses clients without one.
        .user_agent(concat!("Passbook/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|_| "the HTTP client cannot be set up".to_owned())
}

/// Reads a body. `None` if it breaks off or has more than `limit` bytes.
pub(crate) async fn body(mut answer: Response, limit: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.ok()? {
        if bytes.len() + chunk.len() > limit {
            return None;
        }
        bytes.extend_from_slice(&chunk);
    }
    Some(bytes)
}
