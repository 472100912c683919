//! Tests every way in which MX refuses or does not answer.

use std::time::Duration;

use super::loopback::SILENCE;
use super::*;
use crate::mx::http;
use domain::problem::Reason;

async fn facts(loopback: &Loopback) -> Problem {
    let connection = ConnectionId::generate();
    let key = Key {
        token: &token(),
        connection: &connection,
    };
    loopback.mx.facts(key).await.expect_err("a refusal")
}

const BODIES: [&str; 6] = [
    r#"{"error":{"message":"no"}}"#,
    r#"{"error":"no"}"#,
    r#"{"error":{"message":null}}"#,
    "<html><body>Bad Gateway</body></html>",
    "",
    "[1",
];

#[tokio::test]
async fn every_status_is_a_reason_whatever_the_body_is() {
    for (status, reason) in [
        (400, Reason::Setup),
        (401, Reason::Keys),
        (403, Reason::NotEnabled),
        (404, Reason::Gone),
        (405, Reason::Credits),
        (406, Reason::Setup),
        (409, Reason::NotReady),
        (422, Reason::Setup),
        (429, Reason::RateLimited),
        (500, Reason::ProviderFailed),
        (502, Reason::ProviderFailed),
        (503, Reason::ProviderDown),
        (504, Reason::ProviderFailed),
    ] {
        for body in BODIES {
            let loopback = Loopback::start().await;
            loopback.on_text(&member("GET", ""), status, &[], body);
            let refusal = facts(&loopback).await;
            assert_eq!(refusal.reason, reason, "{status} {body}");
            assert_eq!(refusal.code, format!("HTTP_{status}"));
            assert_eq!(refusal.request_id.as_deref(), Some("request-1"));
            let record = loopback.record();
            assert_eq!(record.len(), 1);
            assert_eq!(record[0].outcome, refusal.code);
            assert_eq!(record[0].reason, Some(reason));
            assert_eq!(record[0].endpoint, "GET /users/{user}/members/{member}");
            assert_eq!(record[0].request_id.as_deref(), Some("request-1"));
            assert!(record[0].connection_id.is_some());
        }
    }
}

#[tokio::test]
async fn wrong_keys_and_a_missing_version_are_told_apart() {
    let loopback = Loopback::with_key("another").await;
    assert_eq!(facts(&loopback).await.reason, Reason::Keys);
    let seen = loopback.only();
    assert_eq!(seen.headers["accept"], "application/json");
    assert_eq!(seen.headers["accept-version"], "v20250224");
}

#[tokio::test]
async fn after_429_nothing_is_asked_until_mx_wants_to_be() {
    let loopback = Loopback::start().await;
    loopback.on_text(&member("GET", ""), 429, &[("retry-after", "120")], "");
    let refusal = facts(&loopback).await;
    assert_eq!(
        (refusal.reason, refusal.retry_after),
        (Reason::RateLimited, Some(120))
    );
    loopback.seen();
    let held = facts(&loopback).await;
    assert_eq!(held.reason, Reason::HeldBack);
    assert!(
        held.retry_after
            .is_some_and(|seconds| (119..=121).contains(&seconds))
    );
    assert!(loopback.seen().is_empty());
    assert_eq!(loopback.mx.usage()[0].used, loopback.mx.usage()[0].ours);
    loopback.clock.advance(jiff::SignedDuration::from_secs(121));
    assert_eq!(facts(&loopback).await.reason, Reason::RateLimited);
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_keys() {
    let loopback = Loopback::start().await;
    loopback.on_text(&member("GET", ""), 302, &[("location", "/users")], "");
    assert_eq!(facts(&loopback).await.reason, Reason::Unclear);
    assert_eq!(loopback.seen().len(), 1);
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_told_as_one() {
    for body in [
        "",
        "null",
        "[]",
        "{",
        r#"{"member":7}"#,
        r#"{"member":{"guid":"M","connection_status":[]}}"#,
    ] {
        let loopback = Loopback::start().await;
        loopback.on_text(&member("GET", ""), 200, &[], body);
        let refusal = facts(&loopback).await;
        assert_eq!(refusal.reason, Reason::BadAnswer, "{body}");
        assert_eq!(refusal.request_id.as_deref(), Some("request-1"));
    }
}

#[tokio::test]
async fn an_answer_without_an_end_is_cut() {
    let loopback = Loopback::start().await;
    let large = format!(r#"{{"member":{{"guid":"{}"}}}}"#, "x".repeat(33 << 20));
    loopback.on_text(&member("GET", ""), 200, &[], &large);
    assert_eq!(facts(&loopback).await.reason, Reason::BadAnswer);
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let (sender, mut calls) = tokio::sync::mpsc::unbounded_channel();
    let config = MxConfig {
        base_url: format!("http://{address}").parse().expect("an address"),
        client_id: "client".to_owned(),
        api_key: Secret::new("key"),
        webhook_path: None,
        webhook_password: None,
    };
    let mx = Mx::new(config, sender, domain::clock::Clock::system()).expect("a client");
    let refusal = mx.link_state(&token()).await.expect_err("nobody");
    assert_eq!(refusal.reason, Reason::Unreachable);
    assert_eq!(calls.try_recv().expect("a call").outcome, "UNREACHABLE");
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_is_in_the_record() {
    let loopback = Loopback::start().await;
    let token = token();
    let mut asked = Box::pin(loopback.mx.link_state(&token));
    // Begun, then dropped before a response can arrive.
    let begun =
        std::future::poll_fn(|cx| std::task::Poll::Ready(asked.as_mut().poll(cx).is_pending()));
    assert!(begun.await);
    drop(asked);
    let record = loopback.record();
    assert_eq!(record.len(), 1);
    assert_eq!(record[0].outcome, "GIVEN_UP");
}

#[tokio::test]
async fn silence_is_a_timeout_and_nothing_is_waited_for_longer() {
    assert_eq!(http::PATIENCE, Duration::from_secs(60));
    let loopback = Loopback::start().await;
    let loopback = loopback.patient_for(Duration::from_millis(200));
    loopback.on_text(&member("GET", ""), SILENCE, &[], "");
    assert_eq!(facts(&loopback).await.reason, Reason::Timeout);
    assert_eq!(loopback.seen().len(), 1, "it was asked");
    let record = loopback.record();
    assert_eq!(record.len(), 1);
    assert_eq!(record[0].outcome, "TIMEOUT");
    assert_eq!(record[0].reason, Some(Reason::Timeout));
}
