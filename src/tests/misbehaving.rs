//! The built-in bank's panel in the program: who may use it, and the effects.

use jiff::SignedDuration;
use reqwest::Method;

use crate::app::{ADA, EVE, TestApp, eventually};
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;
use crate::page::Page;

/// The panel's pages and forms, as the router has them.
const PAGES: [&str; 2] = ["/sandbox", "/sandbox/items/:id"];
const WRITES: [&str; 17] = [
    "/sandbox/do/transactions/add",
    "/sandbox/do/transactions/settle",
    "/sandbox/do/transactions/modify",
    "/sandbox/do/transactions/remove",
    "/sandbox/do/item/error",
    "/sandbox/do/item/repair",
    "/sandbox/do/item/revoke",
    "/sandbox/do/item/forget-cursors",
    "/sandbox/do/account/add",
    "/sandbox/do/account/close",
    "/sandbox/do/account/select",
    "/sandbox/do/webhook/send",
    "/sandbox/do/webhook/hold",
    "/sandbox/do/webhook/release",
    "/sandbox/do/webhook/key/rotate",
    "/sandbox/do/fault/add",
    "/sandbox/do/time/advance",
];

/// Opens the page of the one bank that a person has linked.
async fn own_item(browser: &mut Browser) -> Page {
    let home = browser.get("/sandbox").await;
    let links = home.attributes("section li a", "href");
    assert_eq!(links.len(), 1, "{}", home.body);
    let page = browser.get(&links[0]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    page
}

fn id_of(page: &Page) -> String {
    page.path.rsplit('/').next().expect("an id").to_owned()
}

async fn make_operator(app: &TestApp, email: &str) {
    let folded = email.to_lowercase();
    let granted = app
        .ctx()
        .store
        .grant_operator(&folded, app.clock.now())
        .await;
    granted.expect("the database answers");
}

#[tokio::test]
async fn nobody_sees_or_uses_the_panel_without_logging_in_or_from_another_site() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for path in PAGES {
        let page = browser.get_once(&path.replace(":id", "x")).await;
        assert_eq!(page.status, 303, "{path}");
        let to = page.header("location").to_owned();
        assert!(to.starts_with("/log-in?next=%2Fsandbox"), "{path}: {to}");
    }
    let mut ada = app.signed_up(&ADA).await;
    for path in WRITES {
        let page = browser.post_once(path, "item_id=x".into()).await;
        assert_eq!(page.header("location"), "/log-in", "{path}");
        let headers = [("sec-fetch-site", "cross-site")];
        let body = Some("item_id=x".to_owned());
        let page = ada.ask(Method::POST, path, body, &headers).await;
        assert_eq!(page.status, 403, "{path}");
    }
}

#[tokio::test]
async fn a_person_touches_only_what_they_have_linked() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let mut eve = app.signed_up(&EVE).await;
    for browser in [&mut ada, &mut eve] {
        let id = browser.link(PLATYPUS, "user_good", "pass_good").await;
        app.synced(browser, &id).await;
    }
    let (own, other) = (own_item(&mut ada).await, own_item(&mut eve).await);
    let (own, other) = (id_of(&own), id_of(&other));
    assert_ne!(own, other);
    let foreign = ada.get(&format!("/sandbox/items/{other}")).await;
    let unknown = ada.get("/sandbox/items/nobody").await;
    assert_eq!((foreign.status, unknown.status), (404, 404));
    assert_eq!(foreign.body, unknown.body);
    for path in WRITES {
        for body in [
            format!("item_id={other}"),
            format!("item_id=+{other}"),
            format!("item_id=&item_id={other}"),
            "item_id=".to_owned(),
            "days=1".to_owned(),
            "institution_id=ins_109508&fault=server_error".to_owned(),
        ] {
            let page = ada.post_once(path, body.clone()).await;
            assert_eq!(page.status, 404, "{path} {body}");
        }
    }
    // Ownership was checked for the first id, so the deed must apply to the first too.
    let both = format!("item_id={own}&item_id={other}&error_code=ITEM_LOCKED");
    let page = ada.post_once("/sandbox/do/item/error", both).await;
    assert_eq!(page.status, 303);
    let seen = own_item(&mut ada).await;
    assert!(seen.text("#log-in p").contains("ITEM_LOCKED"));
    let seen = own_item(&mut eve).await;
    assert_eq!(seen.text("#log-in p"), "Now: working.");
    assert_eq!(seen.count("[role=status]"), 0);

    let home = ada.get("/sandbox").await;
    let back = home.attribute("nav[aria-label=Back] a", "href");
    assert_eq!(back.as_deref(), Some("/"));
    assert_eq!(
        home.count("form"),
        0,
        "time, key and faults of all calls are for operators"
    );
    for path in ["time/advance", "webhook/key/rotate"] {
        let body = format!("item_id={own}&days=1");
        let page = ada.post_once(&format!("/sandbox/do/{path}"), body).await;
        assert_eq!(page.status, 404, "{path}");
    }
}

