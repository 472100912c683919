//! What MX's `connection_status` means: on the way to a link, and for a connection that there is.

use domain::problem::{Problem, Reason};
use domain::text;

/// What a status means on the way to a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnTheWay {
    /// The bank is being asked, or will be.
    Goes,
    /// The bank asks the person something.
    Asks,
    /// An answer was wrong. The bank may ask once more; if it does not, this is the end.
    AsksOnceMore(Reason),
    /// The bank has let the person in.
    Done,
    /// It came to nothing.
    Ends(Reason),
}

/// A status.
struct Row {
    word: &'static str,
    on_the_way: OnTheWay,
    /// What is wrong with a connection that stands so.
    standing: Option<Reason>,
}

use OnTheWay::{Asks, AsksOnceMore, Done, Ends, Goes};

/// Every status, in the order of MX's numbers for them.
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
    // Moved to another source: the person has to be there when it is asked for the first time.
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
    // MX has none or not all of what the bank's log-in asks for.
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

/// What a status means on the way to a link. One that is new to us, or none at all, is no end: the deadline is.
pub(super) fn on_the_way(status: &str) -> OnTheWay {
    let known = TABLE.iter().find(|row| row.word == status);
    known.map_or(Goes, |row| row.on_the_way)
}

/// What is wrong with a connection that stands so.
pub(super) fn standing(status: &str, is_oauth: bool) -> Option<Problem> {
    let known = TABLE.iter().find(|row| row.word == status)?;
    known
        .standing
        .map(|reason| problem(reason, status, is_oauth))
}

/// Whether what is wrong is the log-in itself, of which more has to be known.
pub(super) fn is_refused(reason: Reason) -> bool {
    matches!(reason, Reason::WrongCredentials | Reason::TriedTooOften)
}

/// Whether the bank asks the person something.
pub(super) fn asks(status: &str) -> bool {
    on_the_way(status) == Asks
}

/// A problem under MX's own word for it. Where people log in on the bank's own site, nothing was typed that could be
/// wrong: what is refused there is the permission.
pub(super) fn problem(reason: Reason, status: &str, is_oauth: bool) -> Problem {
    let reason = match is_oauth && is_refused(reason) {
        true => Reason::ConsentMissing,
        false => reason,
    };
    Problem::new(reason, text::code(status))
}
