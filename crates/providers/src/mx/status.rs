//! The meaning of MX's `connection_status`, while linking and for an existing connection.

use domain::problem::{Problem, Reason};
use domain::text;

/// The meaning of a status while linking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnTheWay {
    /// The bank is being asked, or will be.
    Goes,
    /// The bank challenges the person.
    Asks,
    /// An answer was wrong. The bank may ask once more; if it does not, the link has failed.
    AsksOnceMore(Reason),
    /// The bank has accepted the log-in.
    Done,
    /// The link has failed.
    Ends(Reason),
}

/// A status and its meanings.
struct Row {
    word: &'static str,
    on_the_way: OnTheWay,
    /// The problem of a connection with this status.
    standing: Option<Reason>,
}

use OnTheWay::{Asks, AsksOnceMore, Done, Ends, Goes};

/// Every status, in the order of MX's numbers.
const TABLE: [Row; 22] = [
    row("CREATED", Goes, None),
    row(
        "PREVENTED",
        Ends(Reason::TriedTooOften),
        Some(Reason::TriedTooOften),
    ),
    row(
        "DENIED",
        Ends(Reason::WrongCredentials),
        Some(Reason::WrongCredentials),
    ),
    row("CHALLENGED", Asks, Some(Reason::LogInNeeded)),
    row(
        "REJECTED",
        AsksOnceMore(Reason::WrongAnswer),
        Some(Reason::WrongAnswer),
    ),
    row("LOCKED", Ends(Reason::Locked), Some(Reason::Locked)),
    row("CONNECTED", Done, None),
    row(
        "IMPEDED",
        Ends(Reason::SetupAtBank),
        Some(Reason::SetupAtBank),
    ),
    // Moved to another source: the person has to be present for the first request.
    row(
        "RECONNECTED",
        Ends(Reason::LogInFailed),
        Some(Reason::LogInFailed),
    ),
    row("DEGRADED", Ends(Reason::BankDown), Some(Reason::BankDown)),
    row(
        "DISCONNECTED",
        Ends(Reason::BankDown),
        Some(Reason::BankDown),
    ),
    row(
        "DISCONTINUED",
        Ends(Reason::NotOffered),
        Some(Reason::NotOffered),
    ),
    row("CLOSED", Ends(Reason::Gone), Some(Reason::Gone)),
    row("DELAYED", Goes, None),
    row("FAILED", Ends(Reason::BankDown), Some(Reason::BankDown)),
    row("UPDATED", Goes, None),
    row(
        "DISABLED",
        Ends(Reason::NotEnabled),
        Some(Reason::NotEnabled),
    ),
    // MX lacks some or all of the credentials that the bank asks for.
    row(
        "IMPORTED",
        Ends(Reason::LogInNeeded),
        Some(Reason::LogInNeeded),
    ),
    row("RESUMED", Goes, None),
    row(
        "EXPIRED",
        Ends(Reason::AnsweredTooLate),
        Some(Reason::AnsweredTooLate),
    ),
    row(
        "IMPAIRED",
        Ends(Reason::LogInNeeded),
        Some(Reason::LogInNeeded),
    ),
    // The person is at the bank's own log-in.
    row("PENDING", Goes, Some(Reason::LogInNeeded)),
];

const fn row(word: &'static str, on_the_way: OnTheWay, standing: Option<Reason>) -> Row {
    Row {
        word,
        on_the_way,
        standing,
    }
}

/// Returns the meaning of a status while linking. An unknown or missing status does not end the link; the deadline
/// does.
pub(super) fn on_the_way(status: &str) -> OnTheWay {
    let known = TABLE.iter().find(|row| row.word == status);
    known.map_or(Goes, |row| row.on_the_way)
}

/// Returns the problem of a connection with this status, if it has one.
pub(super) fn standing(status: &str, is_oauth: bool) -> Option<Problem> {
    let known = TABLE.iter().find(|row| row.word == status)?;
    known
        .standing
        .map(|reason| problem(reason, status, is_oauth))
}

/// Whether the bank refused the log-in itself. What to tell the person then depends on where they logged in.
pub(super) fn is_refused(reason: Reason) -> bool {
    matches!(reason, Reason::WrongCredentials | Reason::TriedTooOften)
}

/// Whether the bank challenges the person.
pub(super) fn asks(status: &str) -> bool {
    on_the_way(status) == Asks
}

/// Returns a problem with MX's status as its code. Where people log in on the bank's own site, no typed credentials can
/// be wrong; what was refused is the consent.
pub(super) fn problem(reason: Reason, status: &str, is_oauth: bool) -> Problem {
    let reason = match is_oauth && is_refused(reason) {
        true => Reason::ConsentMissing,
        false => reason,
    };
    Problem::new(reason, text::code(status))
}
