//! Changing one's names.

use super::problems;
use crate::app::{ADA, EVE, TestApp};
use crate::browser::Browser;
use crate::page::Form;

const PAGE: &str = "/settings/profile";

async fn form(browser: &mut Browser) -> Form {
    let page = browser.get(PAGE).await;
    page.form("form[action='/forms/profile']")
}

#[tokio::test]
async fn the_names_change_and_the_new_username_logs_in() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let page = ada.get(PAGE).await;
    assert_eq!(
        page.attribute("#user_name", "value").as_deref(),
        Some("countess")
    );
    assert_eq!(page.text("dl.facts dd"), ADA.email);
    // What stays as it is leaves no entry.
    let unchanged = form(&mut ada).await;
    ada.send(&unchanged).await;
    let told = "SELECT COUNT(*) FROM activity WHERE event = 'names_changed'";
    assert_eq!(app.number(told).await, 0);

    let new = form(&mut ada)
        .await
        .with("first_name", " Augusta  Ada ")
        .with("last_name", "King")
        .with("user_name", "Lovelace");
    let page = ada.send(&new).await;
    assert_eq!(
        (page.path.as_str(), page.text(".notice").as_str()),
        ("/settings", "Saved.")
    );
    assert_eq!(page.text(".person p"), "Augusta Ada King");
    for (name, path) in [("lovelace", "/"), (ADA.email, "/"), ("countess", "/log-in")] {
        let page = app.browser().log_in(name, ADA.password).await;
        assert_eq!(page.path, path, "{name}");
    }
    let facts = "SELECT facts FROM activity WHERE event = 'names_changed'";
    assert_eq!(app.texts(facts).await, ["{}"], "no values are kept");
    // Another person may have the username that has become free, and one can do without.
    let mut eve = app.signed_up(&EVE).await;
    let new = form(&mut eve).await.with("user_name", "countess");
    assert_eq!(eve.send(&new).await.path, "/settings");
    let new = form(&mut ada).await.with("user_name", "");
    assert_eq!(ada.send(&new).await.path, "/settings");
    let page = app.browser().log_in("lovelace", ADA.password).await;
    assert_eq!(page.path, "/log-in");
}

#[tokio::test]
async fn the_rules_are_those_of_sign_up() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let mut eve = app.signed_up(&EVE).await;
    for (first_name, user_name, wrong) in [
        (
            "",
            "a@b",
            vec![
                ("first_name", "Enter a name."),
                (
                    "user_name",
                    "Use only letters, digits, dots, dashes and underscores.",
                ),
            ],
        ),
        (
            "Eve",
            "COUNTESS",
            vec![("user_name", "That username is taken.")],
        ),
    ] {
        let new = form(&mut eve)
            .await
            .with("first_name", first_name)
            .with("user_name", user_name);
        let page = eve.send(&new).await;
        let told = problems(&page);
        let told = told
            .iter()
            .map(|(field, words)| (field.as_str(), words.as_str()));
        assert_eq!(told.collect::<Vec<_>>(), wrong, "{}", page.body);
        assert_eq!(
            page.attribute("#user_name", "value").as_deref(),
            Some(user_name),
            "what was typed stays"
        );
    }
    let name = "SELECT first_name FROM person WHERE email_folded = 'eve@example.org'";
    assert_eq!(app.texts(name).await, ["Eve"]);
}

#[tokio::test]
async fn usernames_cannot_be_tried_without_end() {
    let app = TestApp::start().await;
    let mut eve = app.signed_up(&EVE).await;
    let mut page = eve.get(PAGE).await;
    for n in 0..25 {
        let new = form(&mut eve).await.with("user_name", &format!("eve-{n}"));
        page = eve.send(&new).await;
    }
    assert!(super::is_throttled(&page), "{}", page.body);
    // A name is no guess.
    let new = form(&mut eve).await.with("first_name", "Evelyn");
    assert_eq!(eve.send(&new).await.path, "/settings");
}
