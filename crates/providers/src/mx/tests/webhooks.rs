//! Tests the verification and reading of webhooks.

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};

use super::*;
use crate::Knock;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::webhook::{FollowUp, NoticeKind, Refusal};

const BODY: &str = r#"{"type":"CONNECTION_STATUS","action":"CHANGED","connection_status":"CHALLENGED",
    "connection_status_id":3,"connection_status_message":"..","member_guid":"MBR-1","user_guid":"USR-1"}"#;

fn basic(pair: &str) -> HeaderMap {
    let value = format!("Basic {}", STANDARD.encode(pair));
    HeaderMap::from_iter([(AUTHORIZATION, value.parse().expect("a value"))])
}

async fn knock(
    mx: &Mx,
    headers: &HeaderMap,
    path: &str,
) -> Result<domain::webhook::Verified, Refusal> {
    let knock = Knock {
        headers,
        path,
        body: BODY.as_bytes(),
    };
    mx.verify_webhook(knock, "2026-11-21T12:00:00Z".parse().expect("a moment"))
        .await
}

#[tokio::test]
async fn only_who_knows_the_address_and_the_word_is_believed() {
    let loopback = Loopback::start().await;
    let good = basic("mx:s3cret-word");
    for path in ["s3cret-path", "/s3cret-path"] {
        let verified = knock(&loopback.mx, &good, path).await.expect("believed");
        assert_eq!(verified.body, BODY.as_bytes());
        assert_eq!(verified.body_hash.len(), 64);
        assert_eq!(verified.notice.item_id.as_deref(), Some("MBR-1"));
    }
    for path in ["", "/", "s3cret-pat", "s3cret-path2", "S3CRET-PATH"] {
        assert_eq!(
            knock(&loopback.mx, &good, path).await,
            Err(Refusal::BadSignature),
            "{path}"
        );
    }
    for pair in [
        "mx:",
        "mx:s3cret",
        "mx:s3cret-word ",
        "s3cret-word:mx",
        ":S3CRET-WORD",
    ] {
        let refused = knock(&loopback.mx, &basic(pair), "s3cret-path").await;
        assert_eq!(refused, Err(Refusal::BadSignature), "{pair}");
    }
    assert!(
        knock(&loopback.mx, &basic(":s3cret-word"), "s3cret-path")
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn odd_headers_are_refused() {
    let loopback = Loopback::start().await;
    let of = |values: &[&str]| {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(
                AUTHORIZATION,
                HeaderValue::from_str(value).expect("a value"),
            );
        }
        headers
    };
    let good = format!("Basic {}", STANDARD.encode("mx:s3cret-word"));
    let long = format!("Basic {}", "A".repeat(5_000));
    for (values, refusal) in [
        (vec![], Refusal::NoSignature),
        (vec![good.as_str(), good.as_str()], Refusal::NoSignature),
        (vec![long.as_str()], Refusal::HeaderTooLong),
        (vec!["Basic"], Refusal::Malformed),
        (vec!["Bearer s3cret-word"], Refusal::Malformed),
        (vec!["Basic !"], Refusal::Malformed),
        (vec!["Basic /w=="], Refusal::Malformed),
    ] {
        assert_eq!(
            knock(&loopback.mx, &of(&values), "s3cret-path").await,
            Err(refusal)
        );
    }
    let lower = good.replacen("Basic", "basic", 1);
    assert!(
        knock(&loopback.mx, &of(&[&lower]), "s3cret-path")
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn without_a_secret_nobody_is_believed_and_one_is_enough() {
    for (path, word, wanted) in [
        (None, None, Err(Refusal::NoSignature)),
        (Some("p"), None, Ok(())),
        (None, Some("w"), Ok(())),
    ] {
        let (sender, _calls) = tokio::sync::mpsc::unbounded_channel();
        let config = MxConfig {
            base_url: INTEGRATION.parse().expect("an address"),
            client_id: "client".to_owned(),
            api_key: Secret::new("key"),
            webhook_path: path.map(Secret::new),
            webhook_password: word.map(Secret::new),
        };
        let mx = Mx::new(config, sender, domain::clock::Clock::system()).expect("a client");
        assert_eq!(knock(&mx, &basic(":w"), "p").await.map(|_| ()), wanted);
    }
}

#[test]
fn what_mx_tells_asks_for_a_look_and_nothing_more() {
    for (kind, action, wanted, follow_up) in [
        (
            "AGGREGATION",
            "member_data_updated",
            NoticeKind::SyncUpdatesAvailable,
            FollowUp::Sync,
        ),
        (
            "BALANCE",
            "member_data_updated",
            NoticeKind::SyncUpdatesAvailable,
            FollowUp::Sync,
        ),
        (
            "HISTORY",
            "member_data_updated",
            NoticeKind::HistoricalUpdate,
            FollowUp::Sync,
        ),
        (
            "CONNECTION_STATUS",
            "CHANGED",
            NoticeKind::ItemError,
            FollowUp::Sync,
        ),
        (
            "STATEMENT",
            "member_data_updated",
            NoticeKind::Unknown,
            FollowUp::Nothing,
        ),
        ("BRAND_NEW", "x", NoticeKind::Unknown, FollowUp::Nothing),
    ] {
        let body = json!({"type": kind, "action": action, "member_guid": "MBR-1", "more": [1]});
        let notice = read_webhook(body.to_string().as_bytes());
        assert_eq!(
            (notice.kind, notice.kind.follow_up()),
            (wanted, follow_up),
            "{kind}"
        );
        assert_eq!(
            (notice.webhook_type.as_str(), notice.webhook_code.as_str()),
            (kind, action)
        );
    }
    assert_eq!(
        read_webhook(BODY.as_bytes()).error_code.as_deref(),
        Some("CHALLENGED")
    );
    for rubbish in ["", "[]", "7", "{}{}", r#"{"type":7}"#] {
        let notice = read_webhook(rubbish.as_bytes());
        assert_eq!(
            (notice.kind, notice.item_id),
            (NoticeKind::Unknown, None),
            "{rubbish}"
        );
    }
}
