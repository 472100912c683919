//! A request for one call, and the call's entry in the record of calls.

use jiff::Timestamp;

use super::{Mx, NAME};
use domain::connection::Call;
use domain::id::ConnectionId;
use domain::problem::{Problem, Reason};

/// A request for one call.
#[derive(Clone, Debug)]
pub(super) struct Asked<'a> {
    pub endpoint: &'static str,
    /// The ids for the placeholders of its path.
    pub ids: Vec<&'a str>,
    pub query: Vec<(&'static str, String)>,
    /// The connection that it is about, for the record.
    pub connection: Option<&'a ConnectionId>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(endpoint: &'static str, ids: &[&'a str]) -> Self {
        Self {
            endpoint,
            ids: ids.to_vec(),
            query: Vec::new(),
            connection: None,
        }
    }

    pub(super) fn about(mut self, connection: Option<&'a ConnectionId>) -> Self {
        self.connection = connection;
        self
    }

    pub(super) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }
}

/// A call's entry in the record. It is written when the call ends, even if the caller no longer waits for the response.
pub(super) struct Record<'a> {
    mx: &'a Mx,
    endpoint: &'static str,
    connection: Option<ConnectionId>,
    started_at: Timestamp,
    since: std::time::Instant,
    pub(super) request_id: Option<String>,
    outcome: String,
    reason: Option<Reason>,
}

impl<'a> Record<'a> {
    pub(super) fn begin(mx: &'a Mx, asked: &Asked<'_>) -> Self {
        Self {
            mx,
            endpoint: asked.endpoint,
            connection: asked.connection.cloned(),
            started_at: mx.clock.now(),
            since: std::time::Instant::now(),
            request_id: None,
            outcome: "GIVEN_UP".to_owned(),
            reason: None,
        }
    }

    /// Notes how the call ended.
    pub(super) fn ends(&mut self, problem: Option<&Problem>) {
        self.outcome = problem.map_or("ok", |problem| &problem.code).to_owned();
        self.reason = problem.map(|problem| problem.reason);
    }
}

impl Drop for Record<'_> {
    fn drop(&mut self) {
        let duration_ms = i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX);
        let (endpoint, outcome) = (self.endpoint, std::mem::take(&mut self.outcome));
        let request_id = self.request_id.take();
        tracing::debug!(endpoint, duration_ms, outcome, request_id, "called MX");
        // No one receives the record once the program is stopping.
        let _ = self.mx.calls.send(Call {
            provider: NAME,
            endpoint,
            connection_id: self.connection.take(),
            request_id,
            started_at: self.started_at,
            duration_ms,
            outcome,
            reason: self.reason,
        });
    }
}