#[tokio::test]
async fn what_is_done_on_the_panel_reaches_the_books() {
    let (app, mut browser, _) = TestApp::linked().await;
    let page = own_item(&mut browser).await;
    let form = page.form("form[action$='/do/transactions/add']");
    let form = form.with("amount", "4.56").with("description", "ON DEMAND");
    let page = browser.send(&form).await;
    assert!(
        page.text("[role=status] strong")
            .starts_with("A transaction of 4.56 USD was added")
    );
    assert!(
        page.text("[role=status] p")
            .contains("A webhook tells the app")
    );
    let books = app.books().await;
    let count = "SELECT COUNT(*) FROM bank_transaction WHERE description = 'ON DEMAND'";
    eventually("the new row", || async {
        app.pass(SignedDuration::from_millis(500));
        (books.number(count).await == 1).then_some(())
    })
    .await;

    let form = page.form("form[action$='/do/transactions/add']");
    let page = browser.send(&form.with("amount", "a lot")).await;
    assert_eq!(page.status, 422);
    assert!(
        page.text("[role=alert]")
            .contains("Amount must be an amount such as 12.34.")
    );
    let page = own_item(&mut browser).await;
    assert_eq!(page.count("script"), 0);
    assert!(
        page.header("content-security-policy")
            .contains("default-src 'none'")
    );
}

#[tokio::test]
async fn a_bank_that_is_ahead_breaks_nothing() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    make_operator(&app, ADA.email).await;
    let id = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &id).await;
    let home = browser.get("/sandbox").await;
    let form = home
        .form("form[action$='/do/time/advance']")
        .with("days", "20");
    let home = browser.send(&form).await;
    assert!(
        home.text("[role=status]").contains("2026-12-11T10:00:"),
        "{}",
        home.body
    );
    assert!(home.text("#time").contains("20 days ahead"));
    let books = app.books().await;
    let newest = "SELECT COUNT(*) FROM bank_transaction WHERE day > '2026-12-01'";
    eventually("rows of days to come", || async {
        app.pass(SignedDuration::from_secs(1));
        (books.number(newest).await > 0).then_some(())
    })
    .await;
    let row = books
        .texts("SELECT id FROM bank_transaction ORDER BY day DESC, id DESC LIMIT 1")
        .await;
    let account = books.texts("SELECT id FROM account LIMIT 1").await;
    for path in [
        "/".to_owned(),
        "/transactions".to_owned(),
        "/accounts".to_owned(),
        format!("/transactions/{}", row[0]),
        format!("/accounts/{}", account[0]),
        format!("/connections/{id}"),
        "/activity".to_owned(),
    ] {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn with_another_bank_there_is_no_panel() {
    let app = TestApp::build().plaid().start().await;
    let mut browser = app.signed_up(&ADA).await;
    for path in PAGES {
        assert_eq!(
            browser.get(&path.replace(":id", "x")).await.status,
            404,
            "{path}"
        );
    }
    for path in WRITES {
        let status = browser.post_once(path, "item_id=x".into()).await.status;
        assert!(matches!(status, 404 | 405), "{path}: {status}");
    }
}
