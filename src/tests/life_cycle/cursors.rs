//! A cursor that the bank no longer knows.

use super::*;

const PROBLEM: &str = "SELECT COALESCE(problem_code, '') FROM connection";
const NOTES: &str =
    "SELECT id || ' ' || own_note FROM bank_transaction WHERE own_note IS NOT NULL ORDER BY id";
const FROM_NOTHING: &str = "SELECT COUNT(*) FROM connection WHERE cursor_lost_at IS NOT NULL";

/// Links a bank whose rows have notes; the bank then changes its data and forgets its cursors.
async fn forgotten() -> ((TestApp, Browser), ConnectionId, String) {
    let (app, mut browser) = start().await;
    let (id, token) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    write(
        &app,
        "UPDATE bank_transaction SET own_note = 'mine ' || provider_id",
    )
    .await;
    let rows = deed(&app, &token, "transactions/list", json!({})).await;
    let gone = rows["transactions"][0]["transaction_id"].clone();
    deed(
        &app,
        &token,
        "transactions/remove",
        json!({"transaction_id": gone, "quiet": true}),
    )
    .await;
    deed(
        &app,
        &token,
        "transactions/add",
        json!({"amount": "7.00", "quiet": true}),
    )
    .await;
    deed(&app, &token, "item/forget-cursors", json!({})).await;
    ((app, browser), id, token)
}

/// Has the bank do something to an Item.
async fn deed(
    app: &TestApp,
    token: &str,
    deed: &str,
    more: serde_json::Value,
) -> serde_json::Value {
    let mut wanted = more;
    wanted["access_token"] = token.into();
    app.bank().misbehave(deed, wanted).await
}

async fn write(app: &TestApp, sql: &'static str) {
    let done = sqlx::query(sql).execute(&app.books().await.pool).await;
    done.expect("written");
}

/// Returns the provider ids of the stored rows, and those that the bank lists.
async fn both(app: &TestApp, token: &str) -> [std::collections::BTreeSet<String>; 2] {
    let kept = app.texts("SELECT provider_id FROM bank_transaction").await;
    let rows = deed(app, token, "transactions/list", json!({})).await;
    let listed = rows["transactions"].as_array().expect("rows").iter();
    let listed = listed.map(|row| row["transaction_id"].as_str().expect("an id").to_owned());
    [kept.into_iter().collect(), listed.collect()]
}

#[tokio::test]
async fn a_forgotten_cursor_makes_a_run_from_the_beginning_once_a_day() {
    let ((app, mut browser), id, token) = forgotten().await;
    let before = app.texts(NOTES).await;
    sync_now(&app, &mut browser, &id).await;
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
    let [kept, listed] = both(&app, &token).await;
    assert_eq!(
        kept, listed,
        "the new row is there and the removed one is gone"
    );
    let after = app.texts(NOTES).await;
    assert_eq!(after.len(), before.len() - 1);
    assert!(
        after.iter().all(|row| before.contains(row)),
        "ids and notes stay"
    );

    // Forgotten again on the same day: reading everything does not help, so the person is told.
    deed(&app, &token, "item/forget-cursors", json!({})).await;
    let calls = "SELECT COUNT(*) FROM provider_call WHERE endpoint = '/transactions/sync'";
    sync_now(&app, &mut browser, &id).await;
    assert_eq!(app.texts(PROBLEM).await, ["INVALID_FIELD"]);
    let told = message(&mut browser, &id).await;
    assert!(
        told.contains("First Platypus Bank can’t tell us what’s new"),
        "{told}"
    );
    assert!(!told.contains("set up"), "{told}");
    assert!(app.number(calls).await > 0);
    assert_eq!(app.texts(NOTES).await, after, "nothing is lost");

    app.pass(SignedDuration::from_hours(25));
    sync_now(&app, &mut browser, &id).await;
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
    let [kept, listed] = both(&app, &token).await;
    assert_eq!(kept, listed);
    let after_a_day = app.texts(NOTES).await;
    assert!(after.iter().all(|row| after_a_day.contains(row)));
}

#[tokio::test]
async fn a_refusal_that_is_not_the_cursor_s_is_shown_and_removes_nothing() {
    let ((app, mut browser), id, token) = forgotten().await;
    let before = app.texts(NOTES).await;
    let fault = json!({"fault": "error", "error_code": "INVALID_FIELD", "error_type": "INVALID_REQUEST",
        "endpoint": "/transactions/sync", "until_cleared": true});
    deed(&app, &token, "fault/add", fault).await;
    sync_now(&app, &mut browser, &id).await;
    assert_eq!(app.texts(PROBLEM).await, ["INVALID_FIELD"]);
    assert_eq!(app.number(FROM_NOTHING).await, 0);
    assert_eq!(app.texts(NOTES).await, before);
    // A failed run does not use up the day's run from the beginning.
    deed(&app, &token, "fault/clear", json!({})).await;
    sync_now(&app, &mut browser, &id).await;
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
    assert_eq!(app.number(FROM_NOTHING).await, 1);
}

#[tokio::test]
async fn a_run_from_the_beginning_that_breaks_off_removes_nothing() {
    let ((app, mut browser), id, token) = forgotten().await;
    let before = app.texts(NOTES).await;
    // The refused call and the first page succeed; the second page fails.
    let fault =
        json!({"fault": "server_error", "endpoint": "/transactions/sync", "skip": 2, "times": 1});
    deed(&app, &token, "fault/add", fault).await;
    sync_now(&app, &mut browser, &id).await;
    assert_eq!(app.texts(NOTES).await, before);
    assert_eq!(app.number(FROM_NOTHING).await, 0);
    sync_now(&app, &mut browser, &id).await;
    let [kept, listed] = both(&app, &token).await;
    assert_eq!(kept, listed);
}

#[tokio::test]
async fn data_that_changes_however_often_it_is_asked_for_is_a_lost_cursor_too() {
    let ((app, mut browser), id, token) = forgotten().await;
    // The first read and its five restarts.
    let fault = json!({"fault": "error", "error_code": "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION",
        "error_type": "TRANSACTIONS_ERROR", "endpoint": "/transactions/sync", "times": 6});
    deed(&app, &token, "fault/add", fault).await;
    sync_now(&app, &mut browser, &id).await;
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
    assert_eq!(app.number(FROM_NOTHING).await, 1);
    let [kept, listed] = both(&app, &token).await;
    assert_eq!(kept, listed);
}

#[tokio::test]
async fn a_check_and_fsck_compare_without_the_cursor() {
    let ((app, mut browser), id, token) = forgotten().await;
    let report = sync::report_all(app.ctx(), None).await.expect("a report");
    assert_eq!(
        (report.different, report.not_made),
        (1, 0),
        "{}",
        report.text
    );
    let fields = [("connection", id.as_str())];
    browser.post("/forms/check", &fields).await;
    idle(&app).await;
    let page = browser.get(&format!("/connections/{id}/check")).await;
    assert_eq!(page.text("h1"), "Some transactions differ");
    // Rows that were put right come with a cursor that the bank knows.
    browser.post("/forms/put-right", &fields).await;
    idle(&app).await;
    let page = browser.get(&format!("/connections/{id}/check")).await;
    assert_eq!(page.text("h1"), "Everything matches");
    sync_now(&app, &mut browser, &id).await;
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
    assert_eq!(app.number(FROM_NOTHING).await, 0);
    let [kept, listed] = both(&app, &token).await;
    assert_eq!(kept, listed);
}
