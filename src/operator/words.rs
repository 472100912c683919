//! Words and formats for the operator.

use super::view::{State, Tone};
use domain::job::JobKind;

/// Says what a webhook led to.
pub(super) fn caused(word: &str) -> &'static str {
    match word {
        "sync" => "started a sync",
        "finish_link" => "completed a link",
        _ => "no action needed",
    }
}

/// Formats milliseconds as "12 ms", "1.4 s" or "3 minutes".
pub(super) fn duration(ms: i64) -> String {
    match ms {
        ..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        60_000..120_000 => "1 minute".to_owned(),
        _ => format!("{} minutes", ms / 60_000),
    }
}

/// Returns the name of a kind of job.
pub(super) fn kind(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Sync => "Sync",
        JobKind::Unlink => "Unlink from provider",
        JobKind::Link => "Complete link",
        JobKind::Institution => "Bank details refresh",
        JobKind::Webhook => "Webhook URL update",
        JobKind::CleanUp => "Cleanup",
        JobKind::Optimize => "Database statistics",
        JobKind::SearchWords => "Search index rebuild",
        JobKind::Notify => "Webhook delivery",
        JobKind::Backup => "Backup",
        JobKind::Mail => "Email delivery",
        JobKind::Check => "Compare with the bank",
        JobKind::PutRight => "Fix differences",
    }
}

pub(super) fn state(tone: Tone, words: impl Into<String>) -> State {
    State {
        tone,
        words: words.into(),
    }
}

/// Says why a webhook was refused.
pub(super) fn refusal(word: &str) -> String {
    let words = match word {
        "no_signature" => "No signature, or more than one",
        "header_too_long" => "Signature too long",
        "malformed" => "Unreadable signature",
        "algorithm" => "Wrong signature algorithm",
        "key_name" => "Invalid key ID",
        "too_old" => "Signed more than 5 minutes ago",
        "from_the_future" => "Signed in the future",
        "other_body" => "Signature doesn’t match the body",
        "unknown_key" => "Key unknown to the provider",
        "expired_key" => "Expired key",
        "bad_signature" => "Invalid signature",
        "too_many_keys" => "Asked to retry: too many keys were looked up that minute",
        "key_unreachable" => "Asked to retry: the provider didn’t confirm the key",
        other => return other.replace('_', " "),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_in_the_largest_unit() {
        assert_eq!(
            [12, 1_449, 59_999, 61_000, 185_000].map(duration),
            ["12 ms", "1.4 s", "59.9 s", "1 minute", "3 minutes"]
        );
    }
}
