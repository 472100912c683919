//! What Passbook counts about itself, for Prometheus. The counters live in memory and begin at nothing with each start.
//!
//! Nothing here is about a person: the value of every label is one of a bounded set of words, and none is an id, a name
//! or anything that somebody sent.

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

/// The counters. Clones share them. Switched off, which is the default, they count nothing and cost nothing.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Option<Arc<Counters>>);

/// What a sync changed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rows {
    /// Rows that were not there before.
    pub added: u64,
    /// Rows that were there.
    pub modified: u64,
    /// Rows that are gone.
    pub removed: u64,
}

impl Metrics {
    /// Counters that count.
    #[must_use]
    pub fn on() -> Self {
        Self(Some(Arc::new(Counters::new())))
    }

    /// Whether they count.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// A request was answered.
    pub fn answered(&self, route: &Route, method: &Method, status: StatusCode, took: Duration) {
        if let Some(counters) = &self.0 {
            counters.answered(route, method, status, took);
        }
    }

    /// A piece of background work was begun so long after it was due.
    pub fn run_begun(&self, kind: JobKind, late: SignedDuration) {
        if let Some(counters) = &self.0 {
            let late = Duration::try_from(late).unwrap_or_default();
            observe(&counters.lateness, [("kind", kind.as_str())], late);
        }
    }

    /// A run of background work ended.
    pub fn run_ended(&self, kind: JobKind, outcome: Outcome) {
        if let Some(counters) = &self.0 {
            let labels = [("kind", kind.as_str()), ("outcome", outcome.as_str())];
            count(&counters.runs, labels, 1);
        }
    }

    /// A call to a provider ended.
    pub fn called(&self, call: &Call) {
        let Some(counters) = &self.0 else {
            return;
        };
        // A provider's own codes are its affair, and there is no end to them: our reason for one stands for it.
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

    /// A source of exchange rates was asked.
    pub fn rate_asked(&self, source: &'static str, refusal: Option<RateRefusal>, took: Duration) {
        if let Some(counters) = &self.0 {
            let outcome = refusal.map_or("ok", RateRefusal::as_str);
            let labels = [("source", source), ("outcome", outcome)];
            count(&counters.rate_calls, labels, 1);
            observe(&counters.rate_call_time, [("source", source)], took);
        }
    }

    /// A webhook was believed and written down.
    pub fn webhook_taken(&self, provider: &'static str) {
        if let Some(counters) = &self.0 {
            count(&counters.webhooks_taken, [("provider", provider)], 1);
        }
    }

    /// A webhook was not believed.
    pub fn webhook_refused(&self, provider: &'static str, refusal: Refusal) {
        if let Some(counters) = &self.0 {
            let labels = [("provider", provider), ("reason", refusal.as_str())];
            count(&counters.webhooks_refused, labels, 1);
        }
    }

    /// A sync ended.
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

    /// All of it in Prometheus's text form, with what was read at this moment; empty when it is switched off.
    #[must_use]
    pub fn text(&self, readings: Readings) -> String {
        let counters = self.0.as_ref();
        counters.map_or_else(String::new, |counters| counters.text(readings))
    }
}
