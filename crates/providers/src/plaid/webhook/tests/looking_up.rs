//! Tests that keys are looked up once, seldom, and never twice at the same time.

use std::time::Duration;

use serde_json::json;

use super::*;
use domain::webhook::Refusal;

const DAY: i64 = 86_400;

async fn ask(plaid: &Plaid, signer: &Signer, seconds: i64) -> Option<Refusal> {
    let header = signer.genuine(BODY, at(seconds));
    let got = plaid
        .verify(Some(&header), BODY.as_bytes(), at(seconds))
        .await;
    got.err()
}

fn named(n: usize) -> Signer {
    Signer::new(&format!("00000000-0000-4000-8000-{n:012}"))
}

#[tokio::test]
async fn a_known_key_is_asked_about_once_a_day() {
    let (server, plaid) = KeyServer::start(Duration::ZERO).await;
    let signer = named(1);
    server.publish(signer.jwk());
    for seconds in [0, 1, 60, DAY - 1] {
        assert_eq!(ask(&plaid, &signer, seconds).await, None);
    }
    assert_eq!(server.asked(), 1);
    assert_eq!(ask(&plaid, &signer, DAY).await, None);
    assert_eq!(ask(&plaid, &signer, DAY + 1).await, None);
    assert_eq!(server.asked(), 2);

    server.break_down(true);
    assert_eq!(
        ask(&plaid, &signer, 2 * DAY).await,
        None,
        "it stays good in an outage"
    );
    assert_eq!(ask(&plaid, &signer, 2 * DAY + 299).await, None);
    assert_eq!(server.asked(), 3);
    server.break_down(false);
    server.withdraw(&signer.kid);
    assert_eq!(
        ask(&plaid, &signer, 2 * DAY + 300).await,
        Some(Refusal::UnknownKey)
    );
}

#[tokio::test]
async fn a_key_is_good_until_it_expires() {
    let (server, plaid) = KeyServer::start(Duration::ZERO).await;
    let signer = named(1);
    let mut key = signer.jwk();
    key["expired_at"] = json!(SIGNED_AT + 100);
    server.publish(key);
    assert_eq!(ask(&plaid, &signer, 99).await, None);
    assert_eq!(ask(&plaid, &signer, 100).await, Some(Refusal::ExpiredKey));
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn a_key_that_plaid_does_not_know_is_asked_about_once_in_ten_minutes() {
    let (server, plaid) = KeyServer::start(Duration::ZERO).await;
    let stranger = named(1);
    for seconds in [0, 1, 599] {
        assert_eq!(
            ask(&plaid, &stranger, seconds).await,
            Some(Refusal::UnknownKey)
        );
    }
    assert_eq!(server.asked(), 1);
    server.publish(stranger.jwk());
    assert_eq!(ask(&plaid, &stranger, 600).await, None);
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn invented_keys_cost_at_most_six_calls_a_minute_and_known_ones_are_not_touched() {
    let (server, plaid) = KeyServer::start(Duration::ZERO).await;
    let real = named(0);
    server.publish(real.jwk());
    assert_eq!(ask(&plaid, &real, 0).await, None);
    for n in 1..200 {
        let refused = ask(&plaid, &named(n), 1).await.expect("forged");
        assert!(
            matches!(refused, Refusal::UnknownKey | Refusal::TooManyKeys),
            "{refused}"
        );
        assert_eq!(
            refused.retry_after().is_some(),
            refused == Refusal::TooManyKeys
        );
    }
    assert!(server.asked() <= 6, "{}", server.asked());
    assert_eq!(ask(&plaid, &real, 2).await, None);

    let rotated = named(1000);
    server.publish(rotated.jwk());
    assert_eq!(ask(&plaid, &rotated, 3).await, Some(Refusal::TooManyKeys));
    assert_eq!(
        ask(&plaid, &rotated, 33).await,
        None,
        "the bank sends it again"
    );
    assert!(server.asked() <= 6, "{}", server.asked());
}

#[tokio::test]
async fn an_outage_is_no_refusal_for_good() {
    let (server, plaid) = KeyServer::start(Duration::ZERO).await;
    let signer = named(1);
    server.publish(signer.jwk());
    server.break_down(true);
    let refused = ask(&plaid, &signer, 0).await.expect("not yet");
    assert_eq!(refused, Refusal::KeyUnreachable);
    assert!(refused.retry_after().is_some());
    server.break_down(false);
    assert_eq!(ask(&plaid, &signer, 30).await, None);
}

#[tokio::test]
async fn all_who_wait_for_one_key_wait_for_one_call_and_users_of_known_keys_for_none() {
    let (server, plaid) = KeyServer::start(Duration::from_millis(300)).await;
    let (known, new) = (named(0), named(1));
    server.publish(known.jwk());
    server.publish(new.jwk());
    assert_eq!(ask(&plaid, &known, 0).await, None);
    let header = new.genuine(BODY, at(0));
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let (plaid, header) = (Arc::clone(&plaid), header.clone());
            tokio::spawn(async move { plaid.verify(Some(&header), BODY.as_bytes(), at(0)).await })
        })
        .collect();
    while server.asked() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(ask(&plaid, &known, 0).await, None);
    assert!(
        waiting.iter().all(|task| !task.is_finished()),
        "the call is still under way"
    );
    for task in waiting {
        task.await.expect("no panic").expect("genuine");
    }
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn who_hangs_up_while_a_key_is_looked_up_leaves_nothing_behind() {
    let (server, plaid) = KeyServer::start(Duration::from_millis(100)).await;
    let new = named(1);
    server.publish(new.jwk());
    let header = new.genuine(BODY, at(0));
    let first = {
        let (plaid, header) = (Arc::clone(&plaid), header.clone());
        tokio::spawn(async move { plaid.verify(Some(&header), BODY.as_bytes(), at(0)).await })
    };
    while server.asked() < 1 {
        tokio::task::yield_now().await;
    }
    first.abort();
    assert!(first.await.is_err());
    assert_eq!(ask(&plaid, &new, 1).await, None);
    assert_eq!(server.asked(), 2);
}
