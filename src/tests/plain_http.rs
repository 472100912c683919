//! A log-in over plain HTTP when the public address is HTTPS: the page says why it cannot work.

use reqwest::Method;

use crate::app::{ADA, TestApp};
use crate::page::Page;

const HTTPS: (&str, &str) = ("PASSBOOK_PUBLIC_URL", "https://money.example.org");

/// Posts a form as a browser does from a page at this origin.
async fn post(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Page {
    let form = format!("name=countess&password={}", ADA.password.replace(' ', "+"));
    let mut browser = app.browser();
    browser.ask(Method::POST, path, Some(form), headers).await
}

#[tokio::test]
async fn a_form_over_plain_http_is_answered_with_the_address_that_works() {
    let proxy = ("PASSBOOK_TRUSTED_PROXIES", "127.0.0.1");
    let (direct, proxied) = (
        TestApp::with(&[HTTPS]).await,
        TestApp::with(&[HTTPS, proxy]).await,
    );
    direct.signed_up(&ADA).await;
    let lan = [
        ("host", "192.168.1.5:3000"),
        ("origin", "http://192.168.1.5:3000"),
    ];
    let name = [
        ("host", "money.example.org"),
        ("origin", "http://money.example.org"),
    ];
    let told = [("host", "money.example.org"), ("x-forwarded-proto", "http")];
    for path in ["/forms/log-in", "/forms/sign-up"] {
        for (app, headers) in [(&direct, lan), (&direct, name), (&proxied, told)] {
            let page = post(app, path, &headers).await;
            assert_eq!(page.status, 403, "{path} {headers:?}");
            let way = page.attribute("a.button", "href");
            assert_eq!(way.as_deref(), Some("https://money.example.org/log-in"));
            assert!(page.headers.get("set-cookie").is_none(), "{headers:?}");
        }
    }
    // The password is right but was not checked: the only log-in is that of the sign-up.
    let log_ins = "SELECT COUNT(*) FROM activity WHERE event IN ('signed_in', 'not_let_in')";
    assert_eq!(direct.number(log_ins).await, 0);
}

#[tokio::test]
async fn a_form_over_https_is_taken_and_another_site_s_is_still_refused() {
    let app = TestApp::with(&[HTTPS]).await;
    app.signed_up(&ADA).await;
    let host = ("host", "money.example.org");
    let ours = [host, ("origin", "https://money.example.org")];
    let page = post(&app, "/forms/log-in", &ours).await;
    assert_eq!(
        (page.status, page.header("location")),
        (303, "/"),
        "{}",
        page.body
    );
    for origin in ["http://evil.example", "https://evil.example", "null"] {
        let page = post(&app, "/forms/log-in", &[host, ("origin", origin)]).await;
        assert_eq!(page.status, 403, "{origin}");
        assert!(!page.body.contains("Use https"), "{origin}");
    }
}

#[tokio::test]
async fn the_page_says_it_before_anything_is_typed() {
    let app = TestApp::with(&[HTTPS]).await;
    let mut browser = app.browser();
    let way = "p.notice a[href^='https://money.example.org/']";
    for path in ["/log-in", "/sign-up", "/log-in?next=%2Faccounts"] {
        let plain = browser.get(path).await;
        let shown = plain.attribute(way, "href");
        assert_eq!(shown, Some(format!("https://money.example.org{path}")));
        let headers = [("sec-fetch-site", "none")];
        let page = browser.ask(Method::GET, path, None, &headers).await;
        assert_eq!(page.count(way), 0, "{path}");
    }
    let app = TestApp::start().await;
    assert_eq!(app.browser().get("/log-in").await.count("p.notice"), 0);
}

#[tokio::test]
async fn hsts_is_sent_as_it_was_set() {
    for (set, sent) in [
        ("", "max-age=31536000"),
        ("off", ""),
        (
            "max-age=63072000; includeSubDomains; preload",
            "max-age=63072000; includeSubDomains; preload",
        ),
    ] {
        let app = TestApp::with(&[HTTPS, ("PASSBOOK_HSTS", set)]).await;
        let page = app.browser().get("/log-in").await;
        let said = page.headers.get("strict-transport-security");
        let said = said.map_or("", |value| value.to_str().expect("text"));
        assert_eq!(said, sent);
    }
    let app = TestApp::with(&[("PASSBOOK_HSTS", "max-age=300")]).await;
    let page = app.browser().get("/log-in").await;
    assert!(page.headers.get("strict-transport-security").is_none());
}
