//! Reads the body of a webhook. Only verified bodies are read, and even those need not have the expected form: what
//! cannot be read becomes something unknown.

use serde::Deserialize;
use serde_json::Value;

use crate::null::or_empty;
use domain::connection::AlertReason;
use domain::secret::token_hash;
use domain::text::one_line;
use domain::webhook::{Notice, NoticeKind};

/// The prefix of a link token's hash in a body that is kept.
const HASHED: &str = "link-sha256:";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    #[serde(deserialize_with = "or_empty")]
    webhook_type: String,
    #[serde(deserialize_with = "or_empty")]
    webhook_code: String,
    item_id: Option<String>,
    link_token: Option<String>,
    /// Missing, null, an object, and in one webhook a text.
    error: Value,
    reason: Option<String>,
    disconnect_time: Option<String>,
    consent_expiration_time: Option<String>,
    account_id: Option<String>,
    new_webhook_url: Option<String>,
}

/// Reads a body, which must be exactly one JSON value.
#[must_use]
pub fn parse_notice(body: &[u8]) -> Notice {
    let body: Body = serde_json::from_slice(body).unwrap_or_default();
    Notice {
        kind: kind(&body.webhook_type, &body.webhook_code),
        webhook_type: one_line(&body.webhook_type),
        webhook_code: one_line(&body.webhook_code),
        item_id: body.item_id,
        link_token_hash: body
            .link_token
            .map(|token| match token.strip_prefix(HASHED) {
                Some(hash) => hash.to_owned(),
                None => token_hash(&token),
            }),
        error_code: body.error["error_code"].as_str().map(one_line),
        // An unreadable time is no reason to drop the rest.
        ends_at: body
            .disconnect_time
            .or(body.consent_expiration_time)
            .and_then(|text| text.parse().ok()),
        reason: body.reason.as_deref().and_then(reason),
        account_id: body.account_id,
        new_webhook_url: body.new_webhook_url,
    }
}

/// Returns the body without secret tokens, such as the public tokens in Link's webhooks. A link token is replaced by
/// its hash, so that a replay finds the attempt.
pub(super) fn without_tokens(body: &[u8]) -> Vec<u8> {
    let mut value = serde_json::from_slice(body).unwrap_or(Value::Null);
    if blank_tokens(&mut value) {
        format!("{value:#}").into_bytes()
    } else {
        body.to_vec()
    }
}

/// Removes the tokens, and returns whether there were any.
fn blank_tokens(value: &mut Value) -> bool {
    match value {
        Value::String(text) if text.starts_with("public-") || text.starts_with("access-") => {
            *text = "[blanked]".into();
            true
        }
        Value::String(text) if text.starts_with("link-") => {
            *text = format!("{HASHED}{}", token_hash(text));
            true
        }
        Value::Array(all) => all.iter_mut().map(blank_tokens).filter(|any| *any).count() > 0,
        Value::Object(all) => {
            all.values_mut()
                .map(blank_tokens)
                .filter(|any| *any)
                .count()
                > 0
        }
        _ => false,
    }
}

fn reason(word: &str) -> Option<AlertReason> {
    (word == "INSTITUTION_MIGRATION").then_some(AlertReason::LogInChanges)
}

