//! A forgotten password: a code by mail or from the admin, and a new password with it.

use domain::clock::Clock;
use jiff::SignedDuration;
use passbook::auth::operators;

use super::smtp_server::SmtpServer;
use crate::api::ApiClient;
use crate::app::{ADA, EVE, TestApp, eventually};
use crate::browser::Browser;
use crate::page::Page;
use crate::two_step;

const ASK: &str = "form[action='/forms/reset-password']";
const SET: &str = "form[action='/forms/new-password']";
const SUBJECT: &str = "Reset your Passbook password";
const NEW: &str = "marble otters juggle nightly";
const WRONG: &str = "That code is wrong, expired or already used, or belongs to another email. Check both, or get a \
    new code.";
/// The job that sends mails has nothing left to do.
const DONE: &str =
    "SELECT COUNT(*) FROM job WHERE kind = 'mail' AND run_at IS NULL AND lease_until IS NULL";

/// Asks for a code through the page.
async fn ask(browser: &mut Browser, email: &str) -> Page {
    let page = browser.get("/reset-password").await;
    browser.send(&page.form(ASK).with("email", email)).await
}

/// Sets a new password through the page.
async fn set(browser: &mut Browser, email: &str, code: &str, new: &str) -> Page {
    let page = browser.get("/reset-password/new").await;
    let form = page.form(SET).with("email", email);
    browser
        .send(&form.with("code", code).with("new", new))
        .await
}

/// Asks for a code for Ada and returns it.
async fn code(app: &TestApp, smtp: &SmtpServer) -> String {
    let before = smtp.mails().len();
    ask(&mut app.browser(), ADA.email).await;
    smtp.after(app, before + 1).await;
    smtp.about(app, SUBJECT).await.code()
}

#[tokio::test]
async fn a_forgotten_password_is_reset_with_the_code_of_a_mail() {
    let smtp = SmtpServer::open().await;
    let app = smtp.app().await;
    let mut ada = app.signed_up(&ADA).await;
    let mut program = ApiClient::new(&app);
    program.log_in(&ADA).await;
    let mut other = app.browser();
    let page = other.get("/log-in").await;
    assert_eq!(page.count("a[href='/reset-password']"), 1);

    let page = ask(&mut other, " ada@example.ORG ").await;
    assert_eq!(page.path, "/reset-password/new");
    let said = page.text("[role=status]");
    assert!(said.starts_with("If this email has an account"), "{said}");
    let mail = smtp.about(&app, SUBJECT).await;
    assert_eq!(mail.to, [ADA.email]);
    let (text, code) = (mail.text(), mail.code());
    let address = format!("{}/reset-password/new\n", app.ctx().config.base_url());
    assert!(text.contains(&address), "{text}");
    assert_eq!(text.matches(&code[..9]).count(), 1, "{text}");
    assert!(!app.is_kept(&code), "no code is kept in plain text");

    // A weak password does not use the code up, and the form keeps the email.
    let form = page.form(SET).with("code", &code).with("new", "short");
    let page = other.send(&form).await;
    assert_eq!(page.path, "/reset-password/new");
    assert!(page.text("#new-problem").starts_with("Enter at least 15"));
    let typed = code.to_uppercase().replace('-', " ");
    let form = page.form(SET).with("code", &typed).with("new", NEW);
    let page = other.send(&form).await;
    assert_eq!(page.path, "/log-in", "{}", page.body);
    let said = page.text("[role=status]");
    assert!(said.starts_with("Your password was changed"), "{said}");

    assert_eq!(ada.get("/").await.path, "/log-in", "every session ends");
    program.get("/accounts").await.is_unauthorized();
    let page = other.get("/settings").await;
    assert!(page.path.starts_with("/log-in"), "nobody is logged in");
    let page = app.browser().log_in(ADA.email, ADA.password).await;
    assert_eq!(page.path, "/log-in", "the old one is over");
    let page = set(
        &mut app.browser(),
        ADA.email,
        &code,
        "another phrase of five words",
    )
    .await;
    assert_eq!(page.text("#code-problem"), WRONG, "it works once");
    assert_eq!(other.log_in(ADA.email, NEW).await.path, "/");
    smtp.about(&app, "Your password was changed").await;
}

