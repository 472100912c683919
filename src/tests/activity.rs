//! The activity log: what it records, who can read it, and how long it is kept.

use jiff::SignedDuration;
use serde_json::json;

use crate::app::{ADA, EVE, TestApp, eventually};
use crate::browser::Browser;
use crate::hosted_link::{PLATYPUS, TARTAN};

const NAMES: &str = ".event .name";

#[tokio::test]
async fn it_tells_what_happened_the_newest_first() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    app.browser().log_in(ADA.email, "a guess, and wrong").await;
    let id = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &id).await;
    let rows = app.books().await.entries(&id).await.len();

    // A sync that changes nothing leaves no entry.
    sync_again(&app, &mut browser, &id).await;
    let unlink = [("connection", id.as_str()), ("rows", "delete")];
    browser.post("/forms/unlink", &unlink).await;
    let gone = "SELECT COUNT(*) FROM connection";
    let books = app.books().await;
    eventually("the end of the connection", || async {
        app.pass(SignedDuration::from_secs(1));
        (books.number(gone).await == 0).then_some(())
    })
    .await;
    let out = browser
        .get("/settings")
        .await
        .form("form[action='/forms/log-out']");
    browser.send(&out).await;

    let mut browser = app.logged_in(&ADA).await;
    let page = browser.get("/activity").await;
    let rows = domain::wording::grouped(rows);
    let rows = format!("First Platypus Bank finished importing: {rows} transactions");
    assert_eq!(
        page.texts(NAMES),
        [
            "You logged in",
            "You logged out",
            "First Platypus Bank confirmed that it’s unlinked",
            "You unlinked First Platypus Bank",
            rows.as_str(),
            "You linked First Platypus Bank",
            "Failed log-in attempt: wrong password",
            "You signed up",
        ]
    );
    assert!(page.text(".event .what").ends_with("from 127.0.0.1"));
    let today = page.texts(".band");
    assert_eq!(today, ["Today"]);
    assert_eq!(
        page.attribute(".event time", "datetime")
            .map(|at| at[..10].to_owned()),
        Some("2026-11-21".into())
    );
    // The settings page links to it.
    let settings = browser.get("/settings").await;
    assert!(
        settings
            .attributes("a", "href")
            .contains(&"/activity".into())
    );

    // Another person sees none of it.
    let mut eve = app.signed_up(&EVE).await;
    assert_eq!(eve.get("/activity").await.texts(NAMES), ["You signed up"]);
}

#[tokio::test]
async fn it_tells_that_a_problem_began_and_that_it_is_over() {
    let (app, mut browser, id) = TestApp::build().plaid().linked().await;
    let token = token_of(&app).await;
    app.bank()
        .ask("/sandbox/item/reset_login", json!({"access_token": token}))
        .await;
    for _ in 0..2 {
        request_sync(&app, &mut browser, &id).await;
    }
    has(
        &app,
        &mut browser,
        "First Platypus Bank needs you to log in again",
    )
    .await;

    let page = browser.get("/accounts").await;
    let repair = page.form_of_purpose(&format!("repair:{id}"));
    let page = browser.send(&repair.with("hosted", "yes")).await;
    let page = browser.on_to_the_bank(&page).await;
    let page = browser.answer(&page, &[]).await;
    let page = browser
        .log_in_at_bank(&page, "user_good", "pass_good")
        .await;
    let page = browser.allow(page).await;
    browser.come_back(&page).await;
    has(&app, &mut browser, "First Platypus Bank is working again").await;
    let page = browser.get(&format!("/activity?bank={id}")).await;
    let told = page.texts(NAMES);
    assert_eq!(told[0], "First Platypus Bank is working again", "{told:?}");
    assert_eq!(told[1], "You logged in at First Platypus Bank again");
    assert!(told[2].starts_with("First Platypus Bank needs you to log in again"));
    assert_eq!(told.len(), 5, "a problem that stays is told once: {told:?}");
    assert!(page.text(".event .name.problem").contains("log in again"));
    assert!(page.body.contains("ITEM_LOGIN_REQUIRED"));
}

#[tokio::test]
async fn it_is_narrowed_to_a_bank_and_no_bank_of_others() {
    let (app, mut browser, one) = TestApp::linked().await;
    let two = browser.link(TARTAN, "user_good", "pass_good").await;
    app.synced(&mut browser, &two).await;
    let page = browser.get(&format!("/activity?bank={two}")).await;
    let told = page.texts(NAMES);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told.iter().all(|name| name.contains("Tartan Bank")),
        "{told:?}"
    );
    assert_eq!(page.attribute("option[selected]", "value"), Some(two));

    let mut eve = app.signed_up(&EVE).await;
    let theirs = eve.get(&format!("/activity?bank={one}")).await;
    let unknown = eve.get("/activity?bank=01m7yce00chpahkrcnyw3y790z").await;
    for page in [theirs, unknown] {
        assert_eq!((page.status, page.count(NAMES)), (200, 0));
        assert_eq!(page.text("[role=alert]"), "Choose one of your banks.");
    }
    let page = browser.get("/activity?after=x%27--").await;
    assert_eq!(
        page.text("[role=alert]"),
        "This page is gone. Start from the first page."
    );
}

