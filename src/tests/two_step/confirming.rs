//! Sensitive actions need a log-in or a confirmation within the last five minutes.

use jiff::SignedDuration;

use super::{CONFIRM, turned_on};
use crate::app::{ADA, EVE, TestApp};

/// Every form that needs a confirmation of a person without two-step verification, with a field that it needs.
const FORMS: [(&str, &str, &str); 11] = [
    ("/forms/connect", "provider", "google"),
    ("/forms/delete-account", "email", ADA.email),
    ("/forms/disconnect", "provider", "google"),
    ("/forms/key", "name", "Spreadsheet"),
    ("/forms/profile", "user_name", "mallory"),
    ("/forms/recovery-codes", "", ""),
    ("/forms/two-step-off", "", ""),
    ("/forms/two-step-on", "code", "123456"),
    ("/forms/two-step-set-up", "", ""),
    ("/forms/webhook-add", "url", "https://hooks.example/1"),
    (
        "/forms/webhook-rotate",
        "webhook",
        "01m7yce00chpahkrcnyw3y790z",
    ),
];
/// Those of the admin.
const OF_ADMINS: [&str; 8] = [
    "/forms/admin/app-add",
    "/forms/admin/app-off",
    "/forms/admin/app-on",
    "/forms/admin/app-secret",
    "/forms/admin/delete-person",
    "/forms/admin/end-sessions",
    "/forms/admin/suspend",
    "/forms/admin/unsuspend",
];

#[tokio::test]
async fn a_browser_that_was_left_open_changes_nothing_that_matters() {
    let (app, mut ada, bank) = TestApp::linked().await;
    app.signed_up(&EVE).await;
    app.grant(&ADA).await;
    let eve = app.user(&EVE).await.id;
    let admin = OF_ADMINS.map(|form| (form, "person", eve.as_str()));
    let unlink = ("/forms/unlink", "connection", bank.as_str());
    app.pass(SignedDuration::from_mins(6));
    for (form, field, value) in FORMS.into_iter().chain(admin).chain([unlink]) {
        let page = ada.post(form, &[(field, value)]).await;
        assert!(page.path.starts_with("/confirm"), "{form}: {}", page.path);
    }
    for page in [
        format!("/connections/{bank}/unlink"),
        "/settings/log-in-methods/google".to_owned(),
    ] {
        let page = ada.get(&page).await;
        let asks = page.path.starts_with("/confirm?next=%2F");
        assert!(asks || page.status == 404, "{}", page.path);
    }
    let page = ada.get("/settings/export/passbook.tar.gz").await;
    assert_eq!(page.path, "/confirm?next=%2Fsettings%2Fexport");
    assert_eq!(app.number("SELECT COUNT(*) FROM person").await, 2);
    for nothing in [
        "SELECT COUNT(*) FROM api_key",
        "SELECT COUNT(*) FROM outbound_endpoint",
        "SELECT COUNT(*) FROM oauth_client",
        "SELECT COUNT(*) FROM two_step",
        "SELECT COUNT(*) FROM person WHERE suspended_at IS NOT NULL OR user_name = 'mallory'",
        "SELECT COUNT(*) FROM connection WHERE unlink_asked_at IS NOT NULL",
    ] {
        assert_eq!(app.number(nothing).await, 0, "{nothing}");
    }
}

#[tokio::test]
async fn a_confirmation_leads_back_and_lasts_five_minutes() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    app.pass(SignedDuration::from_mins(6));
    let key = [("name", "Spreadsheet"), ("read", "yes"), ("lasts", "365")];
    let page = ada.post("/forms/key", &key).await;
    assert_eq!(page.path, "/confirm?next=%2Fsettings%2Fprograms");
    for (typed, said) in [
        ("", "Enter your password."),
        ("wrong password here", "Wrong password. Please try again."),
    ] {
        let page = ada.send(&page.form(CONFIRM).with("typed", typed)).await;
        assert_eq!(page.path, "/confirm?next=%2Fsettings%2Fprograms");
        assert_eq!(page.text("#typed-problem"), said);
    }
    let form = page.form(CONFIRM).with("typed", ADA.password);
    let page = ada.send(&form).await;
    assert_eq!(page.path, "/settings/programs");
    let name = page.attribute("#name", "value");
    assert_eq!(
        name.as_deref(),
        Some("Spreadsheet"),
        "nothing typed is lost"
    );
    let page = ada.post("/forms/key", &key).await;
    assert!(page.body.contains("Copy this key now"), "{}", page.body);
    app.pass(SignedDuration::from_mins(6));
    let page = ada.post("/forms/key", &key).await;
    assert!(page.path.starts_with("/confirm"));
    assert_eq!(app.number("SELECT COUNT(*) FROM api_key").await, 1);
}

#[tokio::test]
async fn people_with_two_steps_confirm_with_a_code() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let (phone, codes) = turned_on(&app, &mut ada).await;
    app.pass(SignedDuration::from_mins(6));
    let page = ada.get("/settings/password").await;
    assert_eq!(page.path, "/confirm?next=%2Fsettings%2Fpassword");
    let form = page.form(CONFIRM).with("typed", ADA.password);
    let page = ada.send(&form).await;
    assert!(
        page.path.starts_with("/confirm"),
        "the password is not enough"
    );
    let form = page.form(CONFIRM).with("typed", &phone.next_code(&app));
    assert_eq!(ada.send(&form).await.path, "/settings/password");

    app.pass(SignedDuration::from_mins(6));
    let page = ada.post("/forms/two-step-off", &[("", "")]).await;
    assert_eq!(page.path, "/confirm?next=%2Fsettings%2Ftwo-step");
    let page = ada.send(&page.form(CONFIRM).with("typed", &codes[0])).await;
    let form = page.form("form[action='/forms/two-step-off']");
    let page = ada.send(&form).await;
    assert!(page.body.contains("Two-step verification is off."));
    assert_eq!(app.number("SELECT COUNT(*) FROM two_step").await, 0);
}

#[tokio::test]
async fn a_clock_that_was_ahead_confirms_nothing() {
    let app = TestApp::start().await;
    app.pass(SignedDuration::from_hours(1));
    let mut ada = app.signed_up(&ADA).await;
    app.clock.advance(SignedDuration::from_hours(-1));
    // The session is taken to begin now, as far as its end goes.
    app.pass(SignedDuration::from_mins(6));
    let page = ada.post("/forms/key", &[("name", "Spreadsheet")]).await;
    assert!(page.path.starts_with("/confirm"), "{}", page.path);
}

#[tokio::test]
async fn a_confirmation_gives_the_session_a_new_id() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    app.pass(SignedDuration::from_mins(6));
    let page = ada.get("/settings/delete-account").await;
    let before = ada.cookies.clone();
    let page = ada
        .send(&page.form(CONFIRM).with("typed", ADA.password))
        .await;
    assert_eq!(page.path, "/settings/delete-account");
    let name = app.session_cookie();
    assert_ne!(ada.cookies[&name], before[&name]);
    ada.cookies = before;
    assert!(ada.get("/accounts").await.path.starts_with("/log-in"));
}
