//! All the history that a bank gives, and news once a day.

use domain::connection::{LinkStatus, TransactionsStatus};
use domain::id::ConnectionId;
use jiff::SignedDuration;
use serde_json::json;

use super::Pair;
use crate::app::eventually;

const EXTEND: &str = "POST /users/{user}/members/{member}/extend_history";
const AGGREGATE: &str = "POST /users/{user}/members/{member}/aggregate";
const OLDEST: &str = "SELECT MIN(day) FROM bank_transaction";

impl Pair {
    async fn is_called(&self, endpoint: &str) {
        eventually("a call", || async {
            (self.calls(endpoint).await > 0).then_some(())
        })
        .await;
    }

    /// Asserts that all rows are read and the history is complete: MX asked the bank less than a day ago.
    async fn everything_is_read(&self, id: &ConnectionId) {
        let listed = self.listed().await.len();
        assert_eq!(self.rows().await.len(), listed);
        let connection = self.connection(id).await;
        let complete = Some(TransactionsStatus::Complete);
        assert_eq!(connection.transactions_status(), complete);
    }
}

#[tokio::test]
async fn after_the_first_link_all_history_is_asked_for_once() {
    let pair = Pair::start().await;
    let id = pair.linked().await;
    let oldest = pair.books.texts(OLDEST).await.remove(0);
    assert!(oldest.as_str() < "2025-12-01", "{oldest}");
    pair.everything_is_read(&id).await;
    for _ in 0..3 {
        pair.pass(SignedDuration::from_hours(6)).await;
        pair.sync(&id).await;
    }
    assert_eq!(pair.calls(EXTEND).await, 1);
    assert_eq!(pair.calls(AGGREGATE).await, 0);
}

#[tokio::test]
async fn what_the_bank_asks_before_it_gives_all_history_the_person_answers() {
    let pair = Pair::start().await;
    let id = pair.link("anything").await;
    let next = json!({"member_guid": pair.member().await, "challenges": ["TEXT"]});
    pair.deed("member/next", next).await;
    pair.is_called_after_link(&id).await;
    pair.is_challenged(&id).await;
    let rows = pair.rows().await;
    assert!(!rows.is_empty(), "what was read stays");
    pair.answer(&id, "correct").await.expect("it is taken");
    pair.comes_to(&id, LinkStatus::Success).await;
    pair.all_history(&id).await;
    assert!(pair.rows().await.len() > rows.len());
    pair.everything_is_read(&id).await;
    assert_eq!(pair.connection(&id).await.problem, None);
    assert_eq!(pair.calls(EXTEND).await, 1);
}

impl Pair {
    async fn is_called_after_link(&self, id: &ConnectionId) {
        self.comes_to(id, LinkStatus::Success).await;
        self.is_called(EXTEND).await;
        let status = self.connection(id).await.transactions_status();
        assert_eq!(
            status,
            Some(TransactionsStatus::Downloading),
            "there is more"
        );
    }

    async fn is_challenged(&self, id: &ConnectionId) {
        eventually("a challenge", || async {
            self.pass(SignedDuration::from_secs(10)).await;
            let status = self.connection(id).await.link_status();
            (status == LinkStatus::Challenged).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_bank_that_gives_no_more_history_is_asked_once_and_syncs_on() {
    let pair = Pair::start().await;
    pair.fault(EXTEND, json!({"fault": "error", "status": 400}))
        .await;
    let id = pair.linked().await;
    pair.is_called(EXTEND).await;
    for _ in 0..2 {
        pair.pass(SignedDuration::from_mins(10)).await;
        pair.sync(&id).await;
    }
    assert_eq!(pair.calls(EXTEND).await, 1);
    pair.everything_is_read(&id).await;
}

#[tokio::test]
async fn what_comes_some_minutes_after_all_was_there_is_read_without_being_told() {
    let pair = Pair::start().await;
    pair.fault(EXTEND, json!({"fault": "error", "status": 400}))
        .await;
    let id = pair.link("anything").await;
    pair.complete(&id).await;
    let member = pair.member().await;
    let late = json!({"member_guid": member, "description": "A STRAGGLER", "quiet": true});
    pair.deed("transactions/add", late).await;
    // Far sooner than the six-hour poll.
    eventually("the straggler", || async {
        pair.pass(SignedDuration::from_secs(10)).await;
        let all = pair.rows().await.len();
        (all == pair.listed().await.len()).then_some(())
    })
    .await;
    let age = pair
        .app
        .clock
        .now()
        .duration_since(pair.connection(&id).await.created_at);
    assert!(age < SignedDuration::from_hours(1), "{age:?}");
}

#[tokio::test]
async fn a_bank_that_mx_has_not_asked_for_a_day_is_asked_once_a_day() {
    let pair = Pair::start().await;
    let id = pair.linked().await;
    for day in 1..=2 {
        pair.pass(SignedDuration::from_hours(25)).await;
        for _ in 0..3 {
            pair.sync(&id).await;
        }
        eventually("the day's call", || async {
            let calls = pair.calls(AGGREGATE).await;
            assert!(calls <= day, "{calls} calls on day {day}");
            (calls == day).then_some(())
        })
        .await;
    }
}
