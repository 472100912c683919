//! Mails are tried until they arrive, are refused or are too old.

use jiff::SignedDuration;

use super::smtp_server::{SmtpServer, app_with};
use crate::app::{ADA, EVE, TestApp, eventually};

const WAITING: &str = "SELECT COUNT(*) FROM outgoing_mail WHERE next_at IS NOT NULL";
const ATTEMPTS: &str = "SELECT COALESCE(MAX(attempts), 0) FROM outgoing_mail";

#[tokio::test]
async fn a_mail_has_its_sender_its_recipient_and_plain_text() {
    let smtp = SmtpServer::open().await;
    let app = smtp.app().await;
    app.signed_up(&ADA).await;
    app.logged_in(&ADA).await;
    let mail = smtp.about(&app, "New log-in to your Passbook").await;
    assert_eq!(mail.from, "passbook@example.org");
    assert_eq!(mail.to, [ADA.email]);
    assert_eq!(mail.header("Content-Type"), "text/plain; charset=utf-8");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(mail.header("From").contains("passbook@example.org"));
    assert!(mail.header("Message-ID").ends_with("@127.0.0.1>"));
    let text = mail.text();
    assert!(text.contains("IP address: 127.0.0.1\n"), "{text}");
    assert!(text.contains("Time: 21 Nov 2026, 10:00 UTC\n"), "{text}");
    assert!(!text.contains(ADA.first_name), "{text}");
}

#[tokio::test]
async fn a_server_that_is_down_gets_the_mail_once_when_it_is_up() {
    let address = SmtpServer::nowhere().await;
    let app = app_with(address, &[]).await;
    app.signed_up(&ADA).await;
    app.logged_in(&ADA).await;
    eventually("two attempts", || async {
        app.pass(SignedDuration::from_secs(10));
        (app.number(ATTEMPTS).await >= 2).then_some(())
    })
    .await;
    assert_eq!(app.number(WAITING).await, 1);
    let failed = "SELECT last_error FROM outgoing_mail";
    assert_eq!(app.texts(failed).await, ["unreachable"]);

    let smtp = SmtpServer::at(address).await;
    eventually("the mail", || async {
        app.pass_unless_busy(SignedDuration::from_secs(30)).await;
        (smtp.mails().len() == 1 && app.number(WAITING).await == 0).then_some(())
    })
    .await;
    // Another mail comes, and the first one does not come again.
    app.pass(SignedDuration::from_hours(1));
    app.logged_in(&ADA).await;
    assert_eq!(smtp.after(&app, 2).await.len(), 2);
    let sent = "SELECT COUNT(*) FROM outgoing_mail WHERE sent_at IS NOT NULL";
    eventually("both are written down", || async {
        (app.number(sent).await == 2).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_given_up_and_one_that_is_delayed_is_not() {
    let smtp = SmtpServer::open().await;
    let app = smtp.app().await;
    smtp.refuse(Some("550 5.1.1 No such mailbox"));
    app.signed_up(&ADA).await;
    app.logged_in(&ADA).await;
    let given_up = "SELECT COUNT(*) FROM outgoing_mail
        WHERE next_at IS NULL AND sent_at IS NULL AND last_error = '550' AND attempts = 1";
    eventually("it is given up", || async {
        app.ctx().work.notify_waiters();
        (app.number(given_up).await == 1).then_some(())
    })
    .await;

    smtp.refuse(Some("451 4.3.0 Try again later"));
    app.signed_up(&EVE).await;
    app.logged_in(&EVE).await;
    eventually("it is tried again", || async {
        app.pass(SignedDuration::from_secs(10));
        (smtp.asked() >= 3).then_some(())
    })
    .await;
    smtp.refuse(None);
    let mails = eventually("it arrives", || async {
        app.pass(SignedDuration::from_secs(30));
        let mails = smtp.mails();
        (!mails.is_empty()).then_some(mails)
    })
    .await;
    assert_eq!(mails[0].to, [EVE.email]);
    assert_eq!(app.number(given_up).await, 1);
}

#[tokio::test]
async fn a_mail_is_given_up_after_a_day_and_deleted_after_thirty() {
    let app = app_with(SmtpServer::nowhere().await, &[]).await;
    app.signed_up(&ADA).await;
    app.logged_in(&ADA).await;
    eventually("it is given up", || async {
        app.pass_unless_busy(SignedDuration::from_mins(30)).await;
        (app.number(WAITING).await == 0).then_some(())
    })
    .await;
    let attempts = app.number(ATTEMPTS).await;
    assert!((2..=9).contains(&attempts), "{attempts}");
    app.pass(SignedDuration::from_hours(30 * 24));
    let now = app.clock.now();
    let gone = app.ctx().store.forget_mails(now).await;
    assert_eq!(gone.expect("it answers"), 1);
}

#[tokio::test]
async fn a_person_gets_twenty_an_hour_and_nobody_any_without_a_mail_server() {
    let smtp = SmtpServer::open().await;
    let app = smtp.app().await;
    app.signed_up(&ADA).await;
    for _ in 0..25 {
        app.logged_in(&ADA).await;
    }
    let written = "SELECT COUNT(*) FROM outgoing_mail";
    assert_eq!(app.number(written).await, 20);
    app.pass(SignedDuration::from_hours(1));
    app.logged_in(&ADA).await;
    assert_eq!(app.number(written).await, 21);

    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let mut browser = app.logged_in(&ADA).await;
    assert_eq!(app.number(written).await, 0);
    let page = browser.get("/settings").await;
    assert_eq!(page.count("a[href='/settings/mail']"), 0);
    let page = browser.get("/settings/mail").await;
    assert_eq!(page.count("form[action='/forms/emails']"), 0);
    let mail_jobs = "SELECT COUNT(*) FROM job WHERE kind = 'mail'";
    assert_eq!(app.number(mail_jobs).await, 0);
}
