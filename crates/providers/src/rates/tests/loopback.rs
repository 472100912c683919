//! A source on loopback that gives prepared responses and records its requests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use url::Url;

use super::*;
use crate::rates::http::{Http, Patience};

/// The status that stands for no response at all.
pub(super) const SILENCE: u16 = 0;

/// A recorded request.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
}

type Reply = (u16, Vec<(&'static str, String)>, String);

#[derive(Debug, Default)]
struct Inner {
    replies: Mutex<VecDeque<Reply>>,
    seen: Mutex<Vec<Seen>>,
}

#[derive(Debug)]
pub(super) struct Loopback {
    inner: Arc<Inner>,
    pub base: Url,
    pub clock: Clock,
    patience: Patience,
}

impl Loopback {
    pub(super) async fn start() -> Self {
        let inner = Arc::<Inner>::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            inner,
            base: format!("http://{address}/below/").parse().expect("a base"),
            clock: Clock::settable("2026-11-21T16:00:00Z".parse().expect("a moment")),
            patience: Patience {
                answer: Duration::from_secs(20),
                burst: Duration::from_millis(1),
            },
        }
    }

    /// Sets a shorter timeout for responses.
    pub(super) fn patient_for(mut self, answer: Duration) -> Self {
        self.patience.answer = answer;
        self
    }

    /// Sets the only response from now on.
    pub(super) fn on(&self, status: u16, headers: &[(&'static str, &str)], body: &str) {
        self.inner.replies.lock().expect("replies").clear();
        self.then(status, headers, body);
    }

    /// Adds a response after those already prepared.
    pub(super) fn then(&self, status: u16, headers: &[(&'static str, &str)], body: &str) {
        let headers = headers
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        let reply = (status, headers.collect(), body.to_owned());
        self.inner.replies.lock().expect("replies").push_back(reply);
    }

    pub(super) fn alphavantage(&self) -> AlphaVantage {
        let (key, clock) = (Secret::new(KEY), self.clock.clone());
        let mut source = AlphaVantage::new(&self.base, key, clock).expect("a client");
        source.http = self.http(source.name());
        source
    }

    pub(super) fn coinbase(&self) -> Coinbase {
        Coinbase {
            http: self.http("coinbase"),
        }
    }

    pub(super) fn frankfurter(&self) -> Frankfurter {
        Frankfurter {
            http: self.http("frankfurter"),
        }
    }

    /// Returns each source with a pair that it has and its response for that pair.
    pub(super) fn each(&self) -> [(Box<dyn RateSource>, Pair, String); 3] {
        [
            (
                Box::new(self.alphavantage()),
                pair("BTC/USD"),
                ALPHAVANTAGE.to_owned(),
            ),
            (
                Box::new(self.coinbase()),
                pair("BTC/USD"),
                COINBASE.to_owned(),
            ),
            (
                Box::new(self.frankfurter()),
                pair("USD/EUR"),
                FRANKFURTER.to_owned(),
            ),
        ]
    }

    fn http(&self, source: &'static str) -> Http {
        Http::new(source, &self.base, self.clock.clone(), self.patience).expect("a client")
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
}

async fn answer(State(inner): State<Arc<Inner>>, uri: Uri, headers: HeaderMap) -> Response {
    inner.seen.lock().expect("requests").push(Seen {
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        headers,
    });
    let reply = {
        let mut replies = inner.replies.lock().expect("replies");
        if replies.len() > 1 {
            replies.pop_front()
        } else {
            replies.front().cloned()
        }
    };
    let (status, more, body) = reply.expect("something to say");
    if status == SILENCE {
        return std::future::pending().await;
    }
    let status = StatusCode::from_u16(status).expect("a status");
    let mut response = (status, body).into_response();
    for (name, value) in more {
        let value = value.parse().expect("a value");
        response.headers_mut().insert(name, value);
    }
    response
}
