//! Ending a connection: the bank is told until it confirms, and the rows stay or go.

use jiff::SignedDuration;

use crate::app::{ADA, EVE, TestApp};
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

/// Waits, while hours pass, until a count in the books has this value.
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
    let (app, mut browser, id) = TestApp::linked().await;
    let before = app.books().await.entries(&id).await;

    let page = unlink(&mut browser, &id, "keep").await;
    assert_eq!(page.path, "/accounts", "{}", page.body);
    ended(&app, &id).await;

    assert_eq!(app.books().await.entries(&id).await, before);
    let left = format!("SELECT length(sealed_token) FROM connection WHERE id = '{id}'");
    assert_eq!(app.books().await.count(&left).await, 0);
    assert!(browser.get("/accounts").await.body.contains("Unlinked on"));
    // Its page can be read, but offers no further action.
    let page = browser.get(&format!("/connections/{id}")).await;
    assert_eq!(
        (page.status, page.text("h1").as_str()),
        (200, "No longer linked")
    );
    assert!(page.text("main").contains("Unlinked on"), "{}", page.body);
    assert_offers_nothing_dead(&page);
    for path in ["/", "/accounts"] {
        let page = browser.get(path).await;
        assert_eq!(
            page.text(".no-longer-linked > h2"),
            "No longer linked",
            "{path}"
        );
        assert_eq!(page.count("section.connection:not(.ended)"), 0, "{path}");
        assert!(!page.body.contains("is empty"), "{path}");
        assert_offers_nothing_dead(&page);
        let account = page.attribute(".no-longer-linked a.row", "href");
        let page = browser.get(&account.expect("an account")).await;
        assert!(page.body.contains("no longer linked"), "{}", page.body);
        assert_offers_nothing_dead(&page);
    }
    assert!(browser.get("/").await.count(".days a.row") > 0);
    // The same bank is not treated as already linked.
    let again = browser.link(PLATYPUS, "user_good", "pass_good").await;
    assert_ne!(again, id);
    // The program starts although no sealed token is left.
    let app = app.restarted().await;
    assert_eq!(app.logged_in(&ADA).await.get("/accounts").await.status, 200);
}

/// Asserts that no button requests anything from a bank that is not linked.
fn assert_offers_nothing_dead(page: &crate::page::Page) {
    for path in ["sync", "ask-bank", "check", "put-right"] {
        let form = format!("form[action='/forms/{path}']");
        assert_eq!(page.count(&form), 0, "{form} on {}", page.path);
    }
    assert!(!page.body.contains("value=\"repair:"), "{}", page.path);
    assert!(!page.body.contains("value=\"add:"), "{}", page.path);
}

#[tokio::test]
async fn a_page_from_before_the_end_gets_a_sentence_and_no_404() {
    let (app, mut browser, id) = TestApp::linked().await;
    unlink(&mut browser, &id, "keep").await;
    let fields = [("connection", id.as_str()), ("back", "/accounts")];
    let page = browser.post("/forms/sync", &fields).await;
    assert_eq!((page.status, page.path.as_str()), (200, "/accounts"));
    assert!(
        page.body.contains("This bank is no longer linked."),
        "{}",
        page.body
    );
    for path in ["/forms/check", "/forms/put-right"] {
        let page = browser.post(path, &fields).await;
        assert_eq!(
            (page.status, page.text("h1").as_str()),
            (409, "This bank is no longer linked"),
            "{path}"
        );
    }
    for purpose in ["repair", "add"] {
        let purpose = format!("{purpose}:{id}");
        let page = browser
            .post("/forms/link", &[("purpose", purpose.as_str())])
            .await;
        assert_eq!(page.status, 409, "{purpose}");
    }
    let again = [("connection", id.as_str()), ("rows", "keep")];
    assert_eq!(browser.post("/forms/unlink", &again).await.status, 409);
    // For others it does not exist.
    let mut eve = app.signed_up(&EVE).await;
    assert_eq!(eve.post("/forms/sync", &fields).await.status, 404);
    assert_eq!(eve.get(&format!("/connections/{id}")).await.status, 404);
    assert_eq!(
        eve.get(&format!("/connections/{id}/unlink")).await.status,
        404
    );
}

#[tokio::test]
async fn what_was_kept_is_deleted_later() {
    let (app, mut browser, id) = TestApp::linked().await;
    unlink(&mut browser, &id, "keep").await;
    ended(&app, &id).await;
    let mut eve = app.signed_up(&EVE).await;
    let delete = [("connection", id.as_str()), ("rows", "delete")];
    assert_eq!(eve.post("/forms/unlink", &delete).await.status, 404);
    assert_eq!(app.number("SELECT COUNT(*) FROM connection").await, 1);

    let page = browser.get(&format!("/connections/{id}/unlink")).await;
    let page = browser
        .send(&page.form("form[action='/forms/unlink']"))
        .await;
    assert_eq!(page.path, "/accounts", "{}", page.body);
    for table in ["connection", "account", "bank_transaction"] {
        let count = format!("SELECT COUNT(*) FROM {table}");
        assert_eq!(app.books().await.count(&count).await, 0, "{table}");
    }
    assert_eq!(browser.get(&format!("/connections/{id}")).await.status, 404);
    assert!(
        browser
            .get("/")
            .await
            .body
            .contains("Your passbook is empty")
    );
    let told = browser.get("/activity").await.text(".event .name");
    assert_eq!(told, "You deleted your data from First Platypus Bank");
}

#[tokio::test]
async fn what_is_being_deleted_shows_no_accounts_until_the_bank_has_confirmed() {
    let (app, mut browser, id) = TestApp::build().plaid().linked().await;
    let account = browser.get("/accounts").await.attribute("a.row", "href");
    let account = account.expect("an account");
    let failed = "SELECT COUNT(*) FROM job WHERE kind = 'unlink' AND attempts > 0";
    app.bank()
        .away_during(async {
            unlink(&mut browser, &id, "delete").await;
            until(&app, failed, 1).await;
            for path in ["/", "/accounts", &format!("/connections/{id}")] {
                let page = browser.get(path).await;
                assert!(page.body.contains("Being deleted"), "{path}: {}", page.body);
                assert_eq!(page.count("a.row[href^='/accounts/']"), 0, "{path}");
                assert_offers_nothing_dead(&page);
            }
            let page = browser.get(&account).await;
            assert!(page.body.contains("being deleted"), "{}", page.body);
            assert_eq!(page.count(".worth .figure"), 0);
        })
        .await;
    until(&app, "SELECT COUNT(*) FROM connection", 0).await;
    assert_eq!(browser.get(&format!("/connections/{id}")).await.status, 404);
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
    // Deleted rows are not found by a search either.
    let words = "SELECT COUNT(*) FROM transaction_words WHERE transaction_words MATCH 'search:a*'";
    let rows = "SELECT COUNT(*) FROM bank_transaction WHERE instr(search, ' a') > 0";
    assert_eq!(books.count(words).await, books.count(rows).await);
}

#[tokio::test]
async fn a_bank_that_is_away_is_told_later() {
    let (app, mut browser, id) = TestApp::build().plaid().linked().await;
    let waiting =
        format!("SELECT COUNT(*) FROM connection WHERE id = '{id}' AND unlinked_at IS NULL");
    let failed = "SELECT COUNT(*) FROM job WHERE kind = 'unlink' AND attempts > 0";
    app.bank()
        .away_during(async {
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
    let (app, mut browser, id) = TestApp::linked().await;
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
