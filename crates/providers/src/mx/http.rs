//! Sets up the HTTP client and reads responses.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, RequestBuilder, StatusCode};
use zeroize::Zeroizing;

use super::config::MxConfig;
use super::problems::bad_answer;
use domain::problem::{Problem, Reason};

/// The timeout of a call. MX confirms at once that it will ask a bank, and answers everything else from its own data.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// More than 1,000 rows ever need, in bytes.
const LARGEST_ANSWER: usize = 32 << 20;

/// Returns a client that sends MX's keys with each request. `patience` is the timeout for the whole response.
pub(super) fn client(config: &MxConfig, patience: Duration) -> Result<Client, String> {
    Client::builder()
        .default_headers(headers(config)?)
        // A redirect could carry keys and credentials elsewhere.
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .timeout(patience)
        .user_agent(concat!("Passbook/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|_| "the HTTP client cannot be set up".to_owned())
}

fn headers(config: &MxConfig) -> Result<HeaderMap, String> {
    let pair = Zeroizing::new([config.client_id.as_str(), ":", config.api_key.expose()].concat());
    let pair = Zeroizing::new(["Basic ", &STANDARD.encode(pair.as_bytes())].concat());
    let basic = HeaderValue::from_str(&pair);
    let mut basic = basic.map_err(|_| "MX_CLIENT_ID and MX_API_KEY cannot be sent".to_owned())?;
    basic.set_sensitive(true);
    Ok(HeaderMap::from_iter([
        (AUTHORIZATION, basic),
        (ACCEPT, HeaderValue::from_static("application/json")),
        (
            HeaderName::from_static("accept-version"),
            HeaderValue::from_static("v20250224"),
        ),
    ]))
}

pub(super) async fn fetch(
    request: RequestBuilder,
) -> Result<(StatusCode, HeaderMap, Vec<u8>), Problem> {
    let answer = request.send().await;
    let mut answer = answer.map_err(|e| unreachable(&e))?;
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|e| unreachable(&e))? {
        if bytes.len() + chunk.len() > LARGEST_ANSWER {
            return Err(bad_answer("an answer larger than 32 MiB"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((answer.status(), answer.headers().clone(), bytes))
}

/// Converts a failed call. Only the error's kind is kept, without the URL.
fn unreachable(error: &reqwest::Error) -> Problem {
    let problem = Problem::ours(match error {
        _ if error.is_connect() => Reason::Unreachable,
        _ if error.is_timeout() => Reason::Timeout,
        // The request was sent, and the response broke off.
        _ => Reason::BadAnswer,
    });
    tracing::warn!(
        code = problem.code,
        connect = error.is_connect(),
        "MX cannot be reached"
    );
    problem
}
