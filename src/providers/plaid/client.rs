//! One call to Plaid: headers, limits, errors, and a line in the record of calls.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc::UnboundedSender;
use url::Url;

use super::problems::{bad_answer, problem};
use super::webhook::Keys;
use super::wire;
use crate::clock::Clock;
use crate::domain::connection::Call;
use crate::domain::id::ConnectionId;
use crate::domain::problem::Problem;
use crate::domain::secret::Secret;

/// A real-time balance may take half a minute (plaid.com/docs/api/products/balance).
const PATIENCE: Duration = Duration::from_secs(75);
/// More than 500 rows ever need.
const LARGEST_ANSWER: usize = 32 << 20;

/// How Plaid is reached, and what is asked of it.
#[derive(Clone, Debug)]
pub struct PlaidConfig {
    /// Where the API is.
    pub base_url: Url,
    /// The client id.
    pub client_id: String,
    /// The secret.
    pub secret: Secret,
    /// The name that Link shows; Plaid cuts it at 30 characters.
    pub client_name: String,
    /// Whose institutions are offered.
    pub country_codes: Vec<String>,
    /// Link's language.
    pub language: String,
    /// Sent only when set.
    pub redirect_uri: Option<String>,
    /// Where webhooks go, if they can reach us.
    pub webhook: Option<String>,
}

/// The way to Plaid.
#[derive(Debug)]
pub struct Plaid {
    pub(super) config: PlaidConfig,
    http: reqwest::Client,
    calls: UnboundedSender<Call>,
    clock: Clock,
    pub(super) webhook_keys: Keys,
}

impl Plaid {
    /// Sets the way up. Each call is reported to `calls`.
    ///
    /// # Errors
    /// When the secret cannot stand in a header or there is no TLS.
    pub fn new(
        config: PlaidConfig,
        calls: UnboundedSender<Call>,
        clock: Clock,
    ) -> Result<Self, String> {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("plaid-client-id", config.client_id.as_str()),
            ("plaid-secret", config.secret.expose()),
        ] {
            let mut value = HeaderValue::from_str(value).map_err(|_| {
                "PLAID_CLIENT_ID and PLAID_SECRET must be plain letters and digits".to_owned()
            })?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        headers.insert("plaid-version", HeaderValue::from_static("2020-09-14"));
        let http = reqwest::Client::builder()
            .default_headers(headers)
            // A redirect would carry tokens to who knows where.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(PATIENCE)
            .user_agent(concat!("Passbook/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| "the HTTP client cannot be set up".to_owned())?;
        Ok(Self {
            config,
            http,
            calls,
            clock,
            webhook_keys: Keys::default(),
        })
    }

    pub(super) fn country_codes(&self) -> &[String] {
        &self.config.country_codes
    }

    pub(super) fn clock_now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) async fn call<B: Serialize + Sync, A: DeserializeOwned>(
        &self,
        endpoint: &'static str,
        connection: Option<&ConnectionId>,
        body: &B,
    ) -> Result<A, Problem> {
        let started_at = self.clock.now();
        let since = std::time::Instant::now();
        let (answer, request_id) = self.exchange_bodies(endpoint, body).await;
        let outcome = match &answer {
            Ok(_) => "ok".to_owned(),
            Err(problem) => problem.code.clone(),
        };
        self.report(
            endpoint,
            connection,
            request_id,
            started_at,
            since.elapsed(),
            outcome,
        );
        answer
    }

    async fn exchange_bodies<B: Serialize + Sync, A: DeserializeOwned>(
        &self,
        endpoint: &'static str,
        body: &B,
    ) -> (Result<A, Problem>, Option<String>) {
        let (status, retry_after, bytes) = match self.send(endpoint, body).await {
            Ok(answer) => answer,
            Err(problem) => return (Err(problem), None),
        };
        let request_id = serde_json::from_slice::<wire::RequestId>(&bytes)
            .ok()
            .and_then(|r| r.request_id);
        if status.is_success() {
            let answer = serde_json::from_slice(&bytes).map_err(|e| bad_answer(&e.to_string()));
            return (
                answer.map_err(|p| Problem {
                    request_id: request_id.clone(),
                    ..p
                }),
                request_id,
            );
        }
        let error: wire::ErrorBody = serde_json::from_slice(&bytes).unwrap_or_default();
        let mut found = if error.error_code.is_empty() {
            bad_answer(&format!("status {status} without an error object"))
        } else {
            problem(&error.error_type, &error.error_code, None)
        };
        found.request_id = request_id.clone();
        found.retry_after = retry_after;
        (Err(found), request_id)
    }

    async fn send<B: Serialize + Sync>(
        &self,
        endpoint: &'static str,
        body: &B,
    ) -> Result<(StatusCode, Option<u64>, Vec<u8>), Problem> {
        let url = self
            .config
            .base_url
            .join(endpoint)
            .map_err(|_| problem("", "UNREACHABLE", None))?;
        let mut answer = self
            .http
            .post(url)
            .json(body)
            .send()
            .await
            .map_err(|e| unreachable(&e))?;
        let status = answer.status();
        let retry_after = answer
            .headers()
            .get(RETRY_AFTER)
            .and_then(|v| v.to_str().ok()?.trim().parse().ok());
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|e| unreachable(&e))? {
            if bytes.len() + chunk.len() > LARGEST_ANSWER {
                return Err(bad_answer("an answer larger than 32 MiB"));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok((status, retry_after, bytes))
    }

    fn report(
        &self,
        endpoint: &'static str,
        connection: Option<&ConnectionId>,
        request_id: Option<String>,
        started_at: Timestamp,
        took: Duration,
        outcome: String,
    ) {
        let duration_ms = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        tracing::debug!(endpoint, duration_ms, outcome, request_id, "called Plaid");
        // Nobody listens any more when the program stops; the call was made all the same.
        let _ = self.calls.send(Call {
            provider: "plaid",
            endpoint,
            connection_id: connection.cloned(),
            request_id,
            started_at,
            duration_ms,
            outcome,
        });
    }
}

/// The address is left out: an error must not carry more than its kind.
fn unreachable(error: &reqwest::Error) -> Problem {
    let code = if error.is_timeout() {
        "TIMEOUT"
    } else {
        "UNREACHABLE"
    };
    tracing::warn!(
        code,
        connect = error.is_connect(),
        "Plaid cannot be reached"
    );
    problem("API_ERROR", code, None)
}