fn kind(webhook_type: &str, webhook_code: &str) -> NoticeKind {
    match (webhook_type, webhook_code) {
        ("TRANSACTIONS", "SYNC_UPDATES_AVAILABLE") => NoticeKind::SyncUpdatesAvailable,
        ("TRANSACTIONS", "INITIAL_UPDATE") => NoticeKind::InitialUpdate,
        ("TRANSACTIONS", "HISTORICAL_UPDATE") => NoticeKind::HistoricalUpdate,
        ("TRANSACTIONS", "DEFAULT_UPDATE") => NoticeKind::DefaultUpdate,
        ("TRANSACTIONS", "TRANSACTIONS_REMOVED") => NoticeKind::TransactionsRemoved,
        ("TRANSACTIONS", "RECURRING_TRANSACTIONS_UPDATE") => {
            NoticeKind::RecurringTransactionsUpdate
        }
        ("ITEM", "ERROR") => NoticeKind::ItemError,
        ("ITEM", "LOGIN_REPAIRED") => NoticeKind::LoginRepaired,
        ("ITEM", "NEW_ACCOUNTS_AVAILABLE") => NoticeKind::NewAccountsAvailable,
        ("ITEM", "PENDING_DISCONNECT") => NoticeKind::PendingDisconnect,
        ("ITEM", "PENDING_EXPIRATION") => NoticeKind::PendingExpiration,
        ("ITEM", "USER_PERMISSION_REVOKED") => NoticeKind::UserPermissionRevoked,
        ("ITEM", "USER_ACCOUNT_REVOKED") => NoticeKind::UserAccountRevoked,
        ("ITEM", "WEBHOOK_UPDATE_ACKNOWLEDGED") => NoticeKind::WebhookUpdateAcknowledged,
        ("LINK", "SESSION_FINISHED") => NoticeKind::LinkSessionFinished,
        ("LINK", "ITEM_ADD_RESULT") => NoticeKind::LinkItemAdded,
        ("LINK", "EVENTS") => NoticeKind::LinkEvents,
        _ => NoticeKind::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::connection::AlertKind;
    use domain::webhook::FollowUp;

    #[test]
    fn every_code_of_plaid_is_known_and_asks_for_what_it_needs() {
        for (webhook_type, codes, wanted) in [
            (
                "TRANSACTIONS",
                "SYNC_UPDATES_AVAILABLE INITIAL_UPDATE HISTORICAL_UPDATE DEFAULT_UPDATE TRANSACTIONS_REMOVED",
                FollowUp::Sync,
            ),
            (
                "ITEM",
                "ERROR LOGIN_REPAIRED NEW_ACCOUNTS_AVAILABLE PENDING_DISCONNECT PENDING_EXPIRATION \
                 USER_PERMISSION_REVOKED USER_ACCOUNT_REVOKED WEBHOOK_UPDATE_ACKNOWLEDGED",
                FollowUp::Sync,
            ),
            (
                "LINK",
                "SESSION_FINISHED ITEM_ADD_RESULT",
                FollowUp::FinishLink,
            ),
            ("LINK", "EVENTS", FollowUp::Nothing),
            (
                "TRANSACTIONS",
                "RECURRING_TRANSACTIONS_UPDATE",
                FollowUp::Nothing,
            ),
        ] {
            for code in codes.split_whitespace() {
                let kind = kind(webhook_type, code);
                assert_ne!(kind, NoticeKind::Unknown, "{code}");
                assert_eq!(kind.follow_up(), wanted, "{code}");
            }
        }
        assert_eq!(kind("ITEM", "SYNC_UPDATES_AVAILABLE"), NoticeKind::Unknown);
        assert_eq!(NoticeKind::Unknown.follow_up(), FollowUp::Nothing);
    }

    #[test]
    fn errors_may_be_missing_null_objects_or_text() {
        for (error, code) in [
            ("", None),
            (r#","error":null"#, None),
            (r#","error":"no""#, None),
            (
                r#","error":{"error_code":"ITEM_LOGIN_REQUIRED","status":400}"#,
                Some("ITEM_LOGIN_REQUIRED"),
            ),
        ] {
            let body = format!(
                r#"{{"webhook_type":"ITEM","webhook_code":"ERROR","item_id":"i1"{error}}}"#
            );
            let notice = parse_notice(body.as_bytes());
            assert_eq!(notice.kind, NoticeKind::ItemError, "{body}");
            assert_eq!(notice.error_code.as_deref(), code);
            assert_eq!(notice.item_id.as_deref(), Some("i1"));
        }
    }

    #[test]
    fn what_cannot_be_asked_for_is_read() {
        let of = |code: &str, more: &str| {
            let body = format!(
                r#"{{"webhook_type":"ITEM","webhook_code":"{code}","item_id":"i1",{more},"environment":"sandbox"}}"#
            );
            parse_notice(body.as_bytes())
        };
        let disconnect = of(
            "PENDING_DISCONNECT",
            r#""reason":"INSTITUTION_MIGRATION","disconnect_time":"2026-11-28T10:00:00Z""#,
        );
        assert_eq!(disconnect.kind.alert(), Some(AlertKind::Disconnect));
        assert_eq!(disconnect.reason, Some(AlertReason::LogInChanges));
        let other = r#""reason":"INSTITUTION_TOKEN_EXPIRATION""#;
        assert_eq!(of("PENDING_DISCONNECT", other).reason, None);
        let week = "2026-11-28T10:00:00Z".parse().ok();
        assert_eq!(disconnect.ends_at, week);
        let consent = r#""consent_expiration_time":"2026-11-28T10:00:00Z""#;
        assert_eq!(of("PENDING_EXPIRATION", consent).ends_at, week);
        let soon = of("PENDING_DISCONNECT", r#""disconnect_time":"soon""#);
        assert_eq!(
            (soon.kind, soon.ends_at),
            (NoticeKind::PendingDisconnect, None)
        );
        let account = of("USER_ACCOUNT_REVOKED", r#""account_id":"a1""#);
        assert_eq!(account.account_id.as_deref(), Some("a1"));
        let url = r#""new_webhook_url":"https://p.example/webhooks/plaid","error":null"#;
        let moved = of("WEBHOOK_UPDATE_ACKNOWLEDGED", url);
        assert_eq!(
            moved.new_webhook_url.as_deref(),
            Some("https://p.example/webhooks/plaid")
        );
        assert_eq!(moved.kind.alert(), None);
    }

    #[test]
    fn tokens_are_not_kept_and_all_else_is_byte_for_byte() {
        let body = br#"{"webhook_type":"LINK","link_token":"link-1","public_tokens":["public-a","public-b"],
            "events":[{"public_token":"public-c"},{"token":"access-d"}]}"#;
        let kept = String::from_utf8(without_tokens(body)).expect("text");
        for token in ["public-", "access-", "link-1"] {
            assert!(!kept.contains(token), "{kept}");
        }
        assert_eq!(kept.matches("[blanked]").count(), 4);
        let hash = parse_notice(body).link_token_hash.expect("a link token");
        assert_eq!(parse_notice(kept.as_bytes()).link_token_hash, Some(hash));
        for other in [&b"{ \"a\" :1 }"[..], b"rubbish", b""] {
            assert_eq!(without_tokens(other), other);
        }
    }

    #[test]
    fn new_codes_keep_their_words_and_rubbish_says_nothing() {
        let new =
            parse_notice(br#"{"webhook_type":"ITEM","webhook_code":"BRAND_NEW","item_id":"i1"}"#);
        assert_eq!(new.kind, NoticeKind::Unknown);
        assert_eq!(new.webhook_code, "BRAND_NEW");
        let good = r#"{"webhook_type":"ITEM","webhook_code":"ERROR"}"#;
        for rubbish in [
            "",
            "[]",
            "7",
            &format!("{good} {good}"),
            r#"{"webhook_type":7}"#,
        ] {
            let notice = parse_notice(rubbish.as_bytes());
            assert_eq!(notice.kind, NoticeKind::Unknown, "{rubbish}");
            assert_eq!(notice.item_id, None);
        }
    }
}
