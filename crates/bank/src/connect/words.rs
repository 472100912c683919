//! What a connection's status means to the person, in a bank's words.

use crate::bank::Bench;

/// Returns what went wrong and what to do; `None` when nothing did.
pub(super) fn wrong(status: &str, bench: &Bench) -> Option<String> {
    let words = match (status, bench.oauth) {
        ("CREATED" | "CHALLENGED" | "CONNECTED" | "RECONNECTED", _) => return None,
        ("UPDATED" | "RESUMED" | "PENDING", _) => return None,
        ("DENIED", true) => {
            "You did not allow access at {}. To connect, go there again and choose Allow."
        }
        ("PREVENTED", true) => {
            "Access to {} failed three times in a row. Go there again to allow it."
        }
        ("IMPAIRED" | "IMPORTED", true) => "{} needs you to allow access again.",
        ("DENIED", false) => "The username or password is wrong. Check both and try again.",
        ("PREVENTED", false) => {
            "The username or password was wrong three times in a row. Check both at {}'s own site before you try again."
        }
        ("IMPAIRED", false) => {
            "Your login details for {} are out of date. Enter your username and password again."
        }
        ("IMPORTED", false) => "{} needs your username and password to finish connecting.",
        ("REJECTED", _) => "Your answer to the security question was wrong. Try again.",
        ("EXPIRED", _) => "The security question was not answered in time. Try again.",
        ("LOCKED", _) => {
            "Your account at {} is locked. Unlock it at the bank's own site, then try again."
        }
        ("IMPEDED", _) => {
            "{} needs you to do something first. Log in at the bank's own site, then try again."
        }
        ("DEGRADED", _) => "{} has technical problems at the moment. Try again later.",
        ("DISCONNECTED", _) => "The connection to {} was lost. Try again.",
        ("DISCONTINUED", _) => "{} can no longer be connected here.",
        ("CLOSED", _) => "This connection to {} was closed.",
        ("DELAYED", _) => "{} is taking longer than usual to answer. Try again later.",
        ("DISABLED", _) => "Connections to {} are switched off at the moment.",
        ("FAILED", _) => "{} could not be reached. Try again later.",
        _ => "Something went wrong at {}. Try again later.",
    };
    Some(words.replace("{}", &bench.name))
}
