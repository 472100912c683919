//! The response headers that operations share.

use serde_json::{Map, Value, json};

/// Describes the headers of each response of an operation.
pub(super) fn tell(responses: &mut Map<String, Value>, open: bool, keyed: bool) {
    for (status, response) in responses {
        for (name, required, words) in of(status, open, keyed) {
            let kind = if name == "Retry-After" {
                "integer"
            } else {
                "string"
            };
            response["headers"][name] = json!({
                "description": words, "required": required, "schema": { "type": kind }
            });
        }
    }
}

/// Returns each header's name, whether it is always present, and its description.
fn of(status: &str, open: bool, keyed: bool) -> Vec<(&'static str, bool, &'static str)> {
    let mut headers = Vec::new();
    match status {
        "401" => headers.push(("WWW-Authenticate", true, "`Bearer`.")),
        "429" => headers.push(("Retry-After", true, "Seconds to wait.")),
        "409" | "502" | "503" => headers.push((
            "Retry-After",
            false,
            "Seconds to wait before trying again, if known.",
        )),
        _ => {}
    }
    if keyed && !matches!(status, "401" | "429") && !status.starts_with('5') {
        headers.push((
            "Idempotency-Replayed",
            false,
            "`true` if this is the saved response to an earlier request with the same key.",
        ));
    }
    // Only requests that were let in are counted.
    if !open && !matches!(status, "401" | "403" | "429") {
        headers.push((
            "RateLimit",
            false,
            "Requests left this minute (draft-ietf-httpapi-ratelimit-headers). Absent if there is no limit.",
        ));
        headers.push((
            "RateLimit-Policy",
            false,
            "Requests allowed per minute. Absent if there is no limit.",
        ));
    }
    headers
}
