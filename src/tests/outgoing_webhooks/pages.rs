//! The pages of webhooks, with scripts off.

use super::receiver::WebhookReceiver;
use super::{add, called, id_of, press, start};
use crate::app::{ADA, EVE, TestApp};

#[tokio::test]
async fn a_secret_is_shown_once_and_nowhere_kept_in_the_open() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    assert_eq!(
        browser
            .get("/settings")
            .await
            .count("a[href='/settings/webhooks']"),
        1
    );
    let (path, secret) = add(&mut browser, "https://example.org/hook?token=1").await;
    let page = browser.get(&path).await;
    assert_eq!((page.status, page.count("code#new-secret")), (200, 0));
    assert_eq!(page.text("h1"), "Budget");
    assert!(!page.body.contains(&secret));
    assert!(
        browser
            .get("/settings/webhooks")
            .await
            .body
            .contains("example.org")
    );

    let fresh = press(&mut browser, &path, "webhook-rotate")
        .await
        .text("code#new-secret");
    assert_ne!(fresh, secret);
    for name in ["passbook.db", "passbook.db-wal"] {
        let bytes = std::fs::read(app.folder.path().join(name)).expect("a file");
        for secret in [&secret, &fresh] {
            let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
            assert!(!found, "the secret is in {name}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_called_is_refused_with_a_sentence_and_kept_to_be_mended() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    for (url, word) in [
        ("", "full URL"),
        ("example.org", "full URL"),
        ("http://example.org/", "https://"),
        ("https://localhost/", "private network"),
        ("https://10.0.0.1/", "private network"),
        ("https://0x7f000001/", "private network"),
        ("https://[::1]/", "private network"),
        ("https://169.254.169.254/latest", "private network"),
        ("https://a:b@example.org/", "username"),
    ] {
        let page = browser.get("/settings/webhooks").await;
        let form = page.form("form[action='/forms/webhook-add']");
        let form = form.with("url", url).with("description", "kept");
        let page = browser.send(&form).await;
        assert_eq!(
            (page.status, page.path.as_str()),
            (200, "/settings/webhooks")
        );
        assert!(
            page.text("#url-problem").contains(word),
            "{url}: {}",
            page.body
        );
        let description = page.attribute("#description", "value");
        assert_eq!(description.as_deref(), Some("kept"));
    }
    let kept = "SELECT COUNT(*) FROM outbound_endpoint";
    assert_eq!(app.number(kept).await, 0);
    for n in 0..10 {
        add(&mut browser, &format!("https://example.org/{n}")).await;
    }
    let fields = [("url", "https://example.org/more"), ("description", "")];
    let page = browser.post("/forms/webhook-add", &fields).await;
    assert!(
        page.text("#url-problem").contains("10 webhooks"),
        "{}",
        page.body
    );
    assert_eq!(app.number(kept).await, 10);
}

#[tokio::test]
async fn a_test_is_sent_and_its_end_can_be_seen_and_sent_again() {
    let (app, receiver) = (start().await, WebhookReceiver::open().await);
    let mut browser = app.signed_up(&ADA).await;
    let (path, secret) = add(&mut browser, &receiver.url("/")).await;
    assert!(browser.get(&path).await.body.contains("No deliveries yet."));
    receiver.answers(&[503]);
    let page = press(&mut browser, &path, "webhook-test").await;
    assert!(page.text(".notice").starts_with("Sending a test."));
    called(&app, &receiver, "ping", 1).await;
    crate::app::eventually("its end", || async {
        let page = browser.clone().get(&path).await;
        page.text(".deliveries")
            .contains("The response was 503")
            .then_some(())
    })
    .await;
    press(&mut browser, &path, "webhook-again").await;
    let calls = called(&app, &receiver, "ping", 2).await;
    assert_eq!(calls[0].header("webhook-id"), calls[1].header("webhook-id"));
    assert!(calls.iter().all(|call| call.signed_by(&secret) == 1));
}

#[tokio::test]
async fn webhooks_of_others_are_as_if_they_were_not_there() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let mut eve = app.signed_up(&EVE).await;
    let (path, _) = add(&mut ada, "https://example.org/hook").await;
    press(&mut ada, &path, "webhook-test").await;
    let messages = app.texts("SELECT id FROM outbound_message").await;
    let unknown = "01m7yce00chpahkrcnyw3y790z";
    for id in [id_of(&path), unknown, "x", ""] {
        let page = eve
            .get(&format!("/settings/webhooks/{id}x").replace("/x", "/y"))
            .await;
        assert_eq!(page.status, 404);
        let read = eve.get(&format!("/data/webhook?id={id}")).await;
        assert_eq!(read.status, 404, "{id}");
        for form in ["test", "again", "rotate", "on", "delete"] {
            let fields = [("webhook", id), ("message", messages[0].as_str())];
            let page = eve.post(&format!("/forms/webhook-{form}"), &fields).await;
            assert_eq!(page.status, 404, "{form} {id}");
        }
    }
    assert_eq!(eve.get(&path).await.status, 404);
    assert!(
        !eve.get("/settings/webhooks")
            .await
            .body
            .contains("example.org/hook")
    );
    let mine = ada.get(&path).await;
    assert_eq!((mine.status, mine.count("code#new-secret")), (200, 0));
}
