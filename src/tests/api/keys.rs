//! Keys that a person makes on the page, with scripts off.

use jiff::SignedDuration;
use serde_json::json;

use super::Program;
use crate::app::{ADA, EVE, TestApp};
use crate::browser::Browser;
use crate::page::Page;

const PAGE: &str = "/settings/programs";

async fn make(browser: &mut Browser, name: &str, scopes: &[&str]) -> Page {
    let page = browser.get(PAGE).await;
    let mut form = page.form("form[action='/forms/key']").with("name", name);
    form.fields.retain(|(field, _)| field == "name");
    for scope in scopes {
        form = form.with(scope, "yes");
    }
    browser.send(&form).await
}

#[tokio::test]
async fn a_key_is_shown_once_opens_what_it_may_and_ends() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let page = make(&mut browser, "Spreadsheet", &["read"]).await;
    let key = page.text("#new-key");
    assert!(key.starts_with("pbk_") && key.len() == 47, "{}", page.body);
    let page = browser.get(PAGE).await;
    assert!(!page.body.contains(&key), "it is shown once");
    assert!(page.text("ul.rows").contains("never used"), "{}", page.body);

    let program = Program::new(&app).with(&key);
    assert_eq!(program.get("/accounts").await.status, 200);
    program
        .post("/link-tokens", &json!({}))
        .await
        .is_problem(403);
    app.pass(SignedDuration::from_mins(5));
    let page = browser.get(PAGE).await;
    assert!(
        page.text("ul.rows").contains("used 5 minutes ago"),
        "{}",
        page.body
    );
    let flashes = format!("SELECT COUNT(*) FROM browser_session WHERE data LIKE '%{key}%'");
    assert_eq!(app.books().await.count(&flashes).await, 0);

    // Nobody else can end it.
    let mut eve = app.signed_up(&EVE).await;
    let form = page.form("form[action='/forms/key-revoked']");
    assert_eq!(eve.send(&form).await.status, 404);
    assert_eq!(program.get("/accounts").await.status, 200);
    let page = browser.send(&form).await;
    assert_eq!(page.text(".notice"), "The key no longer opens anything.");
    program.get("/accounts").await.is_unauthorized();
}

#[tokio::test]
async fn what_is_wrong_with_a_key_is_said_beside_it() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let page = make(&mut browser, " ", &[]).await;
    assert_eq!(page.path, PAGE);
    assert_eq!(page.texts(".problem").len(), 2, "{}", page.body);
    let page = make(&mut browser, "Backup", &[]).await;
    assert_eq!(page.attribute("#name", "value").as_deref(), Some("Backup"));
}

#[tokio::test]
async fn programs_are_logged_out_on_the_page_and_with_the_password() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let mut program = Program::new(&app);
    program.log_in(&ADA).await;
    let page = browser.get(PAGE).await;
    assert!(
        page.body.contains("One program holds tokens"),
        "{}",
        page.body
    );
    let page = browser
        .send(&page.form("form[action='/forms/tokens-ended']"))
        .await;
    assert_eq!(page.text(".notice"), "Every program has to log in again.");
    program.get("/accounts").await.is_unauthorized();

    program.log_in(&ADA).await;
    let page = browser.get("/settings/password").await;
    let form = page.form("form[action='/forms/password']");
    let filled = |present: &str, new: &str| form.clone().with("present", present).with("new", new);
    let page = browser.send(&filled("no", "slow rivers carry amber")).await;
    assert_eq!(page.text("#present-problem"), "That is not your password.");
    let page = browser.send(&filled(ADA.password, "short")).await;
    assert_eq!(page.count("#new-problem"), 1);
    assert_eq!(program.get("/accounts").await.status, 200);
    let page = browser
        .send(&filled(ADA.password, "slow rivers carry amber"))
        .await;
    assert_eq!(page.path, "/settings", "{}", page.body);
    program.get("/accounts").await.is_unauthorized();
}
