//! What a connection's status means to the person, in a bank's words.

use crate::bank::MxInstitution;

/// Returns what went wrong and what to do; `None` when nothing did.
pub(super) fn wrong(status: &str, institution: &MxInstitution) -> Option<String> {
    let words = match (status, institution.oauth) {
        ("CREATED" | "CHALLENGED" | "CONNECTED" | "RECONNECTED", _) => return None,
        ("UPDATED" | "RESUMED" | "PENDING", _) => return None,
        ("DENIED", true) => {
            "You didn’t allow access at {}. To connect, go back there and choose Allow."
        }
        ("PREVENTED", true) => {
            "Access to {} failed three times in a row. Go back there to allow it."
        }
        ("IMPAIRED" | "IMPORTED", true) => "{} needs your permission again.",
        ("DENIED", false) => "Wrong username or password. Please try again.",
        ("PREVENTED", false) => {
            "The username or password was wrong three times in a row. Check both on {}’s website before you try again."
        }
        ("IMPAIRED", false) => {
            "Your username and password for {} no longer work. Enter the current ones."
        }
        ("IMPORTED", false) => "{} needs your username and password to finish connecting.",
        ("REJECTED", _) => "Your answer to the security question was wrong. Try again.",
        ("EXPIRED", _) => "That took too long. Try again.",
        ("LOCKED", _) => {
            "Your account at {} is locked. Unlock it on the bank’s website, then try again."
        }
        ("IMPEDED", _) => {
            "{} needs you to do something first. Log in on the bank’s website, then try again."
        }
        ("DEGRADED", _) => "{} is having technical problems. Try again later.",
        ("DISCONNECTED", _) => "The connection to {} was lost. Try again.",
        ("DISCONTINUED", _) => "{} is no longer supported.",
        ("CLOSED", _) => "This connection to {} was closed.",
        ("DELAYED", _) => "{} is taking longer than usual to respond. Try again later.",
        ("DISABLED", _) => "Connections to {} are turned off right now.",
        ("FAILED", _) => "We couldn’t reach {}. Try again later.",
        _ => "Something went wrong at {}. Try again later.",
    };
    Some(words.replace("{}", &institution.name))
}
