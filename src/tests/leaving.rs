//! Link sessions that do not go straight to their end.

use crate::app::{ADA, TestApp};
use crate::hosted_link::{PLATYPUS, connection_of};

#[tokio::test]
async fn leaving_without_a_result_links_nothing_and_says_so() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let page = browser.at_the_bank(PLATYPUS).await;
    let page = browser.leave(&page).await;
    assert_eq!(page.text("h1"), "Nothing was linked");
    let page = browser.come_back(&page).await;
    assert_eq!(page.path, "/");
    assert_eq!(
        page.text(".notice"),
        "No bank was linked. You can link one whenever you like."
    );
    assert_eq!(app.number("SELECT COUNT(*) FROM connection").await, 0);
}

#[tokio::test]
async fn coming_back_too_early_is_no_end() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let ours = browser.begin_to_link().await;
    let early = browser.get(&format!("{}/return", ours.path)).await;
    assert_eq!(early.path, ours.path);
    assert!(
        early.text(".notice").contains("not finished there yet"),
        "{}",
        early.body
    );
    let page = browser.on_to_the_bank(&early).await;
    let page = browser.answer(&page, &[]).await;
    let page = browser.answer(&page, &[("institution", PLATYPUS)]).await;
    let page = browser
        .log_in_at_bank(&page, "user_good", "pass_good")
        .await;
    let page = browser.allow(page).await;
    connection_of(&browser.come_back(&page).await);
}

#[tokio::test]
async fn what_the_bank_refused_is_said_in_words_with_the_request_id() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    for code in [
        "ITEM_LOCKED",
        "INSTITUTION_NOT_RESPONDING",
        "USER_SETUP_REQUIRED",
    ] {
        let page = browser.at_the_bank(PLATYPUS).await;
        let page = browser
            .log_in_at_bank(&page, "user_good", &format!("error_{code}"))
            .await;
        assert!(
            page.body.contains(code),
            "the bank's page says it: {}",
            page.body
        );
        let page = browser.leave(&page).await;
        let page = browser.come_back(&page).await;
        let notice = page.text(".notice");
        assert!(
            notice.contains(code) && notice.contains(", request "),
            "{notice}"
        );
        let words = notice.split(" (").next().unwrap_or("");
        assert!(words.len() > 30 && !words.contains('_'), "{notice}");
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM connection").await, 0);
}

#[tokio::test]
async fn a_wrong_password_at_the_bank_can_be_typed_again() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let page = browser.at_the_bank(PLATYPUS).await;
    let page = browser.log_in_at_bank(&page, "user_good", "mistyped").await;
    assert!(
        page.count("[role=alert]") > 0 && page.count("#password[value]") == 0,
        "{}",
        page.body
    );
    let page = browser
        .log_in_at_bank(&page, "user_good", "pass_good")
        .await;
    let page = browser.allow(page).await;
    connection_of(&browser.come_back(&page).await);
}
