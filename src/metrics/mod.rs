//! What Passbook counts about itself, for Prometheus. The counters are in memory and start at zero with the program.
//!
//! No metric is about a person: every label value comes from a bounded set of words, and none is an id, a name or
//! anything that a client sent.

mod counters;
mod outcome;
mod readings;

pub use counters::{CONTENT_TYPE, Route};
pub use outcome::Outcome;
pub use readings::{Build, DatabaseReadings, ProviderBudget, Readings};

use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;

use counters::{Counters, count, observe};
use domain::connection::Call;
use domain::job::JobKind;
use domain::rate::RateRefusal;
use domain::webhook::Refusal;

/// The counters. Clones share them. When they are switched off, which is the default, they count nothing and cost
/// nothing.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Option<Arc<Counters>>);

/// The numbers of rows that a sync changed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rows {
    /// New rows.
    pub added: u64,
    /// Changed rows.
    pub modified: u64,
    /// Removed rows.
    pub removed: u64,
}

impl Metrics {
    /// Counters that are switched on.
    #[must_use]
    pub fn on() -> Self {
        Self(Some(Arc::new(Counters::new())))
    }

    /// Whether the counters are switched on.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Counts an answered request.
    pub fn answered(&self, route: &Route, method: &Method, status: StatusCode, took: Duration) {
        if let Some(counters) = &self.0 {
            counters.answered(route, method, status, took);
        }
    }

    /// Counts the start of a run, `late` after it was due.
    pub fn run_begun(&self, kind: JobKind, late: SignedDuration) {
        if let Some(counters) = &self.0 {
            let late = Duration::try_from(late).unwrap_or_default();
            observe(&counters.lateness, [("kind", kind.as_str())], late);
        }
    }

    /// Counts the end of a run.
    pub fn run_ended(&self, kind: JobKind, outcome: Outcome) {
        if let Some(counters) = &self.0 {
            let labels = [("kind", kind.as_str()), ("outcome", outcome.as_str())];
            count(&counters.runs, labels, 1);
        }
    }

    /// Counts a finished call to a provider.
    pub fn called(&self, call: &Call) {
        let Some(counters) = &self.0 else {
            return;
        };
        // There is no end to providers' own codes, so our reason stands for them.
        let outcome = match (call.reason, call.outcome.as_str()) {
            (Some(reason), _) => reason.as_str(),
            (None, "ok") => "ok",
            (None, _) => "given_up",
        };
        let labels = [("provider", call.provider), ("outcome", outcome)];
        count(&counters.calls, labels, 1);
        let took = Duration::from_millis(u64::try_from(call.duration_ms).unwrap_or_default());
        observe(&counters.call_time, [("provider", call.provider)], took);
    }

    /// Counts a call to a source of exchange rates.
    pub fn rate_asked(&self, source: &'static str, refusal: Option<RateRefusal>, took: Duration) {
        if let Some(counters) = &self.0 {
            let outcome = refusal.map_or("ok", RateRefusal::as_str);
            let labels = [("source", source), ("outcome", outcome)];
            count(&counters.rate_calls, labels, 1);
            observe(&counters.rate_call_time, [("source", source)], took);
        }
    }

    /// Counts a webhook that was verified and written down.
    pub fn webhook_taken(&self, provider: &'static str) {
        if let Some(counters) = &self.0 {
            count(&counters.webhooks_taken, [("provider", provider)], 1);
        }
    }

    /// Counts a webhook that was refused.
    pub fn webhook_refused(&self, provider: &'static str, refusal: Refusal) {
        if let Some(counters) = &self.0 {
            let labels = [("provider", provider), ("reason", refusal.as_str())];
            count(&counters.webhooks_refused, labels, 1);
        }
    }

    /// Counts a finished sync.
    pub fn synced(&self, provider: &'static str, outcome: Outcome, rows: Rows) {
        let Some(counters) = &self.0 else {
            return;
        };
        let labels = [("provider", provider), ("outcome", outcome.as_str())];
        count(&counters.syncs, labels, 1);
        for (change, rows) in [
            ("added", rows.added),
            ("modified", rows.modified),
            ("removed", rows.removed),
        ] {
            let labels = [("provider", provider), ("change", change)];
            count(&counters.rows, labels, rows);
        }
    }

    /// Returns all metrics in Prometheus's text format, with the readings of this moment. Empty when they are switched
    /// off.
    #[must_use]
    pub fn text(&self, readings: Readings) -> String {
        let counters = self.0.as_ref();
        counters.map_or_else(String::new, |counters| counters.text(readings))
    }
}
