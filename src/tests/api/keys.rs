//! Keys that a person creates on the page, with scripts off.

use jiff::SignedDuration;
use serde_json::json;

use super::ApiClient;
use crate::app::{ADA, EVE, TestApp};
use crate::browser::Browser;
use crate::page::Page;

const PAGE: &str = "/settings/programs";

async fn make(browser: &mut Browser, name: &str, scopes: &[&str]) -> Page {
    let page = browser.get(PAGE).await;
    let mut form = page.form("form[action='/forms/key']").with("name", name);
    form.fields
        .retain(|(field, _)| ["name", "lasts"].contains(&field.as_str()));
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

    let program = ApiClient::new(&app).with(&key);
    assert_eq!(program.get("/accounts").await.status, 200);
    program
        .post("/link-tokens", &json!({}))
        .await
        .is_problem(403);
    app.pass(SignedDuration::from_mins(5));
    let page = browser.get(PAGE).await;
    assert!(
        page.text("ul.rows").contains("last used 5 minutes ago"),
        "{}",
        page.body
    );
    let flashes = format!("SELECT COUNT(*) FROM browser_session WHERE data LIKE '%{key}%'");
    assert_eq!(app.books().await.count(&flashes).await, 0);

    // Another person cannot revoke it.
    let mut eve = app.signed_up(&EVE).await;
    let form = page.form("form[action='/forms/key-revoked']");
    assert_eq!(eve.send(&form).await.status, 404);
    assert_eq!(program.get("/accounts").await.status, 200);
    let page = browser.send(&form).await;
    assert_eq!(page.text(".notice"), "Key deleted.");
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
    let form = page.form("form[action='/forms/key']").with("read", "yes");
    for lasts in ["", "0", "-1", "31", "99999999999", "Never"] {
        let page = browser.send(&form.clone().with("lasts", lasts)).await;
        assert_eq!(page.text("#lasts-problem"), "Choose when the key expires.");
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM api_key").await, 0);
}

#[tokio::test]
async fn a_key_expires_when_its_person_chose() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let mut keys = Vec::new();
    for (lasts, days, shown) in [
        ("30", 30, "expires on 21 Dec 2026"),
        ("90", 90, "expires on 19 Feb 2027"),
        ("365", 365, "expires on 21 Nov 2027"),
        ("never", 400, "never expires"),
    ] {
        let form = browser.get(PAGE).await.form("form[action='/forms/key']");
        let form = form.with("name", lasts).with("lasts", lasts);
        let key = browser.send(&form).await.text("#new-key");
        let page = browser.get(PAGE).await;
        let row = page.texts("ul.rows li").into_iter().next().expect("a key");
        assert!(row.contains(shown), "{row}");
        keys.push((lasts, days, ApiClient::new(&app).with(&key)));
    }
    let form = browser.get(PAGE).await.form("form[action='/forms/key']");
    let chosen = form.fields.iter().find(|(name, _)| name == "lasts");
    assert_eq!(chosen.expect("a choice").1, "365", "a year, unless chosen");

    let mut passed = SignedDuration::ZERO;
    for (lasts, days, program) in keys {
        let end = SignedDuration::from_hours(24 * days);
        app.pass(end - passed - SignedDuration::from_secs(1));
        assert_eq!(program.get("/accounts").await.status, 200, "{lasts}");
        app.pass(SignedDuration::from_secs(1));
        passed = end;
        let answer = program.get("/accounts").await;
        if lasts == "never" {
            assert_eq!(answer.status, 200);
            continue;
        }
        // Same answer as for a key that never existed.
        answer.is_unauthorized();
        let unknown = program.with("pbk_unknown").get("/accounts").await;
        assert_eq!(answer.text_of("detail"), unknown.text_of("detail"));
    }
    let mut browser = app.logged_in(&ADA).await;
    let page = browser.get(PAGE).await;
    let rows = page.texts("ul.rows li");
    let expired = rows.iter().filter(|row| row.contains("expired on"));
    assert_eq!(expired.count(), 3, "{rows:?}");
    let form = page.form("form[action='/forms/key-revoked']");
    assert_eq!(browser.send(&form).await.count("ul.rows li"), 3);
}

#[tokio::test]
async fn programs_are_logged_out_on_the_page_and_with_the_password() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let mut program = ApiClient::new(&app);
    program.log_in(&ADA).await;
    let page = browser.get(PAGE).await;
    assert!(page.body.contains("One app is logged in"), "{}", page.body);
    let page = browser
        .send(&page.form("form[action='/forms/tokens-ended']"))
        .await;
    assert_eq!(page.text(".notice"), "All apps have been logged out.");
    program.get("/accounts").await.is_unauthorized();

    program.log_in(&ADA).await;
    let page = browser.get("/settings/password").await;
    let form = page.form("form[action='/forms/password']");
    let filled = |present: &str, new: &str| form.clone().with("present", present).with("new", new);
    let page = browser.send(&filled("no", "slow rivers carry amber")).await;
    assert_eq!(
        page.text("#present-problem"),
        "Wrong password. Please try again."
    );
    let page = browser.send(&filled("", "short")).await;
    let missing = page.text("#present-problem");
    assert_eq!(missing, "Enter your current password.");
    assert_eq!(page.count("#new-problem"), 1, "both at once");
    let page = browser.send(&filled(ADA.password, "short")).await;
    assert_eq!(page.count("#new-problem"), 1);
    assert_eq!(program.get("/accounts").await.status, 200);
    let page = browser
        .send(&filled(ADA.password, "slow rivers carry amber"))
        .await;
    assert_eq!(page.path, "/settings", "{}", page.body);
    program.get("/accounts").await.is_unauthorized();
}
