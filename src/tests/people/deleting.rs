//! Deleting an account: what ends at once, what waits for the banks, and what is left afterwards.

use domain::access::Scopes;
use jiff::SignedDuration;
use serde_json::json;

use super::problems;
use crate::api::ApiClient;
use crate::app::{ADA, EVE, GRACE, TestApp, eventually};
use crate::books::Books;
use crate::browser::Browser;
use crate::outgoing_webhooks;
use crate::page::Page;

const PATH: &str = "/settings/delete-account";
const LINKED: &str = "SELECT COUNT(*) FROM item WHERE removed_at IS NULL";

/// Deletes the account of the person at the browser, as they would.
async fn delete(browser: &mut Browser, email: &str) -> Page {
    let page = browser.get(PATH).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let form = page.form("form[action='/forms/delete-account']");
    browser.send(&form.with("email", email)).await
}

/// Waits, while time passes, until Ada's row is gone.
async fn gone(app: &TestApp) {
    let books = app.books().await;
    eventually("the end of the person", || async {
        app.pass_unless_busy(SignedDuration::from_mins(1)).await;
        let left = "SELECT COUNT(*) FROM person WHERE email_folded = 'ada@example.org'";
        (books.number(left).await == 0).then_some(())
    })
    .await;
}

/// Asserts that no row of any table is about this person or names Ada.
async fn nothing_is_left_of(books: &Books, person: &str) {
    for table in books
        .texts(
            "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' AND c.name = 'person_id' AND m.name NOT LIKE 'transaction_words%'",
        )
        .await
    {
        let left = format!("SELECT COUNT(*) FROM \"{table}\" WHERE person_id = '{person}'");
        assert_eq!(books.count(&left).await, 0, "{table}");
    }
    for row in books.everything().await {
        let folded = row.to_lowercase();
        for word in [person, "ada@example.org", "byron", "countess"] {
            assert!(!folded.contains(word), "{row}");
        }
    }
    for table in [
        "account",
        "balance_snapshot",
        "bank_transaction",
        "change_feed",
        "connection",
        "connection_note",
        "daily_total",
        "gone_transaction",
        "link_attempt",
        "outbound_endpoint",
        "outbound_message",
        "refresh_token",
        "set_aside_row",
        "transfer_search",
        "transfer_side",
    ] {
        let left = books.count(&format!("SELECT COUNT(*) FROM {table}")).await;
        assert_eq!(left, 0, "{table}");
    }
    assert_eq!(
        books
            .number("SELECT COUNT(*) FROM pragma_foreign_key_check")
            .await,
        0
    );
}

#[tokio::test]
async fn the_banks_are_unlinked_first_and_then_everything_is_gone() {
    let (app, mut browser, _) = TestApp::build().plaid().linked().await;
    let key = ApiClient::new(&app).with(&app.key(&ADA, Scopes::all()).await);
    assert_eq!(key.get("/accounts").await.status, 200);
    outgoing_webhooks::add(&mut browser, "https://example.org/hook").await;
    browser.begin_to_link().await;
    let person = app.user(&ADA).await.id;
    let bank = app.bank().books().await;
    assert_eq!(bank.number(LINKED).await, 1);

    let page = delete(&mut browser, " ADA@example.org ").await;
    assert_eq!(page.path, "/log-in", "{}", page.body);
    key.get("/accounts").await.is_unauthorized();
    gone(&app).await;
    assert_eq!(bank.number(LINKED).await, 0, "the bank was told");
    nothing_is_left_of(&app.books().await, person.as_str()).await;
    eventually("the file without a trace", || async {
        // A reader may be in the way of the first.
        let asked = passbook::sync::request_clean_up(app.ctx()).await;
        asked.expect("it is asked for");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        (!app.is_kept(ADA.email)).then_some(())
    })
    .await;
    // The address is free again, and the person is a new one.
    app.signed_up(&ADA).await;
    assert_ne!(app.user(&ADA).await.id, person);
}

#[tokio::test]
async fn while_a_bank_cannot_be_reached_nobody_gets_in_and_a_restart_loses_nothing() {
    let (app, mut browser, _) = TestApp::build().plaid().open_to_all().linked().await;
    let mut elsewhere = app.logged_in(&ADA).await;
    let mut program = ApiClient::new(&app);
    program.log_in(&ADA).await;
    let person = app.user(&ADA).await.id;
    let away = json!({ "endpoint": "/item/remove", "fault": "server_error", "times": 2 });
    app.bank().misbehave("fault/add", away).await;
    delete(&mut browser, ADA.email).await;

    let books = app.books().await;
    let leaving = "SELECT COUNT(*) FROM person WHERE leaving_at IS NOT NULL";
    assert_eq!(books.number(leaving).await, 1);
    assert_eq!(browser.get("/").await.path, "/log-in");
    assert_eq!(elsewhere.get("/").await.path, "/log-in");
    program.get("/accounts").await.is_unauthorized();
    // Like a name that nobody has.
    let known = app.browser().log_in(ADA.email, ADA.password).await;
    let unknown = app.browser().log_in("nobody@x.org", ADA.password).await;
    assert_eq!(
        (known.path.as_str(), problems(&known)),
        (unknown.path.as_str(), problems(&unknown))
    );
    let by_name = app.browser().log_in(ADA.user_name, ADA.password).await;
    assert_eq!(by_name.path, "/log-in");
    // The address is not free yet.
    let page = app.browser().sign_up(&ADA, "").await;
    assert_eq!(page.path, "/sign-up");

    let app = app.restarted().await;
    gone(&app).await;
    assert_eq!(app.bank().books().await.number(LINKED).await, 0);
    nothing_is_left_of(&app.books().await, person.as_str()).await;
}

#[tokio::test]
async fn who_has_no_bank_is_deleted_at_once() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let mut eve = app.signed_up(&EVE).await;
    let person = app.user(&ADA).await.id;
    let page = delete(&mut browser, "eve@example.org").await;
    let told = [(
        "email".to_owned(),
        "That isn’t the email of your account.".to_owned(),
    )];
    assert_eq!(problems(&page), told);
    assert_eq!(app.number("SELECT COUNT(*) FROM person").await, 2);
    delete(&mut browser, ADA.email).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM person").await, 1);
    nothing_is_left_of(&app.books().await, person.as_str()).await;
    assert_eq!(eve.get("/").await.path, "/", "nobody else's");
}

#[tokio::test]
async fn the_only_admin_stays_while_there_are_other_people() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let mut grace = app.admin().await;
    let page = delete(&mut grace, GRACE.email).await;
    assert_eq!(page.path, PATH);
    let told = page.text("[role=alert]");
    assert!(told.contains("only admin"), "{told}");
    app.grant(&ADA).await;
    let page = delete(&mut grace, GRACE.email).await;
    assert_eq!(page.path, "/log-in");
}

#[tokio::test]
async fn the_last_person_can_leave_even_as_an_admin() {
    let app = TestApp::start().await;
    let mut grace = app.admin().await;
    assert_eq!(delete(&mut grace, GRACE.email).await.path, "/log-in");
    assert_eq!(app.number("SELECT COUNT(*) FROM person").await, 0);
}

#[tokio::test]
async fn the_demo_person_stays() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let marked = app.ctx().store.mark_demo("ada@example.org").await;
    marked.expect("marked");
    let page = delete(&mut browser, ADA.email).await;
    assert_eq!(page.text("[role=alert]"), "The demo user can’t be deleted.");
    assert_eq!(app.number("SELECT COUNT(*) FROM person").await, 1);
}
