//! One call to Plaid: headers, limits, errors, and an entry in the record of calls.

mod asked;
mod config;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc::UnboundedSender;

use super::limits::Limits;
use super::problems::{bad_answer, told_problem};
use super::webhook::Keys;
use super::wire;
use crate::retry_after::seconds;
pub(super) use asked::Asked;
use asked::Record;
pub use config::PlaidConfig;

use domain::clock::Clock;
use domain::connection::Call;
use domain::id::ConnectionId;
use domain::problem::{Problem, Reason, asked_wait};
use domain::text;
use domain::usage::HELD_BACK;

/// More than 500 rows ever need, in bytes.
const LARGEST_ANSWER: usize = 32 << 20;

/// The client for Plaid.
#[derive(Debug)]
pub struct Plaid {
    pub(super) config: PlaidConfig,
    http: reqwest::Client,
    calls: UnboundedSender<Call>,
    clock: Clock,
    pub(super) limits: Limits,
    pub(super) webhook_keys: Keys,
}

impl Plaid {
    /// Sets up the client. Each call is reported to `calls`.
    ///
    /// # Errors
    /// When the secret cannot be sent in a header, or TLS cannot be set up.
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
            // A redirect could carry tokens elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .user_agent(concat!("Passbook/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| "the HTTP client cannot be set up".to_owned())?;
        let limits = Limits::for_server(&config.base_url);
        Ok(Self {
            config,
            http,
            calls,
            clock,
            limits,
            webhook_keys: Keys::default(),
        })
    }

    pub(super) fn country_codes(&self) -> &[String] {
        &self.config.country_codes
    }

    pub(super) fn clock_now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lifts the limits, for a server without limits such as the built-in bank: calls are counted, but none is held
    /// back.
    #[must_use]
    pub fn without_limits(mut self) -> Self {
        self.limits.lift();
        self
    }

    pub(super) async fn call<B: Serialize + Sync, A: DeserializeOwned>(
        &self,
        endpoint: &'static str,
        connection: Option<&ConnectionId>,
        body: &B,
    ) -> Result<A, Problem> {
        self.ask(Asked::new(endpoint, connection), body).await
    }

    pub(super) async fn ask<B: Serialize + Sync, A: DeserializeOwned>(
        &self,
        asked: Asked<'_>,
        body: &B,
    ) -> Result<A, Problem> {
        self.wait_for_room(&asked).await?;
        let mut record = Record::begin(self, asked);
        let answer = self.exchange_bodies(&asked, body, &mut record).await;
        match &answer {
            Ok(_) => "ok".clone_into(&mut record.outcome),
            Err(problem) => {
                record.outcome.clone_from(&problem.code);
                record.reason = Some(problem.reason);
            }
        }
        answer
    }

    /// Waits for room below the limits, if that is short enough. Otherwise returns the work, so that no worker sleeps
    /// on it.
    async fn wait_for_room(&self, asked: &Asked<'_>) -> Result<(), Problem> {
        let began = std::time::Instant::now();
        loop {
            let Err(wait) = self.limits.take(asked.counted(), self.clock.now()) else {
                return Ok(());
            };
            if wait > asked.waits_for_room || began.elapsed() > asked.waits_for_room.unsigned_abs()
            {
                return Err(held_back(asked, wait));
            }
            tokio::time::sleep(wait.unsigned_abs().min(Duration::from_secs(1))).await;
        }
    }

    async fn exchange_bodies<B: Serialize + Sync, A: DeserializeOwned>(
        &self,
        asked: &Asked<'_>,
        body: &B,
        record: &mut Record<'_>,
    ) -> Result<A, Problem> {
        let (status, retry_after, bytes) = self.send(asked, body).await?;
        let request_id = serde_json::from_slice::<wire::RequestId>(&bytes)
            .ok()
            .and_then(|r| r.request_id)
            .map(|id| text::code(&id));
        record.request_id.clone_from(&request_id);
        if status.is_success() {
            return serde_json::from_slice(&bytes).map_err(|e| Problem {
                request_id,
                ..bad_answer(&e.to_string())
            });
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            let asked_for = retry_after.map(asked_wait);
            self.limits
                .empty(asked.counted(), self.clock.now(), asked_for);
        }
        let error = wire::ErrorBody {
            request_id: request_id.clone(),
            ..serde_json::from_slice(&bytes).unwrap_or_default()
        };
        let found = if error.error_code.is_empty() {
            bad_answer(&format!("status {status} without an error object"))
        } else {
            told_problem(&error, asked.endpoint, asked.connection)
        };
        Err(Problem {
            request_id,
            retry_after,
            ..found
        })
    }

    async fn send<B: Serialize + Sync>(
        &self,
        asked: &Asked<'_>,
        body: &B,
    ) -> Result<(StatusCode, Option<u64>, Vec<u8>), Problem> {
        let url = self
            .config
            .base_url
            .join(asked.endpoint)
            .map_err(|_| Problem::ours(Reason::Unreachable))?;
        let mut answer = self
            .http
            .post(url)
            .timeout(asked.patience)
            .json(body)
            .send()
            .await
            .map_err(|e| unreachable(&e))?;
        let status = answer.status();
        let retry_after = answer
            .headers()
            .get(RETRY_AFTER)
            .and_then(|v| seconds(v.to_str().ok()?, self.clock.now()));
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|e| unreachable(&e))? {
            if bytes.len() + chunk.len() > LARGEST_ANSWER {
                return Err(bad_answer("an answer larger than 32 MiB"));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok((status, retry_after, bytes))
    }
}

fn held_back(asked: &Asked<'_>, wait: SignedDuration) -> Problem {
    let seconds = wait.as_secs() + 1;
    let (endpoint, connection) = (asked.endpoint, asked.connection.map(|id| id.as_str()));
    tracing::info!(
        endpoint,
        connection,
        seconds,
        "held back: too near to a limit of Plaid's"
    );
    Problem {
        retry_after: u64::try_from(seconds).ok(),
        ..Problem::new(Reason::HeldBack, HELD_BACK)
    }
}

/// Converts a failed call. Only the error's kind is kept, without the URL.
fn unreachable(error: &reqwest::Error) -> Problem {
    let problem = Problem::ours(if error.is_timeout() {
        Reason::Timeout
    } else {
        Reason::Unreachable
    });
    tracing::warn!(
        code = problem.code,
        connect = error.is_connect(),
        "Plaid cannot be reached"
    );
    problem
}
