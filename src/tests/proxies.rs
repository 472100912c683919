//! A proxy in front: whose word about a visitor's address is believed, and how the operator learns of one that is
//! missing from the settings.

use reqwest::Method;

use crate::app::TestApp;
use crate::operators::operator;

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
        let mut browser = operator(&app).await;
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
async fn a_range_of_proxies_is_trusted() {
    let app = TestApp::with(&[("PASSBOOK_TRUSTED_PROXIES", "10.0.0.0/8,127.0.0.0/30")]).await;
    let mut browser = operator(&app).await;
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