#[tokio::test]
async fn its_pages_hold_every_entry_once() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let books = app.books().await;
    let insert = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 119)
        INSERT INTO activity (person_id, happened_at, event, facts)
        SELECT p.id, p.created_at, 'edited', json_object('what', 'row ' || n.i) FROM person p, n";
    sqlx::query(insert)
        .execute(&books.pool)
        .await
        .expect("entries");
    let mut seen = Vec::new();
    let mut path = "/activity".to_owned();
    for most in [50, 50, 20] {
        let page = browser.get(&path).await;
        let names = page.texts(NAMES);
        assert_eq!(names.len(), most, "{path}");
        seen.extend(names);
        path = page.attribute("a[rel=next]", "href").unwrap_or_default();
    }
    assert_eq!(path, "", "there is no fourth page");
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), 120, "{seen:?}");
}

#[tokio::test]
async fn it_keeps_two_years_and_of_each_person_the_newest() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let books = app.books().await;
    let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10020)
        INSERT INTO activity (person_id, happened_at, event, facts)
        SELECT p.id, p.created_at, 'edited', '{}' FROM person p, n";
    let old = "INSERT INTO activity (person_id, happened_at, event, facts)
        SELECT id, created_at - 730 * 86400000, 'linked', '{}' FROM person";
    let calls = "INSERT INTO provider_call (provider, endpoint, started_at, duration_ms, outcome)
        SELECT 'plaid', '/item/get', created_at - 86400000 * d.value, 1, 'ok' FROM person, json_each('[89, 91]') d";
    for sql in [many, old, calls] {
        sqlx::query(sql)
            .execute(&books.pool)
            .await
            .expect("entries");
    }
    app.pass(SignedDuration::from_secs(1));
    passbook::sync::request_clean_up(app.ctx())
        .await
        .expect("it is asked for");
    let cleaned = "SELECT COUNT(*) FROM job WHERE kind = 'clean_up' AND subject = 'history' AND run_at IS NULL AND lease_until IS NULL";
    eventually("the clean-up", || async {
        (books.number(cleaned).await == 1).then_some(())
    })
    .await;
    assert_eq!(books.number("SELECT COUNT(*) FROM activity").await, 10_000);
    let signed_up = "SELECT COUNT(*) FROM activity WHERE event <> 'edited'";
    assert_eq!(books.number(signed_up).await, 0, "the oldest went first");
    assert_eq!(books.number("SELECT COUNT(*) FROM provider_call").await, 1);
    assert_eq!(browser.get("/activity").await.count(".event"), 50);
}

/// Returns the access token of the only connection.
pub async fn token_of(app: &TestApp) -> String {
    let sealed = app.ctx().store.sealed_values().await.expect("it answers");
    let first = sealed.first().expect("a token");
    assert_eq!(first.column.table, "connection");
    let vault = &app.ctx().vault;
    let token = vault.unseal(&first.sealed, &first.row, &first.owner);
    token.expect("it opens").expose().to_owned()
}

/// Requests a sync and waits until it has ended, successfully or not.
pub async fn request_sync(app: &TestApp, browser: &mut Browser, id: &str) {
    app.pass(SignedDuration::from_secs(1));
    let before = app.clock.now().as_millisecond();
    browser.post("/forms/sync", &[("connection", id)]).await;
    let books = app.books().await;
    let done = format!(
        "SELECT COUNT(*) FROM job WHERE kind = 'sync' AND subject = '{id}' AND finished_at >= {before} AND lease_until IS NULL"
    );
    eventually("a sync", || async {
        (books.count(&done).await == 1).then_some(())
    })
    .await;
}

async fn sync_again(app: &TestApp, browser: &mut Browser, id: &str) {
    request_sync(app, browser, id).await;
}

/// Waits until the log contains this entry.
async fn has(app: &TestApp, browser: &mut Browser, wanted: &str) {
    for _ in 0..200 {
        let page = browser.get("/activity").await;
        if page
            .texts(NAMES)
            .iter()
            .any(|name| name.starts_with(wanted))
        {
            return;
        }
        app.pass(SignedDuration::from_secs(1));
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{wanted} is never told");
}
