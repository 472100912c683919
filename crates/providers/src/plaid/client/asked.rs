//! One call as it is asked for, and its line in the record of calls.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Plaid;
use crate::plaid::limits::Counted;
use crate::plaid::paths::NAME;
use domain::connection::Call;
use domain::id::ConnectionId;
use domain::problem::Reason;

/// A real-time balance may take half a minute (plaid.com/docs/api/products/balance).
const PATIENCE: Duration = Duration::from_secs(75);

/// One call.
#[derive(Clone, Copy, Debug)]
pub(in crate::plaid) struct Asked<'a> {
    pub endpoint: &'static str,
    /// The connection that it is about, for the record and the limits.
    pub connection: Option<&'a ConnectionId>,
    /// Whether it begins without a cursor: those have a limit of their own.
    pub from_the_beginning: bool,
    /// How long it may take.
    pub patience: Duration,
    /// How long it waits by itself until there is room below a limit.
    pub waits_for_room: SignedDuration,
}

impl<'a> Asked<'a> {
    pub(in crate::plaid) fn of(
        endpoint: &'static str,
        connection: Option<&'a ConnectionId>,
    ) -> Self {
        Self {
            endpoint,
            connection,
            from_the_beginning: false,
            patience: PATIENCE,
            waits_for_room: SignedDuration::from_secs(2),
        }
    }

    pub(super) fn counted(&self) -> Counted<'a> {
        Counted {
            endpoint: self.endpoint,
            connection: self.connection,
            from_the_beginning: self.from_the_beginning,
        }
    }
}

/// A call's line in the record. It is written when the call ends, however it ends: also when whoever made
/// it does not wait for the answer any more.
pub(super) struct Record<'a> {
    plaid: &'a Plaid,
    asked: Asked<'a>,
    pub(super) started_at: Timestamp,
    since: std::time::Instant,
    pub(super) request_id: Option<String>,
    pub(super) outcome: String,
    pub(super) reason: Option<Reason>,
}

impl<'a> Record<'a> {
    pub(super) fn begin(plaid: &'a Plaid, asked: Asked<'a>) -> Self {
        Self {
            plaid,
            asked,
            started_at: plaid.clock.now(),
            since: std::time::Instant::now(),
            request_id: None,
            outcome: "GIVEN_UP".to_owned(),
            reason: None,
        }
    }
}

impl Drop for Record<'_> {
    fn drop(&mut self) {
        let duration_ms = i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX);
        let (endpoint, outcome) = (self.asked.endpoint, std::mem::take(&mut self.outcome));
        tracing::debug!(
            endpoint,
            duration_ms,
            outcome,
            request_id = self.request_id,
            "called Plaid"
        );
        // Nobody listens any more when the program stops; the call was made all the same.
        let _ = self.plaid.calls.send(Call {
            provider: NAME,
            endpoint,
            connection_id: self.asked.connection.cloned(),
            request_id: self.request_id.take(),
            started_at: self.started_at,
            duration_ms,
            outcome,
            reason: self.reason,
        });
    }
}
