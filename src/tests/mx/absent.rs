//! Rows that MX no longer lists.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::own_bank::{
    link_whole, listed_rows, only_member, rest_and_pass, row_ids, start, sync_now,
};
use crate::app::TestApp;

/// Returns the id of a row that the bank lists, pending or posted.
async fn one_row(app: &TestApp, pending: bool) -> String {
    let all = listed_rows(app).await;
    let one = all.iter().find(|row| row["pending"] == pending);
    one.expect("a row")["transaction_id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

/// Changes a row at the bank without a webhook.
async fn act_on(app: &TestApp, what: &str, mut wanted: Value) {
    wanted["member_guid"] = only_member(app).await.into();
    wanted["quiet"] = true.into();
    app.bank()
        .misbehave(&format!("transactions/{what}"), wanted)
        .await;
}

async fn marked_rows(app: &TestApp) -> i64 {
    let sql = "SELECT COUNT(*) FROM bank_transaction WHERE absent_since IS NOT NULL";
    app.number(sql).await
}

#[tokio::test]
async fn a_pending_row_that_mx_lacks_goes_at_once_and_a_posted_one_after_an_hour() {
    let app = start().await;
    let id = link_whole(&app).await;
    act_on(&app, "add", json!({"pending": true, "amount": "3.21"})).await;
    act_on(&app, "add", json!({"pending": false, "amount": "4.32"})).await;
    sync_now(&app, &id).await;
    let all = row_ids(&app).await;
    let (pending, posted) = (one_row(&app, true).await, one_row(&app, false).await);
    assert!(all.contains(&pending) && all.contains(&posted));
    for row in [&pending, &posted] {
        act_on(&app, "remove", json!({"transaction_id": row})).await;
    }
    sync_now(&app, &id).await;
    let now = row_ids(&app).await;
    assert!(!now.contains(&pending) && now.contains(&posted), "{now:?}");
    assert_eq!(marked_rows(&app).await, 1);
    sync_now(&app, &id).await;
    assert!(row_ids(&app).await.contains(&posted), "that is too soon");
    rest_and_pass(&app, SignedDuration::from_hours(1)).await;
    sync_now(&app, &id).await;
    assert_eq!(row_ids(&app).await.len(), all.len() - 2);
}

#[tokio::test]
async fn a_read_that_is_not_whole_or_comes_while_the_bank_is_asked_removes_nothing() {
    let app = start().await;
    let id = link_whole(&app).await;
    act_on(&app, "add", json!({"pending": true, "amount": "3.21"})).await;
    sync_now(&app, &id).await;
    let all = row_ids(&app).await;
    let (pending, posted) = (one_row(&app, true).await, one_row(&app, false).await);
    for row in [&pending, &posted] {
        act_on(&app, "remove", json!({"transaction_id": row})).await;
    }
    let member = only_member(&app).await;
    let asked = json!({"member_guid": member, "connection_status": "CONNECTED", "is_being_aggregated": true});
    app.bank().misbehave("member/status", asked).await;
    for _ in 0..2 {
        sync_now(&app, &id).await;
        rest_and_pass(&app, SignedDuration::from_hours(2)).await;
        assert_eq!(row_ids(&app).await, all);
    }
    assert_eq!(marked_rows(&app).await, 0);
    let idle = json!({"member_guid": member, "connection_status": "CONNECTED"});
    app.bank().misbehave("member/status", idle).await;
    sync_now(&app, &id).await;
    assert_eq!(row_ids(&app).await.len(), all.len() - 1, "the pending one");
    assert_eq!(marked_rows(&app).await, 1);
}
