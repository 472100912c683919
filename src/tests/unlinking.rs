//! Ending a connection: the bank is told until it has confirmed, and the rows stay or go.

use jiff::SignedDuration;
use passbook::clock::Clock;

use crate::app::{ADA, EVE, START, TestApp};
use crate::bank::OwnBank;
use crate::browser::Browser;
use crate::hosted_link::{PLATYPUS, TARTAN};

async fn unlink(browser: &mut Browser, connection: &str, rows: &str) -> crate::page::Page {
    let page = browser
        .get(&format!("/connections/{connection}/unlink"))
        .await;
    assert_eq!(page.status, 200, "{}", page.body);
    browser
        .post(
            "/forms/unlink",
            &[("connection", connection), ("rows", rows)],
        )
        .await
}

/// Waits until the bank has confirmed the end.
async fn ended(app: &TestApp, connection: &str) {
    let waiting = format!(
        "SELECT COUNT(*) FROM connection WHERE id = '{connection}' AND unlinked_at IS NULL"
    );
    until(app, &waiting, 0).await;
}

/// Waits, while hours pass, until a count in the books is this.
async fn until(app: &TestApp, count: &str, wanted: i64) {
    let books = app.books().await;
    for _ in 0..400 {
        if books.count(count).await == wanted {
            return;
        }
        app.pass(SignedDuration::from_secs(30));
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{count} never becomes {wanted}");
}

#[tokio::test]
async fn kept_rows_stay_readable_and_the_token_is_wiped() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let id = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &id).await;
    let before = app.books().await.entries(&id).await;

    let page = unlink(&mut browser, &id, "keep").await;
    assert_eq!(page.path, "/accounts", "{}", page.body);
    ended(&app, &id).await;

    assert_eq!(app.books().await.entries(&id).await, before);
    let left = format!("SELECT length(sealed_token) FROM connection WHERE id = '{id}'");
    assert_eq!(app.books().await.count(&left).await, 0);
    assert!(browser.get("/accounts").await.body.contains("Unlinked on"));
    // Nothing more can be asked of it, and it counts no more.
    assert_eq!(browser.get(&format!("/connections/{id}")).await.status, 404);
    assert_eq!(
        browser
            .post("/forms/sync", &[("connection", &id)])
            .await
            .status,
        404
    );
    assert_eq!(browser.get("/").await.count("section.connection"), 0);
    // The same bank is not taken for one that is linked.
    let again = browser.link(PLATYPUS, "user_good", "pass_good").await;
    assert_ne!(again, id);
    // A program that holds no sealed token any more starts all the same.
    let app = app.restarted().await;
    assert_eq!(app.logged_in(&ADA).await.get("/accounts").await.status, 200);
}

#[tokio::test]
async fn deleted_rows_are_gone_and_other_banks_stay() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let other = browser.link(TARTAN, "user_good", "pass_good").await;
    app.synced(&mut browser, &other).await;
    let id = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &id).await;
    let kept = app.books().await.entries(&other).await;

    unlink(&mut browser, &id, "delete").await;
    ended(&app, &id).await;

    let books = app.books().await;
    for table in [
        "connection WHERE id",
        "account WHERE connection_id",
        "bank_transaction WHERE connection_id",
    ] {
        assert_eq!(
            books
                .count(&format!("SELECT COUNT(*) FROM {table} = '{id}'"))
                .await,
            0,
            "{table}"
        );
    }
    assert_eq!(books.entries(&other).await, kept);
    // What is gone is not found any more either.
    let words = "SELECT COUNT(*) FROM transaction_words WHERE transaction_words MATCH 'search:a*'";
    let rows = "SELECT COUNT(*) FROM bank_transaction WHERE instr(search, ' a') > 0";
    assert_eq!(books.count(words).await, books.count(rows).await);
}

#[tokio::test]
async fn a_bank_that_is_away_is_told_later() {
    let clock = Clock::settable(START.parse().expect("a moment"));
    let bank = OwnBank::open(&clock).await;
    let app = TestApp::with(&bank.settings()).await;
    let mut browser = app.signed_up(&ADA).await;
    let id = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &id).await;
    let waiting =
        format!("SELECT COUNT(*) FROM connection WHERE id = '{id}' AND unlinked_at IS NULL");
    let failed = "SELECT COUNT(*) FROM job WHERE kind = 'unlink' AND attempts > 0";
    let _bank = bank
        .away_during(&clock, async {
            unlink(&mut browser, &id, "keep").await;
            until(&app, failed, 1).await;
            assert_eq!(app.books().await.count(&waiting).await, 1);
            let page = browser.get("/accounts").await;
            assert!(page.body.contains("Being unlinked"), "{}", page.body);
        })
        .await;
    until(&app, &waiting, 0).await;
}

#[tokio::test]
async fn nobody_ends_somebody_else_s_connection() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let id = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &id).await;
    let mut eve = app.signed_up(&EVE).await;
    assert_eq!(
        eve.get(&format!("/connections/{id}/unlink")).await.status,
        404
    );
    let answer = eve
        .post(
            "/forms/unlink",
            &[("connection", id.as_str()), ("rows", "delete")],
        )
        .await;
    assert_eq!(answer.status, 404);
    assert_eq!(browser.get(&format!("/connections/{id}")).await.status, 200);
}
