//! A page without a connection says why.

use serde_json::json;

use super::{Browser, widget};
use crate::tests::TestBank;
use crate::tests::mx::Mx;

/// Returns the page's error message.
fn trouble(browser: &Browser) -> String {
    browser.text("[role=alert]")
}

#[tokio::test]
async fn a_wrong_password_is_said() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let mut browser = Browser::of(&bank);
    let chosen = json!({"current_institution_code": "mxbank"});
    browser.get(&widget(&mx, chosen).await).await;
    assert_eq!(trouble(&browser), "");
    for words in [
        "Wrong username or password.",
        "Wrong username or password.",
        "The username or password was wrong three times in a row.",
    ] {
        browser
            .post(&[
                ("go", "log-in"),
                ("LOGIN", "mxuser"),
                ("PASSWORD", "INVALID"),
            ])
            .await;
        for _ in 0..3 {
            browser.reload().await;
        }
        assert_eq!(browser.heading(), "Log in to MX Bank again");
        assert!(trouble(&browser).starts_with(words), "{}", browser.html);
    }
}

#[tokio::test]
async fn every_status_that_ends_a_log_in_says_what_was_wrong() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.member("anything").await;
    mx.settled(&member).await;
    let mut seen = std::collections::HashSet::new();
    for (status, heading, again) in [
        ("PREVENTED", "Log in to MX Bank again", false),
        ("DENIED", "Log in to MX Bank again", false),
        ("IMPORTED", "Log in to MX Bank again", false),
        ("IMPAIRED", "Log in to MX Bank again", false),
        ("CREATED", "MX Bank isn’t connected", true),
        ("REJECTED", "MX Bank isn’t connected", true),
        ("EXPIRED", "MX Bank isn’t connected", true),
        ("LOCKED", "MX Bank isn’t connected", true),
        ("IMPEDED", "MX Bank isn’t connected", true),
        ("DEGRADED", "MX Bank isn’t connected", true),
        ("DISCONNECTED", "MX Bank isn’t connected", true),
        ("DISCONTINUED", "MX Bank isn’t connected", false),
        ("CLOSED", "MX Bank isn’t connected", false),
        ("DELAYED", "MX Bank isn’t connected", true),
        ("DISABLED", "MX Bank isn’t connected", false),
        ("FAILED", "MX Bank isn’t connected", true),
        ("OF_TOMORROW", "MX Bank isn’t connected", true),
    ] {
        let body = json!({"member_guid": member, "connection_status": status});
        bank.post("/misbehave/member/status", body).await;
        let mut browser = Browser::of(&bank);
        let of_it = json!({"current_member_guid": member});
        browser.get(&widget(&mx, of_it).await).await;
        assert_eq!(browser.heading(), heading, "{status}");
        let words = trouble(&browser);
        assert!(words.len() > 20 && seen.insert(words), "{status}");
        let button = browser.attribute("button[value=again]", "value");
        assert_eq!(button.is_some(), again, "{status}");
    }
}

#[tokio::test]
async fn other_login_details_can_be_used_where_the_same_fail_again() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.member("LOCKED").await;
    mx.settled(&member).await;
    let mut browser = Browser::of(&bank);
    let of_it = json!({"current_member_guid": member});
    browser.get(&widget(&mx, of_it).await).await;
    assert!(trouble(&browser).contains("is locked"));
    browser.post(&[("go", "other")]).await;
    assert_eq!(browser.heading(), "Log in to MX Bank again");
    assert!(trouble(&browser).contains("is locked"));
    browser
        .post(&[("go", "log-in"), ("LOGIN", "mxuser"), ("PASSWORD", "right")])
        .await;
    for _ in 0..3 {
        browser.reload().await;
    }
    assert_eq!(browser.heading(), "Connected to MX Bank");
}

#[tokio::test]
async fn whoever_denied_access_at_the_bank_reads_how_to_allow_it() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let mut browser = Browser::of(&bank);
    let chosen = json!({"current_institution_code": "mxbank_oauth"});
    browser.get(&widget(&mx, chosen).await).await;
    browser.post(&[("go", "log-in")]).await;
    assert_eq!(trouble(&browser), "");
    let there = browser.attribute("a.primary", "href").expect("a way");
    let mut window = Browser::of(&bank);
    window.get(&there).await;
    window.post(&[("go", "deny")]).await;
    browser.reload().await;
    assert!(trouble(&browser).starts_with("You didn’t allow access"));
    assert!(browser.attribute("a.primary", "href").is_some());
}
