//! When to look at a connection again after a success.

use jiff::{SignedDuration, Timestamp};

use crate::context::Ctx;
pub(super) use crate::queue::{POLL, after};
use domain::connection::Connection;
use domain::feed::UpdateStatus;

/// Returns the next look: frequent at the start of the first sync, then less and less; after it, only as a safety net.
pub(super) fn next_look(ctx: &Ctx, connection: &Connection, status: UpdateStatus) -> Timestamp {
    let now = ctx.clock.now();
    if status == UpdateStatus::Historical {
        return after(now, POLL);
    }
    // A connection that was linked while the clock was ahead counts as a few minutes old.
    let age = match now.duration_since(connection.created_at) {
        age if age.is_negative() => SignedDuration::from_mins(4),
        age => age,
    };
    after(now, (age / 4).clamp(SignedDuration::from_millis(400), POLL))
}
