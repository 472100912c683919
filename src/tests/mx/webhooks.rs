//! Webhooks at `/webhooks/mx/{secret}`.

use std::time::{Duration, Instant};

use serde_json::json;

use super::own_bank::{
    door, link_whole, listed_rows, listen, only_member, row_ids, start, sync_now,
};
use super::read_connection;
use crate::app::{TestApp, browsers, eventually};
use crate::bank::WEBHOOK_PASSWORD;

const SYNCED: &str = "SELECT COUNT(*) FROM job_run r JOIN job j ON j.id = r.job_id
    WHERE j.kind = 'sync' AND r.outcome = 'done'";

async fn knock(_app: &TestApp, door: &str, password: Option<&str>, body: String) -> u16 {
    let request = browsers().post(door).body(body);
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
    let app = start().await;
    let id = link_whole(&app).await;
    listen(&app).await;
    let before = row_ids(&app).await.len();
    // The clock stands still, so the row does not come with the timetable.
    let member = json!({"member_guid": only_member(&app).await, "description": "A NEW ROW"});
    app.bank().misbehave("transactions/add", member).await;
    eventually("the row", || async {
        (row_ids(&app).await.len() > before).then_some(())
    })
    .await;
    let told = "SELECT DISTINCT connection_id FROM webhook_delivery WHERE provider = 'mx'";
    assert_eq!(app.texts(told).await, [id.to_string()]);
}

#[tokio::test]
async fn a_webhook_again_and_again_is_kept_once_and_changes_nothing() {
    let app = start().await;
    link_whole(&app).await;
    let (rows, member) = (row_ids(&app).await, only_member(&app).await);
    let body =
        json!({"type": "AGGREGATION", "action": "member_data_updated", "member_guid": member});
    for _ in 0..5 {
        let before = app.number(SYNCED).await;
        let status = knock(&app, &door(&app), Some(WEBHOOK_PASSWORD), body.to_string()).await;
        assert_eq!(status, 200);
        eventually("a sync", || async {
            (app.number(SYNCED).await > before).then_some(())
        })
        .await;
    }
    let kept = "SELECT times FROM webhook_delivery WHERE provider = 'mx'";
    assert_eq!(app.number(kept).await, 5);
    assert_eq!(row_ids(&app).await, rows);
}

#[tokio::test]
async fn webhooks_in_another_order_come_to_the_same_books() {
    let app = start().await;
    let id = link_whole(&app).await;
    listen(&app).await;
    let member = only_member(&app).await;
    let of_it = json!({"member_guid": member});
    app.bank()
        .misbehave("member/webhook/hold", of_it.clone())
        .await;
    app.bank()
        .misbehave("transactions/add", of_it.clone())
        .await;
    let denied = json!({"member_guid": member, "connection_status": "DENIED"});
    app.bank().misbehave("member/status", denied).await;
    let well = json!({"member_guid": member, "connection_status": "CONNECTED"});
    app.bank().misbehave("member/status", well).await;
    // The outdated webhook about the denied log-in arrives last.
    let release = json!({"member_guid": member, "reversed": true});
    app.bank()
        .misbehave("member/webhook/release", release)
        .await;
    let listed = listed_rows(&app).await.len();
    eventually("the books", || async {
        let came = "SELECT COUNT(*) FROM webhook_delivery WHERE webhook_type = 'CONNECTION_STATUS'";
        let all = row_ids(&app).await.len() == listed && app.number(came).await > 0;
        all.then_some(())
    })
    .await;
    sync_now(&app, &id).await;
    let connection = read_connection(&app, &id).await;
    assert_eq!(connection.problem, None, "how it stands is asked of MX");
}

#[tokio::test]
async fn who_does_not_know_the_word_is_refused_and_causes_nothing() {
    let app = start().await;
    link_whole(&app).await;
    let member = only_member(&app).await;
    let body = json!({"type": "AGGREGATION", "member_guid": member}).to_string();
    let (door, other) = (door(&app), door(&app).replace("/mx/", "/mx/x"));
    let before = app.number(SYNCED).await;
    for (door, password) in [
        (&door, Some("a guess")),
        (&door, None),
        (&other, Some(WEBHOOK_PASSWORD)),
    ] {
        assert_eq!(knock(&app, door, password, body.clone()).await, 401);
    }
    let taken = "SELECT COUNT(*) FROM webhook_delivery WHERE provider = 'mx'";
    assert_eq!(app.number(taken).await, 0);
    assert_eq!(app.number(SYNCED).await, before);
}

#[tokio::test]
async fn an_unknown_member_is_answered_at_once_and_causes_nothing() {
    let app = start().await;
    link_whole(&app).await;
    let before = app.number(SYNCED).await;
    for body in [
        json!({"type": "AGGREGATION", "member_guid": "MBR-of-nobody"}).to_string(),
        json!({"type": "OF_TOMORROW"}).to_string(),
        "no JSON at all".to_owned(),
    ] {
        let status = knock(&app, &door(&app), Some(WEBHOOK_PASSWORD), body).await;
        assert_eq!(status, 200);
    }
    let caused = "SELECT COUNT(*) FROM webhook_delivery WHERE provider = 'mx' AND caused = 'sync'";
    assert_eq!(app.number(caused).await, 0);
    assert_eq!(app.number(SYNCED).await, before);
}
