//! The first sync: its stages, its repetition, and a restart in the middle. Kills are in `kills`.

use std::time::Duration;

use jiff::SignedDuration;
use jiff::civil::{Date, date};

use crate::app::{ADA, TestApp, eventually};
use crate::books::{Books, expected, expected_balances, profile};
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;

const TODAY: Date = date(2026, 11, 21);

#[tokio::test]
async fn it_passes_nothing_then_thirty_days_then_all_and_ends_only_there() {
    let app = TestApp::build()
        .paced(Duration::from_secs(60), Duration::from_secs(300))
        .start()
        .await;
    let mut browser = app.signed_up(&ADA).await;
    let id = browser.link(PLATYPUS, "user_good", "pass_good").await;
    let (books, path) = (app.books().await, format!("/connections/{id}"));
    let status = "SELECT update_status || ' ' || (last_synced_at IS NOT NULL) || ' ' || (history_complete_at IS NOT NULL) FROM connection";
    reaches(&app, &books, status, "not_ready 1 0").await;
    let page = browser.get(&path).await;
    assert_eq!(page.text("h1"), "Connecting to your bank");
    let small: u32 = page
        .attribute("progress", "value")
        .expect("a bar")
        .parse()
        .expect("a number");
    assert!(
        page.count("[http-equiv=refresh]") + page.count("leptos-island") > 0,
        "{}",
        page.body
    );
    assert_eq!(books.entries(&id).await.len(), 0);

    app.pass(SignedDuration::from_secs(61));
    reaches(&app, &books, status, "initial 1 0").await;
    let page = browser.get(&path).await;
    assert_eq!(page.text("h1"), "Getting your transactions");
    let more: u32 = page
        .attribute("progress", "value")
        .expect("a bar")
        .parse()
        .expect("a number");
    assert!(small < more && more < 100, "{small} {more}");
    let first = books.entries(&id).await;
    assert!(!first.is_empty());
    assert!(
        first.iter().all(|entry| entry.day.as_str() >= "2026-10-15"),
        "{:?}",
        first[0]
    );
    assert!(
        browser
            .get("/")
            .await
            .body
            .contains("getting your transactions"),
        "the overview says so too"
    );

    app.pass(SignedDuration::from_secs(240));
    reaches(&app, &books, status, "historical 1 1").await;
    let page = browser.get(&path).await;
    assert_eq!(page.text("h1"), "You’re all set");
    assert_eq!(page.count("progress"), 0);
    let bank = profile(PLATYPUS, "user_good", "pass_good", TODAY);
    assert_eq!(books.entries(&id).await, expected(&bank, TODAY));
}

#[tokio::test]
async fn asking_again_changes_nothing() {
    let (app, mut browser, id) = TestApp::linked().await;
    let books = app.books().await;
    let all = "SELECT id || day || amount || details FROM bank_transaction ORDER BY id";
    let before = books.texts(all).await;
    sync_again(&app, &mut browser, &books, &id).await;
    assert_eq!(books.texts(all).await, before);

    // The whole feed once more, as after a lost cursor.
    sqlx::query("UPDATE connection SET cursor = NULL")
        .execute(&books.pool)
        .await
        .expect("forgotten");
    sync_again(&app, &mut browser, &books, &id).await;
    assert_eq!(books.texts(all).await, before);
}

#[tokio::test]
async fn a_restart_in_the_middle_completes_it() {
    let app = TestApp::build()
        .paced(Duration::from_secs(60), Duration::from_secs(300))
        .start()
        .await;
    let mut browser = app.signed_up(&ADA).await;
    let id = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.pass(SignedDuration::from_secs(61));
    let status = "SELECT update_status FROM connection";
    let books = app.books().await;
    reaches(&app, &books, status, "initial").await;
    drop(books);
    let app = app.restarted().await;
    app.pass(SignedDuration::from_secs(300));
    let mut browser = browser.moved_to(app.browser());
    app.synced(&mut browser, &id).await;
    let books = app.books().await;
    let bank = profile(PLATYPUS, "user_good", "pass_good", TODAY);
    assert_eq!(books.entries(&id).await, expected(&bank, TODAY));
    assert_eq!(books.balances(&id).await, expected_balances(&bank));
}

async fn reaches(app: &TestApp, books: &Books, sql: &'static str, wanted: &str) {
    eventually(wanted, || async {
        app.pass(SignedDuration::from_millis(100));
        (books.texts(sql).await == [wanted]).then_some(())
    })
    .await;
}

async fn sync_again(app: &TestApp, browser: &mut Browser, books: &Books, id: &str) {
    let last = "SELECT last_synced_at FROM connection";
    let before = books.number(last).await;
    app.pass(SignedDuration::from_secs(5));
    let page = browser.get(&format!("/connections/{id}")).await;
    let page = browser.send(&page.form("form[action='/forms/sync']")).await;
    assert_eq!(page.path, format!("/connections/{id}"));
    assert!(
        page.text(".notice").starts_with("Checking for new"),
        "{}",
        page.body
    );
    eventually("another sync", || async {
        (books.number(last).await > before).then_some(())
    })
    .await;
}
