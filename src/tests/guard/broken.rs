//! Requests that none of our pages send.

use super::routes::{OPEN_WRITES, pages, writes};
use crate::app::{ADA, TestApp};

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let large = format!("connection=&back=/{}", "x".repeat(1 << 20));
    let page = browser.post_once("/forms/sync", large.clone()).await;
    assert!((400..500).contains(&page.status), "{}", page.status);
    let page = app.browser().post_once("/forms/log-in", large).await;
    assert!((400..500).contains(&page.status), "{}", page.status);
}

#[tokio::test]
async fn broken_queries_and_bodies_are_never_our_fault() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let (opened, sent) = (pages(&app), writes(&app));
    let broken = [
        "%",
        "%zz",
        "%ff%fe",
        "=",
        "&&&",
        "a[b]=c",
        "filter[q]=%00",
        "q=%00",
        "q=a&q=b",
        "after=2026-11-21.x",
        "from=0000-00-00",
        "min=1e400",
        "min=99999999999999999999999999999",
        "id=%F0%9F",
        "filter=x",
        "filter[q][x]=1",
        "connection=1;DROP TABLE person",
        "purpose=repair:",
        "back=//evil.example",
        "q=\"'*()-+^:{}",
        "attempt=x&attempt=y",
    ];
    for text in broken {
        for path in &opened {
            let page = browser
                .get_once(&format!("{path}?{}", text.replace(' ', "+")))
                .await;
            assert!(
                page.status < 500,
                "GET {path}?{text}: {} {}",
                page.status,
                page.body
            );
        }
        for path in sent.iter().filter(|path| *path != "/forms/log-out") {
            let page = browser.post_once(path, text.to_owned()).await;
            assert!(
                page.status < 500,
                "POST {path} {text}: {} {}",
                page.status,
                page.body
            );
            let to = page.header("location");
            assert!(
                !to.starts_with("//") && !to.contains("evil"),
                "POST {path} {text}: {to}"
            );
        }
        for path in OPEN_WRITES {
            let page = app.browser().post_once(path, text.to_owned()).await;
            assert!(
                page.status < 500,
                "POST {path} {text}: {} {}",
                page.status,
                page.body
            );
        }
    }
}

#[tokio::test]
async fn a_refused_form_is_answered_with_a_page_and_a_program_with_bare_words() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let page = browser.post("/forms/sync", &[("connection", "x")]).await;
    assert_eq!(page.status, 404);
    assert_eq!(page.text("h1"), "Page not found");
    assert_eq!(page.count("link[rel=stylesheet]"), 1);
    let page = browser.get("/link/x/return").await;
    assert_eq!(
        (page.status, page.text("h1").as_str()),
        (404, "Page not found")
    );

    let address = format!("http://{}/data/overview", app.address());
    let bare = reqwest::Client::new()
        .get(address)
        .send()
        .await
        .expect("an answer");
    assert_eq!(bare.status(), 401);
    assert_eq!(bare.text().await.expect("words"), "Log in first.");
}
