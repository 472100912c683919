//! Webhooks at `/webhooks/mx/{secret}`.

use std::time::{Duration, Instant};

use serde_json::json;

use super::Pair;
use crate::app::eventually;
use crate::bank::WEBHOOK_PASSWORD;

const SYNCED: &str = "SELECT COUNT(*) FROM job_run r JOIN job j ON j.id = r.job_id
    WHERE j.kind = 'sync' AND r.outcome = 'done'";

async fn knock(pair: &Pair, door: &str, password: Option<&str>, body: String) -> u16 {
    let request = pair.http.post(door).body(body);
    let request = match password {
        Some(password) => request.basic_auth("mx", Some(password)),
        None => request,
    };
    let began = Instant::now();
    let answer = request.send().await.expect("an answer");
    assert!(began.elapsed() < Duration::from_secs(5), "at once");
    answer.status().as_u16()
}

#[tokio::test]
async fn what_is_new_at_mx_arrives_by_itself() {
    let pair = Pair::start().await;
    let id = pair.linked().await;
    pair.listen().await;
    let before = pair.rows().await.len();
    // The clock stands still, so the row does not come with the timetable.
    let member = json!({"member_guid": pair.member().await, "description": "A NEW ROW"});
    pair.deed("transactions/add", member).await;
    eventually("the row", || async {
        (pair.rows().await.len() > before).then_some(())
    })
    .await;
    let told = "SELECT DISTINCT connection_id FROM webhook_delivery WHERE provider = 'mx'";
    assert_eq!(pair.books.texts(told).await, [id.to_string()]);
}

#[tokio::test]
async fn a_webhook_again_and_again_is_kept_once_and_changes_nothing() {
    let pair = Pair::start().await;
    pair.linked().await;
    let (rows, member) = (pair.rows().await, pair.member().await);
    let body =
        json!({"type": "AGGREGATION", "action": "member_data_updated", "member_guid": member});
    for _ in 0..5 {
        let before = pair.books.number(SYNCED).await;
        let status = knock(
            &pair,
            &pair.door(),
            Some(WEBHOOK_PASSWORD),
            body.to_string(),
        )
        .await;
        assert_eq!(status, 200);
        eventually("a sync", || async {
            (pair.books.number(SYNCED).await > before).then_some(())
        })
        .await;
    }
    let kept = "SELECT times FROM webhook_delivery WHERE provider = 'mx'";
    assert_eq!(pair.books.number(kept).await, 5);
    assert_eq!(pair.rows().await, rows);
}

#[tokio::test]
async fn webhooks_in_another_order_come_to_the_same_books() {
    let pair = Pair::start().await;
    let id = pair.linked().await;
    pair.listen().await;
    let member = pair.member().await;
    let of_it = json!({"member_guid": member});
    pair.deed("member/webhook/hold", of_it.clone()).await;
    pair.deed("transactions/add", of_it.clone()).await;
    let denied = json!({"member_guid": member, "connection_status": "DENIED"});
    pair.deed("member/status", denied).await;
    let well = json!({"member_guid": member, "connection_status": "CONNECTED"});
    pair.deed("member/status", well).await;
    // The outdated webhook about the denied log-in arrives last.
    let release = json!({"member_guid": member, "reversed": true});
    pair.deed("member/webhook/release", release).await;
    let listed = pair.listed().await.len();
    eventually("the books", || async {
        let came = "SELECT COUNT(*) FROM webhook_delivery WHERE webhook_type = 'CONNECTION_STATUS'";
        let all = pair.rows().await.len() == listed && pair.books.number(came).await > 0;
        all.then_some(())
    })
    .await;
    pair.sync(&id).await;
    let connection = pair.connection(&id).await;
    assert_eq!(connection.problem, None, "how it stands is asked of MX");
}

#[tokio::test]
async fn who_does_not_know_the_word_is_refused_and_causes_nothing() {
    let pair = Pair::start().await;
    pair.linked().await;
    let member = pair.member().await;
    let body = json!({"type": "AGGREGATION", "member_guid": member}).to_string();
    let (door, other) = (pair.door(), pair.door().replace("/mx/", "/mx/x"));
    let before = pair.books.number(SYNCED).await;
    for (door, password) in [
        (&door, Some("a guess")),
        (&door, None),
        (&other, Some(WEBHOOK_PASSWORD)),
    ] {
        assert_eq!(knock(&pair, door, password, body.clone()).await, 401);
    }
    let taken = "SELECT COUNT(*) FROM webhook_delivery WHERE provider = 'mx'";
    assert_eq!(pair.books.number(taken).await, 0);
    assert_eq!(pair.books.number(SYNCED).await, before);
}

#[tokio::test]
async fn an_unknown_member_is_answered_at_once_and_causes_nothing() {
    let pair = Pair::start().await;
    pair.linked().await;
    let before = pair.books.number(SYNCED).await;
    for body in [
        json!({"type": "AGGREGATION", "member_guid": "MBR-of-nobody"}).to_string(),
        json!({"type": "OF_TOMORROW"}).to_string(),
        "no JSON at all".to_owned(),
    ] {
        let status = knock(&pair, &pair.door(), Some(WEBHOOK_PASSWORD), body).await;
        assert_eq!(status, 200);
    }
    let caused = "SELECT COUNT(*) FROM webhook_delivery WHERE provider = 'mx' AND caused = 'sync'";
    assert_eq!(pair.books.number(caused).await, 0);
    assert_eq!(pair.books.number(SYNCED).await, before);
}
