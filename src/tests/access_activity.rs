//! What the activity log records about access to a person's books: passwords, API keys and webhooks.

use crate::app::{ADA, TestApp};
use crate::browser::Browser;

const NAMES: &str = ".event .name";

/// Returns the log, newest first, without the sign-up entry.
async fn told(browser: &mut Browser) -> Vec<String> {
    let mut names = browser.get("/activity").await.texts(NAMES);
    assert_eq!(names.pop().as_deref(), Some("You signed up"));
    let plain = |name: String| name.replace(['\u{2068}', '\u{2069}'], "");
    names.into_iter().map(plain).collect()
}

async fn create_key(browser: &mut Browser, name: &str) {
    let page = browser.get("/settings/programs").await;
    let form = page.form("form[action='/forms/key']").with("name", name);
    browser.send(&form.with("read", "yes")).await;
}

#[tokio::test]
async fn a_wrong_current_password_is_no_log_in_attempt_of_a_stranger() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let new = "slow rivers carry amber";
    let wrong = [
        ("present", "a guess, and wrong"),
        ("new", new),
        ("keys", ""),
    ];
    let page = browser.post("/forms/password", &wrong).await;
    assert!(page.body.contains("Wrong password."), "{}", page.body);
    let entered = "Someone who was logged in as you entered a wrong password in Settings";
    assert_eq!(told(&mut browser).await, [entered]);
    let page = browser.get("/activity").await;
    assert!(page.text(".event .what").ends_with("from 127.0.0.1"));
    assert_eq!(page.text(".event .name.problem"), entered);

    let right = [("present", ADA.password), ("new", new), ("keys", "")];
    browser.post("/forms/password", &right).await;
    let names = told(&mut browser).await;
    assert_eq!(
        names,
        ["Your password was changed", entered],
        "and nobody logged in"
    );
}

#[tokio::test]
async fn keys_are_told_of_by_name_when_they_come_and_go() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    create_key(&mut browser, "Sheet <b>").await;
    let page = browser.get("/settings/programs").await;
    let form = page.form("form[action='/forms/key-revoked']");
    browser.send(&form).await;
    // Revoking a key that is already gone leaves no entry.
    browser.send(&form).await;
    create_key(&mut browser, "Left").await;
    let fields = [
        ("present", ADA.password),
        ("new", "slow rivers carry amber"),
        ("keys", "yes"),
    ];
    browser.post("/forms/password", &fields).await;
    assert_eq!(
        told(&mut browser).await,
        [
            "You deleted the API key “Left”",
            "Your password was changed",
            "You created the API key “Left”",
            "You deleted the API key “Sheet <b>”",
            "You created the API key “Sheet <b>”",
        ]
    );
}

#[tokio::test]
async fn webhooks_are_told_of_without_the_secret_in_their_address() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    for description in ["", "Budget"] {
        let url = "https://hooks.example.org/s3cret?key=s3cret";
        let fields = [("url", url), ("description", description)];
        browser.post("/forms/webhook-add", &fields).await;
    }
    let ids = app
        .books()
        .await
        .texts("SELECT id FROM outbound_endpoint ORDER BY id")
        .await;
    assert_eq!(ids.len(), 2);
    for id in ids.iter().chain(&ids) {
        browser
            .post("/forms/webhook-delete", &[("webhook", id.as_str())])
            .await;
    }
    assert_eq!(
        told(&mut browser).await,
        [
            "You deleted the webhook “Budget”",
            "You deleted the webhook “hooks.example.org”",
            "You added the webhook “Budget”",
            "You added the webhook “hooks.example.org”",
        ]
    );
    let leaked = "SELECT COUNT(*) FROM activity WHERE facts LIKE '%s3cret%'";
    assert_eq!(app.number(leaked).await, 0);
}
