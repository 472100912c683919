//! Maps MX's refusals to reasons. MX has no codes: only the HTTP status counts, and the message is for developers.

use reqwest::StatusCode;
use serde_json::Value;

use super::paths;
use domain::id::ConnectionId;
use domain::problem::{Problem, Reason};

/// How much is kept of a message for developers, in characters.
const LONGEST_TOLD: usize = 500;

/// Converts a refusal by its status. Its message goes to the log, unless the request carried secrets.
pub(super) fn refusal(
    status: StatusCode,
    body: &[u8],
    endpoint: &str,
    connection: Option<&ConnectionId>,
    secret: bool,
) -> Problem {
    let (status, connection) = (status.as_u16(), connection.map(|id| id.as_str()));
    let said = if secret || status == 401 {
        String::new()
    } else {
        said(body)
    };
    tracing::warn!(endpoint, connection, status, said, "MX refused");
    let reason = reason(status, endpoint);
    let problem = Problem::new(reason, format!("HTTP_{status}"));
    Problem {
        message: own_words(status).map_or(problem.message, str::to_owned),
        ..problem
    }
}

/// Returns the problem of a response that cannot be read. The cause goes to the log, not to the person.
pub(super) fn bad_answer(what: &str) -> Problem {
    tracing::warn!(what, "an answer from MX cannot be read");
    Problem::ours(Reason::BadAnswer)
}

fn reason(status: u16, endpoint: &str) -> Reason {
    match status {
        400 | 422 => match endpoint {
            // A field is missing, or does not belong to this bank.
            paths::CREATE_MEMBER | paths::UPDATE_MEMBER => Reason::LogInFailed,
            // The bank asks nothing any more, or something else.
            paths::RESUME => Reason::AnsweredTooLate,
            _ => Reason::Setup,
        },
        406 => Reason::Setup,
        401 => Reason::Keys,
        403 => Reason::NotEnabled,
        404 => match endpoint {
            paths::INSTITUTION | paths::CREDENTIALS | paths::CREATE_MEMBER => Reason::NotOffered,
            _ => Reason::Gone,
        },
        // The most people or members that MX allows.
        405 => Reason::Credits,
        // A job of another kind is running.
        409 => Reason::NotReady,
        429 => Reason::RateLimited,
        503 => Reason::ProviderDown,
        500..=599 => Reason::ProviderFailed,
        _ => Reason::Unclear,
    }
}

/// Returns the sentence for problems that only an admin who knows MX can fix.
fn own_words(status: u16) -> Option<&'static str> {
    Some(match status {
        401 => {
            "wasn’t contacted, because MX doesn’t accept this Passbook’s keys. This Passbook’s admin needs to check MX_CLIENT_ID and MX_API_KEY."
        }
        403 => {
            "wasn’t contacted, because MX doesn’t allow this Passbook’s address. This Passbook’s admin needs to have it allowed there."
        }
        _ => return None,
    })
}

/// Returns a body's message: an object with a message, or a text. Empty for anything else, because a page for browsers
/// would help no one.
fn said(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = &body["error"];
    let told = error["message"].as_str().or_else(|| error.as_str());
    told.unwrap_or_default()
        .chars()
        .take(LONGEST_TOLD)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::problem::Remedy;

    #[test]
    fn the_status_decides() {
        for (status, remedy) in [
            (400, Remedy::Operator),
            (401, Remedy::Operator),
            (403, Remedy::Operator),
            (404, Remedy::Relink),
            (405, Remedy::Operator),
            (406, Remedy::Operator),
            (409, Remedy::Retry),
            (422, Remedy::Operator),
            (429, Remedy::Retry),
            (500, Remedy::Retry),
            (502, Remedy::Retry),
            (503, Remedy::Wait),
            (504, Remedy::Retry),
            (302, Remedy::Retry),
            (418, Remedy::Retry),
        ] {
            let found = refusal(
                StatusCode::from_u16(status).expect("a status"),
                b"",
                paths::STATUS,
                None,
                false,
            );
            assert_eq!(found.remedy(), remedy, "{status}");
            assert_eq!(found.code, format!("HTTP_{status}"));
            let begins = found.message.chars().next().expect("words");
            assert!(begins.is_lowercase() && found.message.ends_with('.'));
        }
        assert_eq!(reason(404, paths::CREDENTIALS), Reason::NotOffered);
        assert_eq!(reason(404, paths::MEMBER), Reason::Gone);
        for status in [400, 422] {
            assert_eq!(reason(status, paths::CREATE_MEMBER), Reason::LogInFailed);
            assert_eq!(reason(status, paths::RESUME), Reason::AnsweredTooLate);
        }
    }

    #[test]
    fn what_mx_says_is_read_from_any_body() {
        for (body, words) in [
            (
                r#"{"error":{"message":"no such member"}}"#,
                "no such member",
            ),
            (r#"{"error":"no such member"}"#, "no such member"),
            (r#"{"error":{"message":7}}"#, ""),
            (r#"{"error":null}"#, ""),
            ("<html>Bad Gateway</html>", ""),
            ("[]", ""),
            ("", ""),
        ] {
            assert_eq!(said(body.as_bytes()), words, "{body}");
        }
        let long = format!(r#"{{"error":"{}"}}"#, "x".repeat(9_000));
        assert_eq!(said(long.as_bytes()).len(), LONGEST_TOLD);
    }
}
