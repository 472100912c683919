//! An MX on loopback that gives prepared responses and records its requests.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::mx::{Mx, MxConfig, http};
use domain::clock::Clock;
use domain::connection::Call;
use domain::secret::Secret;

pub(super) const API_KEY: &str = "k3y-of-the-api";
/// `client:k3y-of-the-api` in base64.
const BASIC: &str = "Basic Y2xpZW50OmszeS1vZi10aGUtYXBp";

/// A recorded request.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// The method and path.
    pub what: String,
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    /// The body, or null without one.
    pub body: Value,
}

/// The status that stands for no response at all.
pub(super) const SILENCE: u16 = 0;

type Reply = (u16, Vec<(&'static str, String)>, String);

#[derive(Debug, Default)]
struct Inner {
    replies: Mutex<HashMap<String, VecDeque<Reply>>>,
    seen: Mutex<Vec<Seen>>,
}

impl Inner {
    /// Returns the next response to this request.
    fn next(&self, what: &str) -> Option<Reply> {
        let mut replies = self.replies.lock().expect("replies");
        let of_this = replies.get_mut(what)?;
        if of_this.len() > 1 {
            of_this.pop_front()
        } else {
            of_this.front().cloned()
        }
    }
}

#[derive(Debug)]
pub(super) struct Loopback {
    inner: Arc<Inner>,
    pub mx: Mx,
    pub clock: Clock,
    calls: Mutex<UnboundedReceiver<Call>>,
}

impl Loopback {
    pub(super) async fn start() -> Self {
        Self::with_key(API_KEY).await
    }

    pub(super) async fn with_key(key: &str) -> Self {
        let inner = Arc::<Inner>::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let (sender, calls) = unbounded_channel();
        let clock = Clock::settable("2026-11-21T12:00:00Z".parse().expect("a moment"));
        let config = MxConfig {
            base_url: format!("http://{address}").parse().expect("an address"),
            client_id: "client".to_owned(),
            api_key: Secret::new(key),
            webhook_path: Some(Secret::new("s3cret-path")),
            webhook_password: Some(Secret::new("s3cret-word")),
        };
        let mx = Mx::new(config, sender, clock.clone()).expect("a client");
        Self {
            inner,
            mx,
            clock,
            calls: Mutex::new(calls),
        }
    }

    /// Lifts the limits, for many calls at once.
    pub(super) fn lifted(mut self) -> Self {
        self.mx = self.mx.without_limits();
        self
    }

    /// Sets a shorter timeout for responses.
    pub(super) fn patient_for(mut self, patience: Duration) -> Self {
        self.mx.http = http::client(&self.mx.config, patience).expect("a client");
        self
    }

    /// Adds a response to a request. Responses are given in order, and the last one is repeated.
    pub(super) fn on(&self, what: &str, status: u16, body: &Value) {
        self.on_text(what, status, &[], &body.to_string());
    }

    pub(super) fn on_text(
        &self,
        what: &str,
        status: u16,
        headers: &[(&'static str, &str)],
        body: &str,
    ) {
        let headers = headers
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        let reply = (status, headers.collect(), body.to_owned());
        let mut replies = self.inner.replies.lock().expect("replies");
        replies.entry(what.to_owned()).or_default().push_back(reply);
    }

    /// Removes the responses to a request.
    pub(super) fn off(&self, what: &str) {
        self.inner.replies.lock().expect("replies").remove(what);
    }

    /// Takes the requests since the last call.
    pub(super) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.inner.seen.lock().expect("requests"))
    }

    /// Returns the only request that was made.
    pub(super) fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.into_iter().next().expect("one")
    }

    /// Takes the record of calls since the last call.
    pub(super) fn record(&self) -> Vec<Call> {
        let mut calls = self.calls.lock().expect("calls");
        std::iter::from_fn(|| calls.try_recv().ok()).collect()
    }
}

async fn answer(
    State(inner): State<Arc<Inner>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let what = format!("{method} {}", uri.path());
    let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    inner.seen.lock().expect("requests").push(Seen {
        what: what.clone(),
        query: query.into_owned().collect(),
        headers: headers.clone(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    });
    if headers
        .get(header::AUTHORIZATION)
        .is_none_or(|given| given != BASIC)
    {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if headers
        .get("accept-version")
        .is_none_or(|given| given != "v20250224")
    {
        return StatusCode::NOT_ACCEPTABLE.into_response();
    }
    let Some((status, more, body)) = inner.next(&what) else {
        return (StatusCode::NOT_FOUND, r#"{"error":{"message":"not here"}}"#).into_response();
    };
    if status == SILENCE {
        return std::future::pending().await;
    }
    let status = StatusCode::from_u16(status).expect("a status");
    let mut response = (status, [("x-request-id", "request-1")], body).into_response();
    for (name, value) in more {
        response
            .headers_mut()
            .insert(name, value.parse().expect("a value"));
    }
    response
}
