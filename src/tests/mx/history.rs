//! All the history that a bank gives, and news once a day.

use domain::connection::{LinkStatus, TransactionsStatus};
use domain::id::ConnectionId;
use jiff::SignedDuration;
use serde_json::json;

use super::own_bank::{
    add_fault, all_history, calls_of, give_answers, link_whole, listed_rows, only_member,
    rest_and_pass, row_ids, start, sync_now,
};
use super::{comes_to, completes, link, read_connection};
use crate::app::{TestApp, eventually};

const EXTEND: &str = "POST /users/{user}/members/{member}/extend_history";
const AGGREGATE: &str = "POST /users/{user}/members/{member}/aggregate";
const OLDEST: &str = "SELECT MIN(day) FROM bank_transaction";

async fn is_called(app: &TestApp, endpoint: &str) {
    eventually("a call", || async {
        (calls_of(app, endpoint).await > 0).then_some(())
    })
    .await;
}

/// Asserts that all rows are read and the history is complete: MX asked the bank less than a day ago.
async fn everything_is_read(app: &TestApp, id: &ConnectionId) {
    let listed = listed_rows(app).await.len();
    assert_eq!(row_ids(app).await.len(), listed);
    let connection = read_connection(app, id).await;
    let complete = Some(TransactionsStatus::Complete);
    assert_eq!(connection.transactions_status(), complete);
}

#[tokio::test]
async fn after_the_first_link_all_history_is_asked_for_once() {
    let app = start().await;
    let id = link_whole(&app).await;
    let oldest = app.texts(OLDEST).await.remove(0);
    assert!(oldest.as_str() < "2025-12-01", "{oldest}");
    everything_is_read(&app, &id).await;
    for _ in 0..3 {
        rest_and_pass(&app, SignedDuration::from_hours(6)).await;
        sync_now(&app, &id).await;
    }
    assert_eq!(calls_of(&app, EXTEND).await, 1);
    assert_eq!(calls_of(&app, AGGREGATE).await, 0);
}

#[tokio::test]
async fn what_the_bank_asks_before_it_gives_all_history_the_person_answers() {
    let app = start().await;
    let id = link(&app, "anything").await;
    let next = json!({"member_guid": only_member(&app).await, "challenges": ["TEXT"]});
    app.bank().misbehave("member/next", next).await;
    is_called_after_link(&app, &id).await;
    is_challenged(&app, &id).await;
    let rows = row_ids(&app).await;
    assert!(!rows.is_empty(), "what was read stays");
    give_answers(&app, &id, "correct")
        .await
        .expect("it is taken");
    comes_to(&app, &id, LinkStatus::Success).await;
    all_history(&app, &id).await;
    assert!(row_ids(&app).await.len() > rows.len());
    everything_is_read(&app, &id).await;
    assert_eq!(read_connection(&app, &id).await.problem, None);
    assert_eq!(calls_of(&app, EXTEND).await, 1);
}

async fn is_called_after_link(app: &TestApp, id: &ConnectionId) {
    comes_to(app, id, LinkStatus::Success).await;
    is_called(app, EXTEND).await;
    let status = read_connection(app, id).await.transactions_status();
    assert_eq!(
        status,
        Some(TransactionsStatus::Downloading),
        "there is more"
    );
}

async fn is_challenged(app: &TestApp, id: &ConnectionId) {
    eventually("a challenge", || async {
        rest_and_pass(app, SignedDuration::from_secs(10)).await;
        let status = read_connection(app, id).await.link_status();
        (status == LinkStatus::Challenged).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_bank_that_gives_no_more_history_is_asked_once_and_syncs_on() {
    let app = start().await;
    add_fault(&app, EXTEND, json!({"fault": "error", "status": 400})).await;
    let id = link_whole(&app).await;
    is_called(&app, EXTEND).await;
    for _ in 0..2 {
        rest_and_pass(&app, SignedDuration::from_mins(10)).await;
        sync_now(&app, &id).await;
    }
    assert_eq!(calls_of(&app, EXTEND).await, 1);
    everything_is_read(&app, &id).await;
}

#[tokio::test]
async fn what_comes_some_minutes_after_all_was_there_is_read_without_being_told() {
    let app = start().await;
    add_fault(&app, EXTEND, json!({"fault": "error", "status": 400})).await;
    let id = link(&app, "anything").await;
    completes(&app, &id).await;
    let member = only_member(&app).await;
    let late = json!({"member_guid": member, "description": "A STRAGGLER", "quiet": true});
    app.bank().misbehave("transactions/add", late).await;
    // Far sooner than the six-hour poll.
    eventually("the straggler", || async {
        rest_and_pass(&app, SignedDuration::from_secs(10)).await;
        let all = row_ids(&app).await.len();
        (all == listed_rows(&app).await.len()).then_some(())
    })
    .await;
    let age = app
        .clock
        .now()
        .duration_since(read_connection(&app, &id).await.created_at);
    assert!(age < SignedDuration::from_hours(1), "{age:?}");
}

#[tokio::test]
async fn a_bank_that_mx_has_not_asked_for_a_day_is_asked_once_a_day() {
    let app = start().await;
    let id = link_whole(&app).await;
    for day in 1..=2 {
        rest_and_pass(&app, SignedDuration::from_hours(25)).await;
        for _ in 0..3 {
            sync_now(&app, &id).await;
        }
        eventually("the day's call", || async {
            let calls = calls_of(&app, AGGREGATE).await;
            assert!(calls <= day, "{calls} calls on day {day}");
            (calls == day).then_some(())
        })
        .await;
    }
}
