//! Tests genuine webhooks, and every way to forge one.

use std::time::Duration;

use serde_json::json;

use super::*;
use domain::webhook::{NoticeKind, Refusal};

#[tokio::test]
async fn a_published_webhook_is_believed() {
    let (_, plaid) = KeyServer::start(Duration::ZERO).await;
    let verified = plaid.verify(Some(JWT), BODY.as_bytes(), at(1)).await;
    let verified = verified.expect("genuine");
    assert_eq!(
        verified.body_hash,
        "c769b41b7fa753de7879f18ecbe780a1d2920616d7434f585fa27875593422d5"
    );
    assert_eq!(verified.issued_at, at(0));
    assert_eq!(verified.notice.kind, NoticeKind::SyncUpdatesAvailable);
    assert_eq!(
        verified.notice.item_id.as_deref(),
        Some("wz666MBjYWTp2PDzzggYhM6oWWmBb")
    );
}

#[tokio::test]
async fn a_webhook_is_good_for_five_minutes_and_clocks_may_differ_by_half_a_minute() {
    let (_, plaid) = KeyServer::start(Duration::ZERO).await;
    for (seconds, wanted) in [
        (-31, Some(Refusal::FromTheFuture)),
        (-30, None),
        (300, None),
        (301, Some(Refusal::TooOld)),
    ] {
        let got = plaid.verify(Some(JWT), BODY.as_bytes(), at(seconds)).await;
        assert_eq!(got.err(), wanted, "{seconds}");
    }
}

