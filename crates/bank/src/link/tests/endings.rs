//! The bank's errors, and leaving.

use jiff::SignedDuration;
use serde_json::Value;

use super::{Browser, DOWN, OAUTH, PLATYPUS, UNSUPPORTED, World, start};

#[tokio::test]
async fn every_error_password_is_told_in_words_and_carried_by_the_exit() {
    let world = World::new().await;
    for code in [
        "INVALID_CREDENTIALS",
        "INVALID_MFA",
        "INVALID_SEND_METHOD",
        "INSUFFICIENT_CREDENTIALS",
        "ITEM_LOCKED",
        "ITEM_LOGIN_REQUIRED",
        "ITEM_NOT_SUPPORTED",
        "MFA_NOT_SUPPORTED",
        "NO_ACCOUNTS",
        "USER_INPUT_TIMEOUT",
        "USER_SETUP_REQUIRED",
        "COUNTRY_NOT_SUPPORTED",
        "INSTITUTION_DOWN",
        "INSTITUTION_NOT_RESPONDING",
        "INSTITUTION_NO_LONGER_SUPPORTED",
        "INTERNAL_SERVER_ERROR",
    ] {
        let token = world.token(|_| ()).await;
        let mut browser = world.at_bank(&token, PLATYPUS).await;
        browser.log_in("user_good", &format!("error_{code}")).await;
        assert_eq!(browser.heading(), "Log in to First Platypus Bank", "{code}");
        assert!(browser.text("[role=alert]").contains(code), "{code}");
        browser.post(&[("go", "exit")]).await;
        let result = browser.result();
        assert_eq!(result["error"]["error_code"], code);
        for field in ["error_type", "error_message", "display_message"] {
            assert!(result["error"][field].is_string(), "{field} of {code}");
        }
        assert_eq!(result["metadata"]["status"], "requires_credentials");
        assert_eq!(
            result["metadata"]["institution"]["institution_id"],
            PLATYPUS
        );
    }
}

#[tokio::test]
async fn after_an_error_one_may_try_again_and_the_error_is_over() {
    let world = World::new().await;
    let token = world.token(|_| ()).await;
    let mut browser = world.at_bank(&token, PLATYPUS).await;
    browser.log_in("user_good", "wrong").await;
    assert!(browser.text("[role=alert]").contains("INVALID_CREDENTIALS"));
    assert_eq!(
        browser.attribute("#username", "value").expect("a name"),
        "user_good"
    );
    assert_eq!(browser.attribute("#password", "value"), None);
    browser.log_in("user_good", "pass_good").await;
    browser.post(&[("go", "exit")]).await;
    assert_eq!(browser.result()["error"], Value::Null);
}

#[tokio::test]
async fn a_bank_that_is_down_says_so_before_and_after() {
    let world = World::new().await;
    let token = world.token(|_| ()).await;
    let mut browser = world.at_bank(&token, DOWN).await;
    assert!(browser.text(".warn").contains("down right now"));
    browser.log_in("user_good", "pass_good").await;
    assert!(browser.text("[role=alert]").contains("INSTITUTION_DOWN"));
}

#[tokio::test]
async fn a_bank_that_cannot_be_linked_leads_back_to_the_list() {
    let world = World::new().await;
    let token = world.token(|_| ()).await;
    let mut browser = world.at_bank(&token, UNSUPPORTED).await;
    assert!(browser.heading().contains("can’t be linked"));
    let words = browser.text("main");
    assert!(words.contains("apps like"), "{words}");
    assert_eq!(browser.count("[role=alert]"), 0, "it is said once");
    browser.post(&[]).await;
    assert_eq!(browser.heading(), "Choose your bank");
    browser.post(&[("institution", UNSUPPORTED)]).await;
    browser.post(&[("go", "exit")]).await;
    assert_eq!(
        browser.result()["metadata"]["status"],
        "institution_not_supported"
    );
}

/// Walks to the page with this name.
async fn walk_to(world: &World, page: &str) -> Browser {
    let token = world.token(|_| ()).await;
    let mut browser = world.pane(&token).await;
    if page == "consent" {
        return browser;
    }
    browser.post(&[]).await;
    if page == "institution" {
        return browser;
    }
    let institution = if page == "oauth" { OAUTH } else { PLATYPUS };
    browser.post(&[("institution", institution)]).await;
    let password = match page {
        "credentials" | "oauth" => return browser,
        "device" | "code" => "mfa_device",
        "questions" => "mfa_questions_1_1",
        "selections" => "mfa_selections",
        _ => "pass_good",
    };
    browser.log_in("user_good", password).await;
    if page == "code" {
        browser.post(&[("device", "0")]).await;
    }
    if page == "share" {
        browser.accept_accounts().await;
    }
    browser
}