#[tokio::test]
async fn an_unknown_email_gets_the_same_page_and_no_mail() {
    let smtp = SmtpServer::open().await;
    let app = smtp.app().await;
    app.signed_up(&ADA).await;
    let mut said = Vec::new();
    for email in ["nobody@example.org", ADA.email] {
        let page = ask(&mut app.browser(), email).await;
        said.push((page.path.clone(), page.status, page.texts("p, label, h1")));
    }
    assert_eq!(said[0], said[1]);
    let mails = smtp.after(&app, 1).await;
    eventually("the job is done", || async {
        app.ctx().work.notify_waiters();
        (app.number(DONE).await == 1).then_some(())
    })
    .await;
    assert_eq!((mails.len(), smtp.mails().len()), (1, 1));
    assert_eq!(mails[0].to, [ADA.email]);
    assert_eq!(app.number("SELECT COUNT(*) FROM password_reset").await, 1);
    // What is no email is told apart, before anything is looked up.
    let page = ask(&mut app.browser(), "countess").await;
    assert_eq!(page.path, "/reset-password");
    let said = page.text("#email-problem");
    assert_eq!(said, "Enter an email address like ada@example.org.");
}

#[tokio::test]
async fn a_code_is_over_after_half_an_hour_and_with_a_new_password() {
    let smtp = SmtpServer::open().await;
    let app = smtp.app().await;
    let mut ada = app.signed_up(&ADA).await;
    app.signed_up(&EVE).await;
    let late = code(&app, &smtp).await;
    app.pass(SignedDuration::from_mins(30));
    let page = set(&mut app.browser(), ADA.email, &late, NEW).await;
    assert_eq!(page.text("#code-problem"), WRONG);

    let [first, second] = [code(&app, &smtp).await, code(&app, &smtp).await];
    let page = set(&mut app.browser(), EVE.email, &first, NEW).await;
    assert_eq!(page.text("#code-problem"), WRONG, "it is Ada's");
    let page = ada.get("/settings/password").await;
    let form = page.form("form[action='/forms/password']");
    let form = form.with("present", ADA.password).with("new", NEW);
    ada.send(&form).await;
    for code in [first, second] {
        let page = set(
            &mut app.browser(),
            ADA.email,
            &code,
            "another phrase of five words",
        )
        .await;
        assert_eq!(page.text("#code-problem"), WRONG);
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM password_reset").await, 0);
}

#[tokio::test]
async fn two_step_verification_stands_after_a_reset() {
    let smtp = SmtpServer::open().await;
    let app = smtp.app().await;
    let mut ada = app.signed_up(&ADA).await;
    let (phone, _) = two_step::turned_on(&app, &mut ada).await;
    let code = code(&app, &smtp).await;
    let mut other = app.browser();
    let page = set(&mut other, ADA.email, &code, NEW).await;
    assert_eq!(page.path, "/log-in");
    let page = other.log_in(ADA.email, NEW).await;
    assert_eq!(page.path, "/log-in/code");
    let form = page.form("form[action='/forms/log-in-code']");
    let page = other.send(&form.with("code", &phone.next_code(&app))).await;
    assert_eq!(page.path, "/");
}

#[tokio::test]
async fn asking_and_guessing_are_slowed_down() {
    let smtp = SmtpServer::open().await;
    let app = smtp.app().await;
    app.signed_up(&ADA).await;
    let mut stranger = app.browser();
    let slow = "Too many attempts.";
    for email in ["nobody@example.org", EVE.email] {
        for n in 0..7 {
            let page = ask(&mut stranger, email).await;
            let said = page.text("[role=alert]");
            assert_eq!(said.starts_with(slow), n >= 5, "{email} {n}: {said}");
        }
        for n in 0..7 {
            let page = set(&mut stranger, email, "abcd-efgh", NEW).await;
            let said = page.text("[role=alert]");
            assert_eq!(said.starts_with(slow), n >= 5, "{email} {n}: {said}");
        }
    }
}

#[tokio::test]
async fn without_a_mail_server_the_admin_hands_out_codes() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let mut other = app.browser();
    let page = other.get("/log-in").await;
    assert_eq!(page.count("a[href='/reset-password']"), 0);
    let page = other.get("/reset-password").await;
    assert_eq!(page.count("form"), 0, "{}", page.body);
    let fields = [("email", ADA.email)];
    let page = other.post("/forms/reset-password", &fields).await;
    assert_eq!(page.path, "/reset-password");
    assert_eq!(app.number("SELECT COUNT(*) FROM password_reset").await, 0);

    let config = &app.ctx().config;
    let made = operators::reset_password_in(config, &app.clock, " ADA@example.org ").await;
    let made = made.expect("a code");
    assert_eq!(
        made.address,
        format!("{}/reset-password/new", config.base_url())
    );
    let page = set(&mut other, ADA.email, made.code.expose(), NEW).await;
    assert_eq!(page.path, "/log-in");
    assert_eq!(other.log_in(ADA.email, NEW).await.path, "/");
    for unknown in ["nobody@example.org", "countess"] {
        let refused = operators::reset_password_in(config, &Clock::system(), unknown).await;
        assert!(refused.is_err(), "{unknown}");
    }
}