#[tokio::test]
async fn what_can_be_refused_without_asking_is() {
    let (server, plaid) = KeyServer::start(Duration::ZERO).await;
    let ours = Signer::new(KID);
    let good = claims(BODY, at(0));
    let with_alg = |alg: &str| json!({"alg": alg, "kid": KID, "typ": "JWT"}).to_string();
    let said = |claims: serde_json::Value| ours.sign(&header(KID), &claims.to_string());
    let hash = sha256(BODY);
    let [head, body, signature]: [&str; 3] = JWT
        .split('.')
        .collect::<Vec<_>>()
        .try_into()
        .expect("three parts");
    let cases = [
        (String::new(), Refusal::Malformed),
        ("rubbish".into(), Refusal::Malformed),
        ("a.b".into(), Refusal::Malformed),
        (format!("{JWT}.more"), Refusal::Malformed),
        (format!("{head}=.{body}.{signature}"), Refusal::Malformed),
        (format!(" {JWT}"), Refusal::Malformed),
        (format!("{head}.{body}."), Refusal::BadSignature),
        ("\u{fc}.\u{fc}.\u{fc}".into(), Refusal::Malformed),
        ("x".repeat(4097), Refusal::HeaderTooLong),
        (ours.sign(&with_alg("none"), &good), Refusal::Algorithm),
        (ours.sign(&with_alg("HS256"), &good), Refusal::Algorithm),
        (ours.sign(&with_alg("RS256"), &good), Refusal::Algorithm),
        (ours.sign(&with_alg("es256"), &good), Refusal::Algorithm),
        (ours.sign(r#"{"alg":"ES256"}"#, &good), Refusal::Malformed),
        (ours.sign(&header("../../etc"), &good), Refusal::KeyName),
        (ours.sign(&header(&"k".repeat(65)), &good), Refusal::KeyName),
        (
            ours.sign(&header("schl\u{fc}ssel"), &good),
            Refusal::KeyName,
        ),
        (
            ours.sign(
                &format!(r#"{{"alg":"ES256","kid":"{KID}","crit":["b64"]}}"#),
                &good,
            ),
            Refusal::Malformed,
        ),
        (
            ours.sign(&format!("{0}{0}", header(KID)), &good),
            Refusal::Malformed,
        ),
        (
            ours.sign(&header(KID), &format!("{good}{good}")),
            Refusal::Malformed,
        ),
        (
            said(json!({"request_body_sha256": hash})),
            Refusal::Malformed,
        ),
        (
            said(json!({"iat": "1700000000", "request_body_sha256": hash})),
            Refusal::Malformed,
        ),
        (
            said(json!({"iat": 1.7e9, "request_body_sha256": hash})),
            Refusal::Malformed,
        ),
        (
            said(json!({"iat": i64::MAX, "request_body_sha256": hash})),
            Refusal::Malformed,
        ),
        (
            said(json!({"iat": SIGNED_AT - 301, "request_body_sha256": hash})),
            Refusal::TooOld,
        ),
        (
            said(json!({"iat": SIGNED_AT + 31, "request_body_sha256": hash})),
            Refusal::FromTheFuture,
        ),
        (said(json!({"iat": SIGNED_AT})), Refusal::Malformed),
        (
            said(json!({"iat": SIGNED_AT, "request_body_sha256": ""})),
            Refusal::OtherBody,
        ),
        (
            said(json!({"iat": SIGNED_AT, "request_body_sha256": hash.to_uppercase()})),
            Refusal::OtherBody,
        ),
    ];
    for (header, wanted) in cases {
        let got = plaid.verify(Some(&header), BODY.as_bytes(), at(0)).await;
        assert_eq!(got.err(), Some(wanted), "{header}");
        assert_eq!(wanted.retry_after(), None);
    }
    let none = plaid.verify(None, BODY.as_bytes(), at(0)).await;
    assert_eq!(none.err(), Some(Refusal::NoSignature));
    for other in [format!("{BODY}\n"), format!("{BODY}{BODY}"), String::new()] {
        let got = plaid.verify(Some(JWT), other.as_bytes(), at(0)).await;
        assert_eq!(got.err(), Some(Refusal::OtherBody), "{other}");
    }
    assert_eq!(server.asked(), 0, "none of it is worth a call");
}

#[tokio::test]
async fn another_key_s_signature_is_refused() {
    let (_, plaid) = KeyServer::start(Duration::ZERO).await;
    let stranger = Signer::new(KID);
    let forged = stranger.genuine(BODY, at(0));
    let got = plaid.verify(Some(&forged), BODY.as_bytes(), at(0)).await;
    assert_eq!(got.err(), Some(Refusal::BadSignature));

    let (signed, signature) = JWT.rsplit_once('.').expect("three parts");
    let mut other = signature.to_owned();
    other.replace_range(3..4, if &other[3..4] == "A" { "B" } else { "A" });
    let tampered = format!("{signed}.{other}");
    let got = plaid.verify(Some(&tampered), BODY.as_bytes(), at(0)).await;
    assert_eq!(got.err(), Some(Refusal::BadSignature));
    let zero = format!("{signed}.{}", URL_SAFE_NO_PAD.encode([0; 64]));
    let got = plaid.verify(Some(&zero), BODY.as_bytes(), at(0)).await;
    assert_eq!(
        got.err(),
        Some(Refusal::BadSignature),
        "zeros are a classic"
    );
}

#[tokio::test]
async fn a_signed_body_of_two_values_is_genuine_and_says_nothing() {
    let (server, plaid) = KeyServer::start(Duration::ZERO).await;
    let signer = Signer::new("a-key-of-the-test");
    server.publish(signer.jwk());
    let twice = format!("{BODY}{BODY}");
    let header = signer.genuine(&twice, at(0));
    let got = plaid.verify(Some(&header), twice.as_bytes(), at(0)).await;
    assert_eq!(got.expect("genuine").notice.kind, NoticeKind::Unknown);
}

#[test]
fn one_signature_of_plain_text_counts() {
    let of = |values: &[&[u8]]| {
        let mut headers = reqwest::header::HeaderMap::new();
        for value in values {
            let value = reqwest::header::HeaderValue::from_bytes(value).expect("a value");
            headers.append("Plaid-Verification", value);
        }
        crate::plaid::webhook::signature(&headers).map(str::to_owned)
    };
    assert_eq!(of(&[b"a.b.c"]).as_deref(), Some("a.b.c"));
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[b"a.b.c", b"a.b.c"]), None);
    assert_eq!(of(&["\u{fc}".as_bytes()]), None);
}
