//! Other programs are notified of changes, and read them in the change feed.

mod calling;
mod pages;
mod reading;
pub mod receiver;

use jiff::SignedDuration;

use crate::app::{TestApp, eventually};
use crate::browser::Browser;
use receiver::{Call, WebhookReceiver};

/// Starts a program that may send webhooks to this machine.
async fn start() -> TestApp {
    TestApp::with(&[("PASSBOOK_WEBHOOKS_TO_PRIVATE", "on")]).await
}

/// Adds a webhook through the page; returns its page's path and its secret.
pub async fn add(browser: &mut Browser, url: &str) -> (String, String) {
    let page = browser.get("/settings/webhooks").await;
    let form = page.form("form[action='/forms/webhook-add']");
    let form = form.with("url", url).with("description", "Budget");
    let page = browser.send(&form).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let secret = page.text("code#new-secret");
    assert!(secret.starts_with("whsec_"), "{}: {}", page.path, page.body);
    (page.path, secret)
}

/// Returns the id in the path of a webhook's page.
fn id_of(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

/// Presses a button on a webhook's page.
pub async fn press(browser: &mut Browser, path: &str, form: &str) -> crate::page::Page {
    let page = browser.get(path).await;
    let form = page.form(&format!("form[action='/forms/{form}']"));
    browser.send(&form).await
}

/// Waits, while time passes, until this many calls of a type have arrived.
pub async fn called(
    app: &TestApp,
    receiver: &WebhookReceiver,
    kind: &str,
    times: usize,
) -> Vec<Call> {
    eventually(kind, || async {
        app.pass(SignedDuration::from_secs(1));
        let calls = receiver.of_type(kind);
        (calls.len() >= times).then_some(calls)
    })
    .await
}
