//! Behind a proxy: whose headers about a visitor's address are trusted, and how the admin learns of a proxy that is
//! missing from the settings.

use jiff::SignedDuration;
use reqwest::Method;
use store::SIGHTINGS_KEPT;

use crate::app::{TestApp, eventually};

const FORWARDED: [(&str, &str); 5] = [
    ("x-forwarded-for", "203.0.113.9"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-host", "money.example.org"),
    ("forwarded", "for=203.0.113.9;proto=https"),
    ("x-real-ip", "203.0.113.9"),
];

#[tokio::test]
async fn every_header_of_a_proxy_that_is_not_trusted_is_told_to_the_operator() {
    for header in FORWARDED {
        let app = TestApp::start().await;
        let mut browser = app.admin().await;
        let before = browser.get("/admin").await.body;
        assert!(!before.contains("forwarded headers came"), "{before}");
        app.browser()
            .ask(Method::GET, "/log-in", None, &[header])
            .await;
        let page = browser.get("/admin").await;
        let said = "forwarded headers came from 127.0.0.1";
        assert!(page.body.contains(said), "{header:?} {}", page.body);
    }
}

#[tokio::test]
async fn a_sighting_is_written_once_an_hour_outlives_a_restart_and_is_forgotten_after_thirty_days()
{
    let app = TestApp::start().await;
    let strange = async || {
        let mut browser = app.browser();
        browser
            .ask(Method::GET, "/log-in", None, &FORWARDED[..1])
            .await;
    };
    let books = app.books().await;
    let seen_at = || books.number("SELECT COALESCE(SUM(seen_at), 0) FROM sighting");
    let first = app.clock.now().as_millisecond();
    strange().await;
    eventually("a sighting", || async {
        (seen_at().await == first).then_some(())
    })
    .await;
    app.clock.advance(SignedDuration::from_mins(59));
    strange().await;
    app.clock.advance(SignedDuration::from_mins(1));
    let second = app.clock.now().as_millisecond();
    strange().await;
    eventually("the next one", || async {
        (seen_at().await == second).then_some(())
    })
    .await;
    let kept = "SELECT kind || ' ' || address FROM sighting";
    assert_eq!(books.texts(kept).await, ["untrusted_proxy 127.0.0.1"]);

    let app = app.restarted().await;
    let mut browser = app.admin().await;
    let page = browser.get("/admin").await;
    assert!(
        page.body.contains("headers came from 127.0.0.1"),
        "{}",
        page.body
    );
    app.pass(SIGHTINGS_KEPT + SignedDuration::from_secs(1));
    passbook::sync::request_clean_up(app.ctx())
        .await
        .expect("asked");
    eventually("the clean-up", || async {
        (seen_at().await == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_range_of_proxies_is_trusted() {
    let app = TestApp::with(&[("PASSBOOK_TRUSTED_PROXIES", "10.0.0.0/8,127.0.0.0/30")]).await;
    let mut browser = app.admin().await;
    app.browser()
        .ask(Method::GET, "/log-in", None, &FORWARDED)
        .await;
    let page = browser.get("/admin").await;
    assert!(
        !page.body.contains("forwarded headers came"),
        "{}",
        page.body
    );
    assert!(
        page.body.contains("127.0.0.0/30"),
        "it is shown among the settings"
    );
}
