//! An activity entry is stored together with the change that it describes, or neither is.

use jiff::SignedDuration;

use crate::app::{ADA, Person, TestApp};
use crate::browser::Browser;
use crate::page::Page;

const ADDRESS: &str = "SELECT MAX(last_used_at) FROM known_origin WHERE kind = 'address'";

/// Makes every further entry of this event fail, as on a full disk.
async fn without_entries(app: &TestApp, event: &str) {
    let sql = format!(
        "DROP TRIGGER IF EXISTS no_entry;
         CREATE TRIGGER no_entry BEFORE INSERT ON activity WHEN new.event = '{event}' BEGIN
             SELECT RAISE(ABORT, 'no entry');
         END"
    );
    let books = app.books().await;
    let done = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&books.pool);
    done.await.expect("written");
}

async fn log_out(browser: &mut Browser) -> Page {
    let page = browser.get("/settings").await;
    browser
        .send(&page.form("form[action='/forms/log-out']"))
        .await
}

async fn change_password(browser: &mut Browser, new: &str) -> Page {
    let page = browser.get("/settings/password").await;
    let form = page.form("form[action='/forms/password']");
    let form = form.with("present", ADA.password).with("new", new);
    browser.send(&form).await
}

#[tokio::test]
async fn nothing_is_done_that_is_not_told() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let known = app.number(ADDRESS).await;
    app.pass(SignedDuration::from_mins(10));

    without_entries(&app, "signed_in").await;
    let mut other = app.browser();
    other.log_in(ADA.email, ADA.password).await;
    assert_eq!(other.get("/").await.path, "/log-in");
    assert_eq!(app.number(ADDRESS).await, known, "nobody logged in");

    without_entries(&app, "signed_out").await;
    log_out(&mut ada).await;
    assert_eq!(ada.get("/").await.path, "/", "the session goes on");

    without_entries(&app, "password_changed").await;
    change_password(&mut ada, "slow rivers carry amber").await;
    assert_eq!(ada.get("/").await.path, "/", "the password is as it was");

    without_entries(&app, "browser_logged_out").await;
    let mut there = app.logged_in(&ADA).await;
    let page = ada.get("/settings/sessions").await;
    let form = page.form("form[action='/forms/session-ended']");
    ada.send(&form).await;
    assert_eq!(there.get("/").await.path, "/", "that session goes on");

    without_entries(&app, "names_changed").await;
    let page = ada.get("/settings/profile").await;
    let form = page.form("form[action='/forms/profile']");
    ada.send(&form.with("first_name", "Augusta")).await;
    assert_eq!(ada.get("/").await.text(".person p"), "Ada Byron");

    without_entries(&app, "exported").await;
    let file = ada.get("/transactions.csv").await;
    assert!(
        file.status >= 500 && !file.body.contains("date,amount"),
        "{}",
        file.body
    );

    // All of it works once entries can be written again.
    without_entries(&app, "none").await;
    app.logged_in(&ADA).await;
    assert!(app.number(ADDRESS).await > known);
    log_out(&mut ada).await;
    assert_eq!(ada.get("/").await.path, "/log-in");
}

#[tokio::test]
async fn another_password_is_told_as_that_and_is_no_log_in() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    change_password(&mut ada, "slow rivers carry amber").await;
    let events = app.texts("SELECT event FROM activity ORDER BY id").await;
    assert_eq!(events, ["signed_up", "password_changed"]);
}

#[tokio::test]
async fn a_log_out_is_told_once() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let mut again = ada.clone();
    let page = ada.get("/settings").await;
    let form = page.form("form[action='/forms/log-out']");
    ada.send(&form).await;
    again.send(&form).await;
    let events = app.texts("SELECT event FROM activity ORDER BY id").await;
    assert_eq!(events, ["signed_up", "signed_out"]);
}

#[tokio::test]
async fn a_new_password_of_joined_names_is_as_weak_as_at_sign_up() {
    let app = TestApp::start().await;
    let bo = Person {
        first_name: "Bo",
        last_name: "Li",
        ..ADA
    };
    let mut browser = app.signed_up(&bo).await;
    for weak in ["bolilibo19851210", "boli.libo.1985.12"] {
        let page = change_password(&mut browser, weak).await;
        assert_eq!(super::problems(&page)[0].0, "new", "{weak}: {}", page.body);
    }
}
