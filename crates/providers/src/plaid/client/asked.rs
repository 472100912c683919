//! A request for one call, and the call's entry in the record of calls.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Plaid;
use crate::plaid::limits::Counted;
use crate::plaid::paths::NAME;
use domain::connection::Call;
use domain::id::ConnectionId;
use domain::problem::Reason;

/// The usual timeout. A real-time balance may take half a minute (plaid.com/docs/api/products/balance).
const PATIENCE: Duration = Duration::from_secs(75);

/// A request for one call.
#[derive(Clone, Copy, Debug)]
pub(in crate::plaid) struct Asked<'a> {
    pub endpoint: &'static str,
    /// The connection that it is about, for the record and the limits.
    pub connection: Option<&'a ConnectionId>,
    /// Whether it begins without a cursor. Such calls have a limit of their own.
    pub from_the_beginning: bool,
    /// The timeout.
    pub patience: Duration,
    /// The longest time that the call waits for room below a limit.
    pub waits_for_room: SignedDuration,
}

impl<'a> Asked<'a> {
    pub(in crate::plaid) fn new(
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

/// A call's entry in the record. It is written when the call ends, even if the caller no longer waits for the response.
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
        // No one receives the record once the program is stopping.
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
