//! What people are told by mail, and what they choose not to be told.

use jiff::SignedDuration;
use passbook::auth::operators;
use serde_json::json;

use super::smtp_server::SmtpServer;
use crate::app::{ADA, TestApp, eventually};
use crate::outgoing_webhooks::receiver::WebhookReceiver;
use crate::outgoing_webhooks::{add, press};
use crate::two_step;

const OF_BANK: &str = "First Platypus Bank needs you";

#[tokio::test]
async fn a_person_is_told_of_new_devices_and_of_changes_to_how_they_get_in() {
    let smtp = SmtpServer::open().await;
    let app = smtp.app().await;
    let mut ada = app.signed_up(&ADA).await;
    // The device is known.
    let out = ada.get("/settings").await;
    ada.send(&out.form("form[action='/forms/log-out']")).await;
    assert_eq!(ada.log_in(ADA.email, ADA.password).await.path, "/");
    let written = "SELECT COUNT(*) FROM outgoing_mail";
    assert_eq!(app.number(written).await, 0);

    app.logged_in(&ADA).await;
    smtp.about(&app, "New log-in to your Passbook").await;
    two_step::turned_on(&app, &mut ada).await;
    let on = smtp
        .about(&app, "Two-step verification was turned on")
        .await;
    assert!(on.text().contains("/settings/password"), "{}", on.text());
    let reset = operators::reset_two_step_in(&app.ctx().config, &app.clock, ADA.email).await;
    assert!(reset.expect("it is reset"));
    let mails = smtp.after(&app, 3).await;
    let last = mails[2].text();
    assert!(
        last.contains("turned off by this Passbook’s admin"),
        "{last}"
    );
    assert_eq!(app.number(written).await, 3);
}

#[tokio::test]
async fn a_bank_that_needs_a_log_in_is_told_once() {
    let smtp = SmtpServer::open().await;
    let url = smtp.url();
    let (app, mut ada, id) = TestApp::build()
        .plaid()
        .setting("SMTP_URL", &url)
        .setting("SMTP_FROM", "passbook@example.org")
        .linked()
        .await;
    needs_a_log_in(&app).await;
    for _ in 0..3 {
        sync(&app, &id, &mut ada).await;
    }
    let mail = smtp.about(&app, OF_BANK).await;
    let text = mail.text();
    assert!(text.contains("needs you to log in again"), "{text}");
    assert!(text.contains(&format!("/connections/{id}\n")), "{text}");
    assert_eq!(smtp.mails().len(), 1);
}

#[tokio::test]
async fn who_does_not_want_to_be_told_of_banks_is_not() {
    let smtp = SmtpServer::open().await;
    let url = smtp.url();
    let (app, mut ada, id) = TestApp::build()
        .plaid()
        .setting("SMTP_URL", &url)
        .setting("SMTP_FROM", "passbook@example.org")
        .linked()
        .await;
    let page = ada.get("/settings").await;
    assert_eq!(page.count("a[href='/settings/mail']"), 1);
    let page = ada.get("/settings/mail").await;
    let mut form = page.form("form[action='/forms/emails']");
    let ticked: Vec<_> = form.fields.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(ticked, ["banks", "webhooks"], "both to begin with");
    form.fields.retain(|(name, _)| name != "banks");
    let page = ada.send(&form).await;
    assert_eq!(page.text("[role=status]"), "Saved.");
    let form = page.form("form[action='/forms/emails']");
    assert_eq!(form.fields, [("webhooks".to_owned(), "yes".to_owned())]);

    needs_a_log_in(&app).await;
    for _ in 0..2 {
        sync(&app, &id, &mut ada).await;
    }
    let began = "SELECT COUNT(*) FROM activity WHERE event = 'problem_began'";
    eventually("the problem", || async {
        app.ctx().work.notify_waiters();
        (app.number(began).await == 1).then_some(())
    })
    .await;
    assert_eq!(app.number("SELECT COUNT(*) FROM outgoing_mail").await, 0);
}

#[tokio::test]
async fn a_webhook_that_is_switched_off_is_told() {
    let (smtp, receiver) = (SmtpServer::open().await, WebhookReceiver::open().await);
    let app = smtp
        .app_with(&[("PASSBOOK_WEBHOOKS_TO_PRIVATE", "on")])
        .await;
    let mut ada = app.signed_up(&ADA).await;
    receiver.answers(&[410]);
    let (path, _) = add(&mut ada, &receiver.url("/")).await;
    press(&mut ada, &path, "webhook-test").await;
    let off = "SELECT COUNT(*) FROM outbound_endpoint WHERE disabled_at IS NOT NULL";
    eventually("it is turned off", || async {
        app.pass(SignedDuration::from_secs(1));
        (app.number(off).await == 1).then_some(())
    })
    .await;
    let mail = smtp.about(&app, "A webhook was turned off").await;
    let text = mail.text();
    assert!(text.starts_with("Budget was turned off"), "{text}");
    assert!(text.contains(&format!("{path}\n")), "{text}");
}

/// Has Ada's bank want a new log-in.
async fn needs_a_log_in(app: &TestApp) {
    let token = crate::activity::token_of(app).await;
    let reset = json!({ "access_token": token });
    app.bank().ask("/sandbox/item/reset_login", reset).await;
}

/// Asks for a sync and waits until it is over.
async fn sync(app: &TestApp, id: &str, ada: &mut crate::browser::Browser) {
    crate::activity::request_sync(app, ada, id).await;
}
