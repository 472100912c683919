//! The log-in page shows the test credentials, and one button fills them in, even without scripts.

use super::{Browser, OAUTH, PLATYPUS, World};
use crate::bank::{LinkToken, UpdateMode};

/// Returns the values of the log-in's fields.
fn typed(browser: &Browser) -> (String, String) {
    let value = |id| browser.attribute(id, "value").unwrap_or_default();
    (value("#username"), value("#password"))
}

/// Presses the button, then sends the form unchanged.
async fn fill_in_and_send(browser: &mut Browser) {
    assert!(
        browser.text("details[open].note").contains("user_good"),
        "the hint is shown"
    );
    let button = "button[form=fill-in]";
    assert_eq!(browser.count("form#fill-in"), 1);
    let go = browser.attribute(button, "value").expect("a button");
    browser.post(&[("go", &go)]).await;
    let (username, password) = typed(browser);
    assert!(!password.is_empty());
    browser.log_in(&username, &password).await;
}

async fn update_token(home: &World, username: &str) -> LinkToken {
    let update = UpdateMode {
        item_id: "an-item".to_owned(),
        institution_id: PLATYPUS.to_owned(),
        username: username.to_owned(),
        account_selection_enabled: false,
    };
    home.token(|token| {
        token.update = Some(update);
        token.products.clear();
    })
    .await
}

#[tokio::test]
async fn one_button_fills_in_the_test_log_in() {
    let home = World::new().await;
    let token = home.token(|_| ()).await;
    let mut browser = home.at_bank(&token, PLATYPUS).await;
    assert_eq!(typed(&browser), (String::new(), String::new()));
    fill_in_and_send(&mut browser).await;
    assert_eq!(browser.heading(), "Choose accounts to share");
    let events = browser.event_names();
    assert_eq!(
        events
            .iter()
            .filter(|name| *name == "SUBMIT_CREDENTIALS")
            .count(),
        1
    );
    let sessions = home.bank.sessions_of(&token.token).await.expect("sessions");
    assert!(!sessions[0].state.to_string().contains("pass_good"));
}

#[tokio::test]
async fn so_it_does_on_the_banks_own_page_and_on_an_oauth_banks_site() {
    let home = World::new().await;
    let token = home.hosted_token(None).await;
    let mut browser = home.browser();
    let id = token.hosted.expect("hosted").id;
    browser.get(&format!("/sandbox/hosted/{id}")).await;
    browser.post(&[]).await;
    browser.post(&[("institution", PLATYPUS)]).await;
    fill_in_and_send(&mut browser).await;
    assert_eq!(browser.heading(), "Choose accounts to share");

    let token = home.token(|_| ()).await;
    let mut browser = home.at_bank(&token, OAUTH).await;
    browser.post(&[]).await;
    assert_eq!(browser.heading(), "Log in to online banking");
    fill_in_and_send(&mut browser).await;
    assert_eq!(browser.heading(), "Share accounts with Passbook?");
}

#[tokio::test]
async fn enter_in_a_field_logs_in_and_fills_in_nothing() {
    let home = World::new().await;
    let token = home.token(|_| ()).await;
    let browser = home.at_bank(&token, PLATYPUS).await;
    // A browser presses the first button that belongs to the field's form.
    assert_eq!(browser.count("form.step button:not([form])"), 1);
    assert_eq!(browser.text("form.step button:not([form])"), "Log in");
}

#[tokio::test]
async fn what_was_filled_in_is_gone_after_a_wrong_log_in_and_at_another_bank() {
    let home = World::new().await;
    let token = home.token(|_| ()).await;
    let mut browser = home.at_bank(&token, PLATYPUS).await;
    browser.log_in("somebody", "wrong").await;
    assert_eq!(browser.count("[role=alert]"), 1);
    browser.post(&[("go", "fill-in")]).await;
    assert_eq!(browser.count("[role=alert]"), 0, "what went wrong is over");
    browser.log_in("user_good", "wrong").await;
    assert_eq!(typed(&browser), ("user_good".into(), String::new()));
    browser.post(&[("go", "fill-in")]).await;
    browser.post(&[("go", "back")]).await;
    browser.post(&[("institution", "ins_109511")]).await;
    assert_eq!(typed(&browser), (String::new(), String::new()));
}

#[tokio::test]
async fn a_repair_keeps_its_name_and_a_custom_user_has_no_password_to_fill_in() {
    let home = World::new().await;
    let token = update_token(&home, "user_yuppie").await;
    let mut browser = home.pane(&token).await;
    fill_in_and_send(&mut browser).await;
    assert_eq!(browser.heading(), "Share these accounts with Passbook?");
    let token = update_token(&home, "user_custom").await;
    let mut browser = home.pane(&token).await;
    assert_eq!(browser.count("button[form=fill-in]"), 0);
    browser.post(&[("go", "fill-in")]).await;
    assert_eq!(typed(&browser), ("user_custom".into(), String::new()));
}
