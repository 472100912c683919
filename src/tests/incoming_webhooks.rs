//! Webhooks through the real door: from the bank that signs them to the rows that they bring.

use domain::id::ConnectionId;
use jiff::SignedDuration;
use serde_json::json;

use crate::app::{ADA, TestApp, browsers, eventually};
use crate::hosted_link::PLATYPUS;
use crate::items::{fire_webhook, link_item, new_item, plaid_door};

/// Starts a Passbook that a bank on its own origin can reach, and signs Ada up.
async fn start() -> TestApp {
    let app = TestApp::build().plaid().start().await;
    app.signed_up(&ADA).await;
    app
}

/// Links an Item that gets new rows; returns its connection and access token.
async fn link(app: &TestApp) -> (ConnectionId, String) {
    link_item(app, PLATYPUS, "user_transactions_dynamic").await
}

/// Waits until a number in the books has become this large.
async fn comes_to(app: &TestApp, what: &str, sql: &'static str, wanted: i64) {
    let books = app.books().await;
    eventually(what, || async {
        (books.number(sql).await >= wanted).then_some(())
    })
    .await;
}

/// Sends a body to the door for webhooks.
async fn knock(app: &TestApp, body: &'static str, signatures: &[&str]) -> reqwest::Response {
    let mut request = browsers().post(plaid_door(app)).body(body);
    for signature in signatures {
        request = request.header("plaid-verification", *signature);
    }
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn what_is_new_at_the_bank_arrives_by_itself() {
    let app = start().await;
    let (_, token) = link(&app).await;
    let history = "SELECT COUNT(*) FROM connection WHERE history_complete_at IS NOT NULL";
    eventually("the first sync", || async {
        app.pass(SignedDuration::from_millis(200));
        (app.number(history).await == 1).then_some(())
    })
    .await;
    let latest = "SELECT MAX(seq) FROM bank_transaction";
    let before = app.number(latest).await;
    // The clock stands still from here on, so the rows do not come with the timetable.
    let wanted = json!({"access_token": token});
    app.bank().ask("/transactions/refresh", wanted).await;
    comes_to(&app, "new rows", latest, before + 1).await;
}

#[tokio::test]
async fn duplicates_are_kept_once_and_ask_again() {
    let app = start().await;
    let (id, token) = link(&app).await;
    let synced = "SELECT COUNT(*) FROM job WHERE kind = 'sync' AND finished_at IS NOT NULL";
    comes_to(&app, "the first sync", synced, 1).await;
    for _ in 0..5 {
        fire_webhook(&app, &token, "NEW_ACCOUNTS_AVAILABLE").await;
    }
    let times = "SELECT COALESCE(SUM(times), 0) FROM webhook_delivery WHERE webhook_code = 'NEW_ACCOUNTS_AVAILABLE'";
    comes_to(&app, "five webhooks", times, 5).await;
    let rows = app.texts("SELECT connection_id || ' ' || caused || ' ' || times FROM webhook_delivery WHERE webhook_code = 'NEW_ACCOUNTS_AVAILABLE'")
        .await;
    assert_eq!(rows, [format!("{id} sync 5")]);
    let asked = app
        .number("SELECT requested FROM job WHERE kind = 'sync'")
        .await;
    assert!(asked >= 6, "{asked}");
}

#[tokio::test]
async fn webhooks_of_strangers_items_are_kept_and_answered() {
    let app = start().await;
    let public =
        json!({"public_token": new_item(&app, PLATYPUS, "user_transactions_dynamic").await});
    let answer = app.bank().ask("/item/public_token/exchange", public).await;
    let token = answer["access_token"].as_str().expect("a token");
    fire_webhook(&app, token, "DEFAULT_UPDATE").await;
    let kept =
        "SELECT COUNT(*) FROM webhook_delivery WHERE connection_id IS NULL AND caused = 'nothing'
        AND webhook_code = 'DEFAULT_UPDATE' AND item_id IS NOT NULL";
    comes_to(&app, "the webhook", kept, 1).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM job").await, 0);
}

#[tokio::test]
async fn forgeries_are_refused_alike_and_counted() {
    let app = start().await;
    let body = r#"{"webhook_type":"ITEM","webhook_code":"ERROR","item_id":"x"}"#;
    let mut answers = Vec::new();
    for signatures in [&[][..], &["a.b.c"], &["a.b.c", "a.b.c"], &["\u{fc}"]] {
        let answer = knock(&app, body, signatures).await;
        let (status, retry) = (
            answer.status(),
            answer.headers().contains_key("retry-after"),
        );
        answers.push((status.as_u16(), retry, answer.text().await.expect("a text")));
    }
    assert!(
        answers.iter().all(|a| *a == (401, false, String::new())),
        "{answers:?}"
    );
    let counted = "SELECT COALESCE(SUM(refused), 0) FROM webhook_refusal_count";
    comes_to(&app, "the count", counted, 4).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM webhook_refusal").await, 4);
    assert_eq!(app.number("SELECT COUNT(*) FROM webhook_delivery").await, 0);
    assert_eq!(app.number("SELECT COUNT(*) FROM job").await, 0);
}

#[tokio::test]
async fn a_large_body_is_not_read() {
    let app = start().await;
    let door = browsers()
        .post(plaid_door(&app))
        .header("plaid-verification", "a.b.c");
    let answer = door.body("x".repeat((64 << 10) + 1)).send().await;
    assert_eq!(answer.expect("an answer").status().as_u16(), 413);
    let answer = browsers()
        .get(plaid_door(&app))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status().as_u16(), 405);
}

#[tokio::test]
async fn a_bank_is_linked_although_the_tab_was_closed_at_the_bank() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let page = browser.at_the_bank(PLATYPUS).await;
    let page = browser
        .log_in_at_bank(&page, "user_good", "pass_good")
        .await;
    browser.allow(page).await;
    let books = app.books().await;
    let asked = "SELECT COUNT(*) FROM job WHERE kind = 'link'";
    eventually("the webhook", || async {
        (books.number(asked).await == 1).then_some(())
    })
    .await;
    assert_eq!(
        books.number("SELECT COUNT(*) FROM connection").await,
        0,
        "the browser goes first"
    );
    let linked = "SELECT COUNT(*) FROM connection c JOIN link_attempt l ON l.result_id = c.id";
    app.pass(SignedDuration::from_secs(10));
    eventually("the connection", || async {
        (books.number(linked).await == 1).then_some(())
    })
    .await;
    let page = browser.get("/accounts").await;
    assert_eq!(page.texts("h2.who a"), ["First Platypus Bank"]);
}

#[tokio::test]
async fn leaving_the_bank_s_page_and_closing_the_tab_leaves_the_attempt_open() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let page = browser.at_the_bank(PLATYPUS).await;
    browser.leave(&page).await;
    let books = app.books().await;
    let asked = "SELECT COUNT(*) FROM job WHERE kind = 'link'";
    eventually("the webhook", || async {
        (books.number(asked).await == 1).then_some(())
    })
    .await;
    app.pass(SignedDuration::from_secs(10));
    let done = "SELECT COUNT(*) FROM job WHERE kind = 'link' AND finished_at IS NOT NULL";
    eventually("the work", || async {
        (books.number(done).await == 1).then_some(())
    })
    .await;
    let open = "SELECT COUNT(*) FROM link_attempt WHERE finished_at IS NULL";
    assert_eq!(books.number(open).await, 1);
}
