//! One call to MX: headers, limits, errors, and an entry in the record of calls.

use std::time::Duration;

use aws_lc_rs::hmac;
use bytes::Bytes;
use jiff::SignedDuration;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc::UnboundedSender;

use super::asking::{Asked, Record};
use super::body::wiped;
use super::config::MxConfig;
use super::http::{PATIENCE, client, fetch};
use super::limits::Limits;
use super::paths;
use super::problems::{bad_answer, refusal};
use super::watch::Watches;
use crate::retry_after::seconds;
use domain::clock::Clock;
use domain::connection::Call;
use domain::problem::{Problem, Reason, asked_wait};
use domain::text;
use domain::usage::HELD_BACK;

/// The longest time that a call waits for room below the limit.
const WAITS_FOR_ROOM: SignedDuration = SignedDuration::from_secs(2);

/// The client for MX.
#[derive(Debug)]
pub struct Mx {
    pub(super) config: MxConfig,
    pub(super) http: reqwest::Client,
    pub(super) calls: UnboundedSender<Call>,
    pub(super) clock: Clock,
    pub(super) limits: Limits,
    pub(super) watches: Watches,
    /// Signs link tokens, so that only our own are accepted.
    pub(super) link_key: hmac::Key,
}

impl Mx {
    /// Sets up the client. Each call is reported to `calls`.
    ///
    /// # Errors
    /// When a key cannot be sent in a header, or TLS cannot be set up.
    pub fn new(
        config: MxConfig,
        calls: UnboundedSender<Call>,
        clock: Clock,
    ) -> Result<Self, String> {
        let http = client(&config, PATIENCE)?;
        let link_key = hmac::Key::new(hmac::HMAC_SHA256, config.api_key.expose().as_bytes());
        Ok(Self {
            config,
            http,
            calls,
            clock,
            limits: Limits::new(),
            watches: Watches::default(),
            link_key,
        })
    }

    /// Lifts the limits, for a server without limits such as the built-in bank: calls are counted, but none is held
    /// back.
    #[must_use]
    pub fn without_limits(mut self) -> Self {
        self.limits.lift();
        self
    }

    /// Makes a call and reads its response.
    pub(super) async fn fetch<A: DeserializeOwned>(&self, asked: Asked<'_>) -> Result<A, Problem> {
        self.call(asked, None, |bytes| serde_json::from_slice(bytes))
            .await
    }

    /// Makes a call with a body and reads its response.
    pub(super) async fn send<A: DeserializeOwned>(
        &self,
        asked: Asked<'_>,
        body: &impl Serialize,
    ) -> Result<A, Problem> {
        let body = wiped(body).map_err(|_| Problem::ours(Reason::Unclear))?;
        self.call(asked, Some(body), |bytes| serde_json::from_slice(bytes))
            .await
    }

    /// Makes a call whose response only confirms it.
    pub(super) async fn tell(
        &self,
        asked: Asked<'_>,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Result<(), Problem> {
        let body = body.map(wiped).transpose();
        let body = body.map_err(|_| Problem::ours(Reason::Unclear))?;
        self.call(asked, body, |_| Ok(())).await
    }

    pub(super) async fn call<A>(
        &self,
        asked: Asked<'_>,
        body: Option<Bytes>,
        read: impl FnOnce(&[u8]) -> Result<A, serde_json::Error>,
    ) -> Result<A, Problem> {
        self.wait_for_room(&asked).await?;
        let mut record = Record::begin(self, &asked);
        let answer = self.exchange(&asked, body, &mut record).await;
        let answer = answer.and_then(|bytes| {
            // The error's own text could quote the response, so only its kind and place are kept.
            read(&bytes)
                .map_err(|e| bad_answer(&format!("{:?} in column {}", e.classify(), e.column())))
        });
        let answer = answer.map_err(|problem| Problem {
            request_id: record.request_id.clone(),
            ..problem
        });
        record.ends(answer.as_ref().err());
        answer
    }

    /// Waits for room below the limit, if that is short enough. Otherwise returns the work, so that no worker sleeps on
    /// it.
    async fn wait_for_room(&self, asked: &Asked<'_>) -> Result<(), Problem> {
        let began = std::time::Instant::now();
        loop {
            let Err(wait) = self.limits.take(self.clock.now()) else {
                return Ok(());
            };
            if wait > WAITS_FOR_ROOM || began.elapsed() > WAITS_FOR_ROOM.unsigned_abs() {
                return Err(held_back(asked, wait));
            }
            tokio::time::sleep(wait.unsigned_abs().min(Duration::from_secs(1))).await;
        }
    }

    async fn exchange(
        &self,
        asked: &Asked<'_>,
        body: Option<Bytes>,
        record: &mut Record<'_>,
    ) -> Result<Vec<u8>, Problem> {
        let secret = body.is_some();
        let (method, mut url) = paths::to_url(&self.config.base_url, asked.endpoint, &asked.ids)
            .ok_or_else(|| Problem::ours(Reason::KeyRefused))?;
        if !asked.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&asked.query);
        }
        let mut request = self.http.request(method, url);
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        let (status, headers, bytes) = fetch(request).await?;
        let request_id = headers.get("x-request-id").and_then(|id| id.to_str().ok());
        record.request_id = request_id.map(text::code);
        if status.is_success() {
            return Ok(bytes);
        }
        let now = self.clock.now();
        let retry_after = headers.get(RETRY_AFTER);
        let retry_after = retry_after.and_then(|text| seconds(text.to_str().ok()?, now));
        if status == StatusCode::TOO_MANY_REQUESTS {
            self.limits.empty(now, retry_after.map(asked_wait));
        }
        Err(Problem {
            retry_after,
            ..refusal(status, &bytes, asked.endpoint, asked.connection, secret)
        })
    }
}

fn held_back(asked: &Asked<'_>, wait: SignedDuration) -> Problem {
    let seconds = wait.as_secs() + 1;
    let endpoint = asked.endpoint;
    tracing::info!(endpoint, seconds, "held back: too near to a limit of MX's");
    Problem {
        retry_after: u64::try_from(seconds).ok(),
        ..Problem::new(Reason::HeldBack, HELD_BACK)
    }
}
