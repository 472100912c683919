//! Tests members that already exist.

use super::*;
use domain::problem::Reason;

fn told(word: &str) -> Value {
    json!({"member": {"guid": MEMBER, "connection_status": word, "institution_code": "mxbank"}})
}

/// The number of updates sent to the existing member.
fn updates(loopback: &Loopback) -> usize {
    let seen = loopback.seen();
    seen.iter()
        .filter(|it| it.what == member("PUT", ""))
        .count()
}

#[tokio::test]
async fn the_same_attempt_twice_finds_its_member_and_tries_again_what_was_in_vain() {
    for (word, sent) in [
        ("CREATED", 0),
        ("CHALLENGED", 0),
        ("CONNECTED", 0),
        ("DENIED", 1),
        ("REJECTED", 1),
        ("EXPIRED", 1),
    ] {
        let loopback = connected().await;
        let attempt = LinkId::generate();
        let exists = json!({"error": {"message": "exists"}});
        loopback.on("POST /users", 409, &exists);
        loopback.on(&format!("POST /users/{PERSON}/members"), 409, &exists);
        loopback.on(
            &format!("GET /users/{PERSON}/members/{attempt}"),
            200,
            &told(word),
        );
        loopback.on(&member("PUT", ""), 200, &told("UPDATED"));
        let begun = begin(&loopback.mx, &attempt, None).await.expect("begun");
        assert!(
            begun
                .expose()
                .starts_with(&[token().expose(), "."].concat())
        );
        assert_eq!(updates(&loopback), sent, "{word}");
    }
}

#[tokio::test]
async fn the_only_member_at_the_bank_is_taken_and_of_two_none() {
    for (word, others, linked, sent) in [
        ("DENIED", vec![], true, 1),
        ("CONNECTED", vec![], true, 0),
        ("DENIED", vec!["mxbank"], false, 0),
        ("DENIED", vec!["other"], true, 1),
    ] {
        let loopback = connected().await;
        loopback.on("POST /users", 409, &json!({}));
        loopback.on(&format!("POST /users/{PERSON}/members"), 409, &json!({}));
        let mut members = vec![told(word)["member"].clone()];
        members.extend(
            others
                .iter()
                .map(|bank| json!({"guid": "MBR-2", "institution_code": bank})),
        );
        let list = json!({"members": members});
        loopback.on(&format!("GET /users/{PERSON}/members"), 200, &list);
        loopback.on(&member("PUT", ""), 200, &told("UPDATED"));
        let begun = begin(&loopback.mx, &LinkId::generate(), None).await;
        assert_eq!(begun.is_ok(), linked, "{word} {others:?}");
        if let Err(refusal) = begun {
            assert_eq!(refusal.code, "HTTP_409");
            assert_eq!(refusal.reason, Reason::AlreadyLinked);
        }
        assert_eq!(updates(&loopback), sent, "{word} {others:?}");
    }
}

#[tokio::test]
async fn what_may_have_arrived_is_not_called_unreachable() {
    for (status, reason) in [
        (500, Reason::InputUnconfirmed),
        (504, Reason::InputUnconfirmed),
        (200, Reason::InputUnconfirmed),
        (429, Reason::RateLimited),
        (503, Reason::ProviderDown),
        (400, Reason::LogInFailed),
    ] {
        let loopback = Loopback::start().await;
        loopback.on("POST /users", 409, &json!({}));
        let (new, old) = (format!("POST /users/{PERSON}/members"), member("PUT", ""));
        loopback.on_text(&new, status, &[], "<html>");
        loopback.on_text(&old, status, &[], "<html>");
        let refused = begin(&loopback.mx, &LinkId::generate(), None).await;
        assert_eq!(refused.expect_err("nothing").reason, reason, "{status}");
        if !matches!(status, 200 | 429) {
            let refused = begin(&loopback.mx, &LinkId::generate(), Some(&token())).await;
            assert_eq!(refused.expect_err("nothing").reason, reason, "{status}");
        }
    }
}
