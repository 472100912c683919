//! Words and formats for the operator.

use jiff::Timestamp;

use super::view::{State, Tone};
use crate::context::Ctx;
use crate::ledger::view::When;
use domain::job::JobKind;

/// Formats a moment as "2 minutes ago" or "in 5 hours", with the exact time.
pub(super) fn when(ctx: &Ctx, moment: Timestamp) -> When {
    let told = crate::ledger::when(&ctx.clock, moment);
    let seconds = moment.duration_since(ctx.clock.now()).as_secs();
    let ahead = |n: i64, unit: &str| format!("in {n} {unit}{}", if n == 1 { "" } else { "s" });
    let words = match seconds {
        ..1 => return told,
        1..60 => "in less than a minute".to_owned(),
        60..3_600 => ahead(seconds / 60, "minute"),
        3_600..86_400 => ahead(seconds / 3_600, "hour"),
        _ => ahead(seconds / 86_400, "day"),
    };
    When { words, ..told }
}

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

/// Formats bytes as "1.2 MB".
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        1_000_000..1_000_000_000 => {
            format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
        }
        _ => format!(
            "{}.{} GB",
            bytes / 1_000_000_000,
            bytes % 1_000_000_000 / 100_000_000
        ),
    }
}

/// Formats a count as "no bank", "1 bank" or "2 banks".
pub(super) fn counted(n: i64, one: &str) -> String {
    match n {
        0 => format!("no {one}s"),
        1 => format!("1 {one}"),
        n => format!("{} {one}s", crate::ledger::grouped(n)),
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
    fn lengths_and_sizes() {
        assert_eq!(
            [12, 1_449, 59_999, 61_000, 185_000].map(duration),
            ["12 ms", "1.4 s", "59.9 s", "1 minute", "3 minutes"]
        );
        assert_eq!(
            [0, 4_096, 1_250_000, 2_340_000_000].map(size),
            ["0 bytes", "4 KB", "1.2 MB", "2.3 GB"]
        );
        assert_eq!(
            [0, 1, 1_200].map(|n| counted(n, "bank")),
            ["no banks", "1 bank", "1,200 banks"]
        );
    }
}
