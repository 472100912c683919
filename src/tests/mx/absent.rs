//! Rows that MX no longer lists.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::Pair;

impl Pair {
    /// Returns the id of a row that the bank lists, pending or posted.
    async fn one(&self, pending: bool) -> String {
        let all = self.listed().await;
        let one = all.iter().find(|row| row["pending"] == pending);
        one.expect("a row")["transaction_id"]
            .as_str()
            .expect("an id")
            .to_owned()
    }

    /// Changes a row at the bank without a webhook.
    async fn act(&self, what: &str, mut wanted: Value) {
        wanted["member_guid"] = self.member().await.into();
        wanted["quiet"] = true.into();
        self.deed(&format!("transactions/{what}"), wanted).await;
    }

    async fn marked(&self) -> i64 {
        let sql = "SELECT COUNT(*) FROM bank_transaction WHERE absent_since IS NOT NULL";
        self.books.number(sql).await
    }
}

#[tokio::test]
async fn a_pending_row_that_mx_lacks_goes_at_once_and_a_posted_one_after_an_hour() {
    let pair = Pair::start().await;
    let id = pair.linked().await;
    pair.act("add", json!({"pending": true, "amount": "3.21"}))
        .await;
    pair.act("add", json!({"pending": false, "amount": "4.32"}))
        .await;
    pair.sync(&id).await;
    let all = pair.rows().await;
    let (pending, posted) = (pair.one(true).await, pair.one(false).await);
    assert!(all.contains(&pending) && all.contains(&posted));
    for row in [&pending, &posted] {
        pair.act("remove", json!({"transaction_id": row})).await;
    }
    pair.sync(&id).await;
    let now = pair.rows().await;
    assert!(!now.contains(&pending) && now.contains(&posted), "{now:?}");
    assert_eq!(pair.marked().await, 1);
    pair.sync(&id).await;
    assert!(pair.rows().await.contains(&posted), "that is too soon");
    pair.pass(SignedDuration::from_hours(1)).await;
    pair.sync(&id).await;
    assert_eq!(pair.rows().await.len(), all.len() - 2);
}

#[tokio::test]
async fn a_read_that_is_not_whole_or_comes_while_the_bank_is_asked_removes_nothing() {
    let pair = Pair::start().await;
    let id = pair.linked().await;
    pair.act("add", json!({"pending": true, "amount": "3.21"}))
        .await;
    pair.sync(&id).await;
    let all = pair.rows().await;
    let (pending, posted) = (pair.one(true).await, pair.one(false).await);
    for row in [&pending, &posted] {
        pair.act("remove", json!({"transaction_id": row})).await;
    }
    let member = pair.member().await;
    let asked = json!({"member_guid": member, "connection_status": "CONNECTED", "is_being_aggregated": true});
    pair.deed("member/status", asked).await;
    for _ in 0..2 {
        pair.sync(&id).await;
        pair.pass(SignedDuration::from_hours(2)).await;
        assert_eq!(pair.rows().await, all);
    }
    assert_eq!(pair.marked().await, 0);
    let idle = json!({"member_guid": member, "connection_status": "CONNECTED"});
    pair.deed("member/status", idle).await;
    pair.sync(&id).await;
    assert_eq!(pair.rows().await.len(), all.len() - 1, "the pending one");
    assert_eq!(pair.marked().await, 1);
}
