//! What guards every page: the log-in, the check against cross-site requests, headers, limits.

mod broken;
mod declared;
mod matrix;
mod pages;
pub mod routes;

use reqwest::Method;

use crate::app::{ADA, TestApp};

#[tokio::test]
async fn no_way_to_write_a_path_gets_anybody_in() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for path in [
        "/no-such-page",
        "/forms/none",
        "/data/none",
        "/log-in/",
        "//log-in",
        "/LOG-IN",
        "/sign-up/../settings",
    ] {
        let page = browser.get_once(path).await;
        let refused = page.header("location").starts_with("/log-in") || page.status == 401;
        assert!(refused, "{path} {}", page.status);
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM link_attempt").await, 0);
}

#[tokio::test]
async fn a_write_from_another_site_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let foreign: [&[(&str, &str)]; 7] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", &browser_origin(&app)),
        ],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:1")],
    ];
    for path in routes::writes(&app) {
        for headers in foreign {
            let body = Some("purpose=new&hosted=yes&appearance=dark".to_owned());
            let page = browser.ask(Method::POST, &path, body, headers).await;
            assert_eq!(page.status, 403, "{path} {headers:?}");
            assert!(
                page.headers.get("set-cookie").is_none(),
                "{path} {headers:?}"
            );
        }
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM link_attempt").await, 0);
    assert_eq!(
        browser.get("/settings").await.status,
        200,
        "still logged in"
    );
}

fn browser_origin(app: &TestApp) -> String {
    format!("http://{}", app.address())
}