#[tokio::test]
async fn one_may_leave_from_every_page_after_being_asked() {
    let world = World::new().await;
    for (page, status) in [
        ("consent", None),
        ("institution", None),
        ("credentials", Some("requires_credentials")),
        ("oauth", Some("requires_oauth")),
        ("device", Some("choose_device")),
        ("code", Some("requires_code")),
        ("questions", Some("requires_questions")),
        ("selections", Some("requires_selections")),
        ("accounts", Some("requires_account_selection")),
        ("share", Some("requires_account_selection")),
    ] {
        let mut browser = walk_to(&world, page).await;
        let heading = browser.heading();
        browser.post(&[("go", "leave")]).await;
        assert_eq!(browser.heading(), "Stop linking?", "{page}");
        browser.post(&[("go", "stay")]).await;
        assert_eq!(browser.heading(), heading, "{page}");
        browser.post(&[("go", "leave")]).await;
        browser.post(&[("go", "exit")]).await;
        assert_eq!(browser.heading(), "No bank linked", "{page}");
        let result = browser.result();
        assert_eq!(result["kind"], "exit", "{page}");
        assert_eq!(result["error"], Value::Null, "{page}");
        assert_eq!(result["metadata"]["status"].as_str(), status, "{page}");
        let id = result["metadata"]["link_session_id"]
            .as_str()
            .expect("an id");
        let record = world
            .bank
            .session(id)
            .await
            .expect("a session")
            .expect("there");
        assert!(record.finished_at.is_some(), "{page}");
        // The official Python client refuses a null where the wire has a string.
        let exit = record.exit.clone().expect("an exit");
        assert_eq!(
            exit["metadata"].get("status").and_then(Value::as_str),
            status,
            "{page}"
        );
        assert_eq!(
            exit["metadata"].get("status").is_some(),
            status.is_some(),
            "{page}"
        );
        for event in &record.events {
            let metadata = event["event_metadata"].as_object().expect("an object");
            assert!(metadata.values().all(Value::is_string), "{event}");
        }
        assert_eq!(
            record.events.last().expect("an event")["event_name"],
            "EXIT",
            "{page}"
        );
    }
}

#[tokio::test]
async fn escape_asks_only_where_something_would_be_lost() {
    let world = World::new().await;
    let mut browser = walk_to(&world, "institution").await;
    browser.post(&[("go", "escape")]).await;
    assert_eq!(browser.heading(), "No bank linked");
    let mut browser = walk_to(&world, "accounts").await;
    browser.post(&[("go", "escape")]).await;
    assert_eq!(browser.heading(), "Stop linking?");
    browser.post(&[("go", "escape")]).await;
    assert_eq!(browser.heading(), "No bank linked");
}

#[tokio::test]
async fn one_may_go_back() {
    let world = World::new().await;
    let mut browser = walk_to(&world, "code").await;
    for heading in [
        "Log in to First Platypus Bank",
        "Choose your bank",
        "Link your bank to Passbook",
    ] {
        browser.post(&[("go", "back")]).await;
        assert_eq!(browser.heading(), heading);
    }
    browser.post(&[("go", "back")]).await;
    assert_eq!(browser.heading(), "Link your bank to Passbook");
}

#[tokio::test]
async fn an_unknown_or_expired_token_is_told_through_the_exit() {
    let world = World::new().await;
    let token = world.token(|_| ()).await;
    world.clock.advance(SignedDuration::from_hours(5));
    for name in [token.token.as_str(), "link-sandbox-nothing", ""] {
        let mut browser = world.browser();
        browser.get(&start(name, None)).await;
        let result = browser.result();
        assert_eq!(result["kind"], "exit");
        assert_eq!(
            result["error"]["error_code"], "INVALID_LINK_TOKEN",
            "{name}"
        );
        assert_eq!(result["error"]["error_type"], "INVALID_INPUT");
    }
}

#[tokio::test]
async fn a_token_that_expires_on_the_way_links_nothing() {
    let world = World::new().await;
    let token = world
        .token(|token| token.expires_at = token.created_at + SignedDuration::from_mins(10))
        .await;
    let mut browser = world.at_bank(&token, PLATYPUS).await;
    browser.log_in("user_good", "pass_good").await;
    browser.accept_accounts().await;
    world.clock.advance(SignedDuration::from_mins(11));
    browser.post(&[]).await;
    assert!(browser.text("[role=alert]").contains("INVALID_LINK_TOKEN"));
    browser.post(&[("go", "exit")]).await;
    assert_eq!(
        browser.result()["error"]["error_code"],
        "INVALID_LINK_TOKEN"
    );
}

#[tokio::test]
async fn leaving_a_search_that_found_nothing_says_so() {
    let world = World::new().await;
    let mut browser = walk_to(&world, "institution").await;
    browser.post(&[("q", "zzzz")]).await;
    browser.post(&[("go", "exit")]).await;
    assert_eq!(
        browser.result()["metadata"]["status"],
        "institution_not_found"
    );
}
