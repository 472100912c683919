//! Link sessions that do not go straight to their end.

use jiff::SignedDuration;

use crate::app::{ADA, TestApp, eventually};
use crate::browser::Browser;
use crate::hosted_link::{PLATYPUS, connection_of};
use crate::repairing::finished_at_the_bank;

#[tokio::test]
async fn leaving_without_a_result_links_nothing_and_says_so() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let page = browser.at_the_bank(PLATYPUS).await;
    let page = browser.leave(&page).await;
    assert_eq!(page.text("h1"), "No bank linked");
    let page = browser.come_back(&page).await;
    assert_eq!(page.path, "/accounts", "where it was begun");
    assert_eq!(
        page.text(".notice"),
        "No bank linked. You can try again any time."
    );
    assert_eq!(app.number("SELECT COUNT(*) FROM connection").await, 0);
}

#[tokio::test]
async fn whoever_leaves_link_is_where_they_began_and_never_elsewhere() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    for (from, back) in [
        ("/", "/"),
        ("/transactions", "/transactions"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
    ] {
        let fields = [("purpose", "new"), ("hosted", "yes"), ("back", from)];
        let ours = browser.post("/forms/link", &fields).await;
        let later = ours.attribute("main > .actions a", "href");
        assert_eq!(later.as_deref(), Some(back), "{from}");
        // Again from Link's own page, which is never the page to return to.
        let ours = browser.get(&ours.path).await;
        let again = [("purpose", "new"), ("back", ours.path.as_str())];
        let ours = browser.post("/forms/link", &again).await;
        let attempt = ours.path.trim_start_matches("/link/").to_owned();
        let page = browser
            .post("/forms/link-left", &[("attempt", attempt)])
            .await;
        assert_eq!(page.path, back, "{from}");
        assert!(page.text(".notice").starts_with("No bank linked."));
    }
    // Every page with a link to begin says which page it is.
    for path in ["/", "/accounts", "/transactions"] {
        let page = browser.get(path).await;
        let chooses = page.attribute("a[href^='/link/new']", "href");
        let page = browser.get(&chooses.expect("the way to link")).await;
        let form = page.form_of_purpose("new");
        let back = ("back".to_owned(), path.to_owned());
        assert!(form.fields.contains(&back), "{path}: {form:?}");
    }
}

#[tokio::test]
async fn coming_back_too_early_is_no_end() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let ours = browser.begin_to_link().await;
    let early = browser.get(&format!("{}/return", ours.path)).await;
    assert_eq!(early.path, ours.path);
    assert!(
        early
            .text(".notice")
            .contains("haven’t finished at your bank yet"),
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
        let words = notice.split("Reference: ").next().unwrap_or("");
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

#[tokio::test]
async fn an_exit_after_a_success_links_the_bank() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    for error_code in ["", "INTERNAL_SERVER_ERROR"] {
        let (attempt, token) = finished_at_the_bank(&app, &mut browser).await;
        let left = [("attempt", attempt.as_str()), ("error_code", error_code)];
        let page = browser.post("/forms/link-left", &left).await;
        let id = connection_of(&page);
        let finished = [
            ("attempt", attempt.as_str()),
            ("public_token", &token),
            ("metadata", "{}"),
        ];
        let page = browser.post("/forms/link-finished", &finished).await;
        assert_eq!(connection_of(&page), id, "the success that came late");
        app.synced(&mut browser, &id).await;
        unlink(&mut browser, &id).await;
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM connection").await, 2);
}

#[tokio::test]
async fn an_exit_and_a_success_at_once_make_one_connection() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let (attempt, token) = finished_at_the_bank(&app, &mut browser).await;
    let left = [("attempt", attempt.as_str())];
    let finished = [
        ("attempt", attempt.as_str()),
        ("public_token", &token),
        ("metadata", "{}"),
    ];
    let (mut one, mut two) = (browser.clone(), browser.clone());
    let (a, b) = tokio::join!(
        one.post("/forms/link-left", &left),
        two.post("/forms/link-finished", &finished)
    );
    assert_eq!(connection_of(&a), connection_of(&b));
    assert_eq!(app.number("SELECT COUNT(*) FROM connection").await, 1);
}

#[tokio::test]
async fn an_exit_while_the_provider_is_away_loses_no_link() {
    let app = TestApp::build().plaid().start().await;
    let mut browser = app.signed_up(&ADA).await;
    let (attempt, _) = finished_at_the_bank(&app, &mut browser).await;
    let mut leaving = browser.clone();
    app.bank()
        .away_during(async {
            let left = [("attempt", attempt.as_str())];
            let page = leaving.post("/forms/link-left", &left).await;
            assert_eq!(page.path, "/accounts");
            let notice = page.text(".notice");
            assert!(notice.contains("couldn’t check"), "{notice}");
        })
        .await;
    let linked = || async {
        app.pass(SignedDuration::from_secs(10));
        (app.number("SELECT COUNT(*) FROM connection").await == 1).then_some(())
    };
    eventually("the link that was finished at the bank", linked).await;
}

async fn unlink(browser: &mut Browser, id: &str) {
    let fields = [("connection", id), ("rows", "keep")];
    let page = browser.post("/forms/unlink", &fields).await;
    assert_eq!(page.path, "/accounts", "{}", page.body);
}
