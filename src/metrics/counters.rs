//! The counters with their names and help texts.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::prometheus_text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

use super::readings::{self, Readings};

pub use prometheus_client::encoding::prometheus_text::CONTENT_TYPE;

/// The prefix of every metric's name.
pub(super) const PREFIX: &str = "passbook";

/// A route as it is declared, such as `/connections/{id}`.
pub type Route = Arc<str>;
/// Labels and their values.
type Words<const N: usize> = [(&'static str, &'static str); N];
type Counts<L> = Family<L, Counter>;
type Times<L> = Family<L, Histogram, fn() -> Histogram>;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Answered {
    route: Route,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Asked {
    route: Route,
}

#[derive(Debug)]
pub(super) struct Counters {
    registry: Registry,
    requests: Counts<Answered>,
    request_time: Times<Asked>,
    pub(super) runs: Counts<Words<2>>,
    pub(super) lateness: Times<Words<1>>,
    pub(super) calls: Counts<Words<2>>,
    pub(super) call_time: Times<Words<1>>,
    pub(super) rate_calls: Counts<Words<2>>,
    pub(super) rate_call_time: Times<Words<1>>,
    pub(super) webhooks_taken: Counts<Words<1>>,
    pub(super) webhooks_refused: Counts<Words<2>>,
    pub(super) syncs: Counts<Words<2>>,
    pub(super) rows: Counts<Words<2>>,
}

impl Counters {
    #[rustfmt::skip]
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix(PREFIX);
        let r = &mut registry;
        Self {
            requests: known(r, "http_requests", "HTTP requests answered, by route pattern, method and status code", Counts::default()),
            request_time: known(r, "http_request_duration_seconds", "Time taken to answer HTTP requests, up to the response headers, by route pattern", times(answers)),
            runs: known(r, "job_runs", "Background job runs that have ended, by kind and outcome", Counts::default()),
            lateness: known(r, "job_lateness_seconds", "How long after they were due background jobs were started, by kind", times(waits)),
            calls: known(r, "provider_calls", "API calls made to bank data providers, by outcome: ok, or why they failed", Counts::default()),
            call_time: known(r, "provider_call_duration_seconds", "Duration of API calls to bank data providers", times(answers)),
            rate_calls: known(r, "rate_source_calls", "Requests made to exchange rate sources, by outcome: ok, or why they were refused", Counts::default()),
            rate_call_time: known(r, "rate_source_call_duration_seconds", "Duration of requests to exchange rate sources", times(answers)),
            webhooks_taken: known(r, "webhooks_accepted", "Webhooks from bank data providers that were verified and stored", Counts::default()),
            webhooks_refused: known(r, "webhooks_refused", "Webhooks that failed verification, by the provider they claimed to come from and by reason", Counts::default()),
            syncs: known(r, "syncs", "Connection syncs that have ended, by provider and outcome", Counts::default()),
            rows: known(r, "sync_rows", "Transactions added, modified or removed by syncs", Counts::default()),
            registry,
        }
    }

    /// Counts a request under one of a few methods, because an HTTP method can be any word.
    pub(super) fn answered(
        &self,
        route: &Route,
        method: &Method,
        status: StatusCode,
        took: Duration,
    ) {
        let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
        let method = known.into_iter().find(|known| method == known);
        let answered = Answered {
            route: route.clone(),
            method: method.unwrap_or("other"),
            status: status.as_u16(),
        };
        self.requests.get_or_create(&answered).inc();
        let asked = Asked {
            route: route.clone(),
        };
        let time = self.request_time.get_or_create(&asked);
        time.observe(took.as_secs_f64());
    }

    pub(super) fn text(&self, readings: Readings) -> String {
        let mut text = String::new();
        // Writing to memory does not fail.
        let _ = encode(&mut text, &self.registry);
        let _ = encode(&mut text, &readings::registry(readings));
        text
    }
}

fn known<M: Metric + Clone>(registry: &mut Registry, name: &str, help: &str, metric: M) -> M {
    registry.register(name, help, metric.clone());
    metric
}

fn times<L: Clone + Eq + std::hash::Hash>(buckets: fn() -> Histogram) -> Times<L> {
    Family::new_with_constructor(buckets)
}

/// From a page, which takes a millisecond, to a bank that takes a minute.
fn answers() -> Histogram {
    Histogram::new([
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
    ])
}

/// From work that a person waits for to work that came due while the machine slept.
fn waits() -> Histogram {
    Histogram::new([
        0.01, 0.05, 0.25, 1.0, 5.0, 15.0, 60.0, 120.0, 300.0, 900.0, 3_600.0, 21_600.0,
    ])
}

pub(super) fn count<const N: usize>(counts: &Counts<Words<N>>, labels: Words<N>, by: u64) {
    counts.get_or_create(&labels).inc_by(by);
}

pub(super) fn observe<const N: usize>(times: &Times<Words<N>>, labels: Words<N>, took: Duration) {
    times.get_or_create(&labels).observe(took.as_secs_f64());
}
