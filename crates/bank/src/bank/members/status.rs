//! MX's connection statuses.

/// Every status: its number, its name, and its message, in which `{}` is the bank's name.
pub const STATUSES: [(u8, &str, &str); 22] = [
    (0, "CREATED", "Connecting to {}"),
    (
        1,
        "PREVENTED",
        "The last 3 attempts to connect failed. Please re-enter your credentials.",
    ),
    (
        2,
        "DENIED",
        "The credentials entered do not match your credentials at {}.",
    ),
    (
        3,
        "CHALLENGED",
        "Please answer the security questions from {}.",
    ),
    (4, "REJECTED", "The answers were incorrect."),
    (
        5,
        "LOCKED",
        "Your account is locked. Please log in to {}'s website and follow the steps there.",
    ),
    (6, "CONNECTED", "Connected to {}"),
    (7, "IMPEDED", "{}'s website needs your attention."),
    (8, "RECONNECTED", "Reconnected to {}."),
    (9, "DEGRADED", "We're working on a problem with {}."),
    (10, "DISCONNECTED", "The connection to {} was lost."),
    (11, "DISCONTINUED", "{} is no longer supported."),
    (12, "CLOSED", "This connection is closed."),
    (13, "DELAYED", "{} is taking longer than expected."),
    (14, "FAILED", "The connection to {} failed."),
    (15, "UPDATED", "Connecting to {}"),
    (16, "DISABLED", "Importing from {} is disabled."),
    (17, "IMPORTED", "Please enter your credentials for {}."),
    (18, "RESUMED", "Connecting to {}"),
    (19, "EXPIRED", "The answers weren't given in time."),
    (20, "IMPAIRED", "Please re-enter your credentials for {}."),
    (21, "PENDING", "Please log in at {} to continue."),
];

/// Returns the number of a status, or `None` if MX has no such status.
pub fn number(name: &str) -> Option<u8> {
    STATUSES.iter().find(|one| one.1 == name).map(|one| one.0)
}

/// Returns the message of a status for people, or `None` if MX has no such status.
#[must_use]
pub fn message(name: &str, bank: &str) -> Option<String> {
    let known = STATUSES.iter().find(|one| one.1 == name)?;
    Some(known.2.replace("{}", bank))
}

/// Whether MX sends a webhook for a status.
pub fn is_announced(name: &str) -> bool {
    [
        "CHALLENGED",
        "DENIED",
        "EXPIRED",
        "IMPAIRED",
        "IMPEDED",
        "LOCKED",
        "PREVENTED",
        "REJECTED",
    ]
    .contains(&name)
}

/// Whether a run is pointless in a status, because only the person, the bank or MX itself can change it.
pub fn forbids_runs(name: &str) -> bool {
    [
        "PREVENTED",
        "DISCONTINUED",
        "CLOSED",
        "DISABLED",
        "IMPORTED",
        "IMPAIRED",
        "PENDING",
    ]
    .contains(&name)
}

/// Whether another run with the same credentials can help.
#[must_use]
pub fn can_try_again(name: &str) -> bool {
    !forbids_runs(name)
}
