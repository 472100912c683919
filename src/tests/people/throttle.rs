//! Password guesses are slowed down.

use jiff::SignedDuration;

use super::{is_throttled, post_from};
use crate::app::{ADA, EVE, TestApp, eventually};
use crate::browser::Browser;
use crate::page::Page;

async fn guess(browser: &mut Browser, name: &str, password: &str) -> String {
    let page = browser.log_in(name, password).await;
    match page.path.as_str() {
        "/" => "in".to_owned(),
        _ if page.text("#password-problem").is_empty() => page.text("[role=alert]"),
        _ => "no".to_owned(),
    }
}

#[tokio::test]
async fn the_sixth_guess_waits_and_a_right_password_waits_with_it() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let mut browser = app.browser();
    for _ in 0..5 {
        assert_eq!(guess(&mut browser, "countess", "wrong").await, "no");
    }
    let wait = "Too many attempts. Try again in 15 seconds.";
    assert_eq!(guess(&mut browser, "Countess ", "wrong").await, wait);
    assert_eq!(guess(&mut browser, "countess", ADA.password).await, wait);
    app.pass(SignedDuration::from_secs(14));
    assert_eq!(
        guess(&mut browser, "countess", ADA.password).await,
        "Too many attempts. Try again in a second."
    );
    app.pass(SignedDuration::from_secs(2));
    assert_eq!(guess(&mut browser, "countess", "wrong").await, "no");
    let longer = "Too many attempts. Try again in 30 seconds.";
    assert_eq!(guess(&mut browser, "countess", ADA.password).await, longer);
    app.pass(SignedDuration::from_secs(31));
    assert_eq!(guess(&mut browser, "countess", ADA.password).await, "in");
    let mut another = app.browser();
    assert_eq!(
        guess(&mut another, "countess", "wrong").await,
        "no",
        "success forgets the guesses"
    );
}

#[tokio::test]
async fn e_mail_and_user_name_are_one_account_to_the_throttle() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let mut browser = app.browser();
    for n in 0..5 {
        let name = ["countess", "ada@example.org"][n % 2];
        assert_eq!(guess(&mut browser, name, "wrong").await, "no");
    }
    let sixth = guess(&mut browser, "countess", "wrong").await;
    assert!(sixth.starts_with("Too many attempts."), "{sixth}");
    let seventh = guess(&mut browser, "ada@example.org", "wrong").await;
    assert!(seventh.starts_with("Too many attempts."), "{seventh}");
}

#[tokio::test]
async fn an_unknown_name_waits_like_a_known_one() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let mut browser = app.browser();
    for _ in 0..5 {
        assert_eq!(guess(&mut browser, "nobody", "wrong").await, "no");
    }
    let sixth = guess(&mut browser, "nobody", "wrong").await;
    assert_eq!(sixth, "Too many attempts. Try again in 15 seconds.");
}

#[tokio::test]
async fn an_address_has_a_limit_over_all_names_and_others_are_not_held_up() {
    let app = TestApp::with(&[("PASSBOOK_TRUSTED_PROXIES", "127.0.0.1")]).await;
    app.signed_up(&ADA).await;
    for n in 0..30 {
        let page = from(&app, "203.0.113.9", &format!("name{n}"), "wrong").await;
        assert_eq!(page.text("[role=alert]"), "", "{n}");
    }
    let page = from(&app, "203.0.113.9", "countess", ADA.password).await;
    assert!(
        page.text("[role=alert]").starts_with("Too many attempts."),
        "{}",
        page.body
    );
    let page = from(&app, "198.51.100.7", "countess", ADA.password).await;
    assert_eq!(page.path, "/", "another address is not held up");
}

#[tokio::test]
async fn guesses_at_the_same_moment_cannot_pass_the_limit() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let guesses = (0..20).map(|_| {
        let mut browser = app.browser();
        tokio::spawn(async move { guess(&mut browser, "countess", "wrong").await })
    });
    let mut let_through = 0;
    for guess in guesses.collect::<Vec<_>>() {
        let_through += usize::from(guess.await.expect("an answer") == "no");
    }
    assert_eq!(let_through, 5);
}

#[tokio::test]
async fn a_restart_forgets_no_guess() {
    let app = TestApp::start().await;
    app.signed_up(&EVE).await;
    let mut browser = app.browser();
    for _ in 0..5 {
        assert_eq!(guess(&mut browser, EVE.email, "wrong").await, "no");
    }
    let app = app.restarted().await;
    let after = guess(&mut app.browser(), EVE.email, EVE.password).await;
    assert_eq!(after, "Too many attempts. Try again in 15 seconds.");
}

#[tokio::test]
async fn whoever_guesses_elsewhere_does_not_keep_the_owner_out() {
    let app = TestApp::with(&[("PASSBOOK_TRUSTED_PROXIES", "127.0.0.1")]).await;
    app.signed_up(&ADA).await;
    let refused = |page: &Page| page.text("[role=alert]").starts_with("Too many attempts.");
    for n in 0..6 {
        let page = from(&app, "203.0.113.9", "countess", "wrong").await;
        assert_eq!(refused(&page), n == 5, "{n}");
    }
    let page = from(&app, "198.51.100.7", "countess", ADA.password).await;
    assert_eq!(page.path, "/", "the owner is let in");
}

#[tokio::test]
async fn a_hundred_guesses_from_everywhere_slow_an_account_down_for_everybody() {
    let app = TestApp::with(&[("PASSBOOK_TRUSTED_PROXIES", "127.0.0.1")]).await;
    app.signed_up(&ADA).await;
    for n in 0..100 {
        let address = format!("203.0.113.{}", n / 5);
        let page = from(&app, &address, "countess", "wrong").await;
        assert_eq!(page.text("[role=alert]"), "", "{n}");
    }
    let page = from(&app, "198.51.100.7", "countess", ADA.password).await;
    assert_eq!(
        page.text("[role=alert]"),
        "Too many attempts. Try again in 15 seconds."
    );
}

#[tokio::test]
async fn ipv6_is_counted_by_the_networks_that_a_household_can_have() {
    let app = TestApp::with(&[("PASSBOOK_TRUSTED_PROXIES", "127.0.0.1")]).await;
    app.signed_up(&ADA).await;
    // Each guess comes from another /64 of one /56, and then of one /48.
    for (free, network) in [(10, "2001:db8:1:2"), (40, "2001:db8:9:")] {
        for n in 0..free {
            let address = match network.ends_with(':') {
                true => format!("{network}{n:x}00::1"),
                false => format!("{network}{n:02x}::1"),
            };
            let page = from(&app, &address, "countess", "wrong").await;
            assert!(!is_throttled(&page), "{address}");
        }
        let one_more = match network.ends_with(':') {
            true => format!("{network}ff00::1"),
            false => format!("{network}ff::1"),
        };
        let page = from(&app, &one_more, "countess", "wrong").await;
        assert!(is_throttled(&page), "{one_more}");
    }
    let page = from(&app, "2001:db8:2::1", "countess", ADA.password).await;
    assert_eq!(page.path, "/", "another network is not held up");
}

#[tokio::test]
async fn throttled_log_ins_are_told_to_the_person_once_and_counted_for_the_operator() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    crate::log::keep_out("nobody-at-all");
    let told = "SELECT COUNT(*) FROM activity WHERE event = 'log_in_throttled'";
    for hour in 1..=2 {
        for _ in 0..15 {
            guess(&mut app.browser(), "countess", "wrong").await;
            guess(&mut app.browser(), "nobody-at-all", "wrong").await;
        }
        let counted = "SELECT COALESCE(SUM(attempts), 0) FROM throttled_log_in";
        eventually("all are counted", || async {
            (app.number(counted).await >= 20 * hour).then_some(())
        })
        .await;
        assert_eq!(app.number(told).await, hour, "once an hour");
        app.pass(SignedDuration::from_mins(61));
    }
    let page = ada.get("/activity").await;
    assert!(
        page.body
            .contains("Log-in attempts were blocked: too many tries")
    );
    let code = app.operator_code().expect("a code").to_owned();
    let page = ada.get("/become-operator").await;
    let form = page.form("form[action='/forms/become-operator']");
    ada.send(&form.with("code", &code)).await;
    let overview = ada.get("/admin").await;
    let glances = overview.text(".glances");
    assert!(
        glances.contains("Log-ins throttled in 24 hours"),
        "{glances}"
    );
    assert!(glances.contains("too many wrong passwords"), "{glances}");
    let (lines, leaks) = crate::log::heard();
    assert!(lines > 0);
    assert!(
        !leaks.iter().any(|line| line.contains("nobody-at-all")),
        "{leaks:?}"
    );
}

/// Tries to log in from an address, through a proxy.
async fn from(app: &TestApp, address: &str, name: &str, password: &str) -> Page {
    let fields = [("name", name), ("password", password)];
    post_from(&mut app.browser(), address, "/forms/log-in", &fields).await
}
