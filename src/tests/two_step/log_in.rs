//! Logging in with a code.

use domain::access::Scopes;
use domain::clock::Clock;
use jiff::SignedDuration;
use passbook::auth::{operators, two_step};
use serde_json::json;

use super::{CODE, asked, turned_on};
use crate::api::ApiClient;
use crate::app::{ADA, TestApp};

#[tokio::test]
async fn the_password_alone_lets_nobody_in() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let (phone, _) = turned_on(&app, &mut ada).await;
    assert_eq!(ada.get("/accounts").await.path, "/accounts", "still here");

    let mut other = app.browser();
    let page = other.get("/log-in?next=%2Faccounts").await;
    let form = page.form("form[action='/forms/log-in']");
    let form = form.with("name", ADA.email).with("password", ADA.password);
    let page = other.send(&form).await;
    assert_eq!(page.path, "/log-in/code");
    let gate = other.get("/settings").await;
    assert!(gate.path.starts_with("/log-in?next="), "{}", gate.path);
    let page = other.get("/log-in/code").await;
    for (typed, said) in [
        ("", "Enter the 6-digit code from your authenticator app."),
        (
            "000000",
            "That code is wrong or was already used. Enter the code that your app shows now.",
        ),
    ] {
        let page = other.send(&page.form(CODE).with("code", typed)).await;
        assert_eq!(page.path, "/log-in/code");
        assert_eq!(page.text("#code-problem"), said);
    }
    let code = phone.next_code(&app);
    let page = other.send(&page.form(CODE).with("code", &code)).await;
    assert_eq!(page.path, "/accounts", "to where they wanted");
    let happened = other.get("/activity").await;
    for said in ["You turned on two-step verification", "Wrong code entered"] {
        assert!(happened.body.contains(said), "{said}: {}", happened.body);
    }
    let logged_in = "SELECT COUNT(*) FROM activity WHERE event = 'signed_in'";
    assert_eq!(app.number(logged_in).await, 1, "only after the code");
}

#[tokio::test]
async fn a_pending_log_in_ends_in_time_and_with_the_password() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let (phone, _) = turned_on(&app, &mut ada).await;
    let mut late = app.browser();
    let page = asked(&mut late, &ADA).await;
    app.pass(SignedDuration::from_mins(10));
    let form = page.form(CODE).with("code", &phone.code(&app));
    let page = late.send(&form).await;
    assert_eq!(page.path, "/log-in");
    assert_eq!(
        page.text("[role=status], [role=alert]"),
        "That took too long. Please log in again."
    );

    let mut early = app.browser();
    let page = asked(&mut early, &ADA).await;
    // The person turns two-step verification off and on meanwhile, as after a lost phone.
    let reset = operators::reset_two_step_in(&app.ctx().config, &Clock::system(), ADA.email).await;
    assert!(reset.expect("it answers"));
    let form = page.form(CODE).with("code", &phone.next_code(&app));
    assert_eq!(early.send(&form).await.path, "/log-in");
    assert!(early.get("/accounts").await.path.starts_with("/log-in"));
}

#[tokio::test]
async fn turning_it_on_logs_out_everywhere_else() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let mut elsewhere = app.logged_in(&ADA).await;
    turned_on(&app, &mut ada).await;
    assert!(elsewhere.get("/accounts").await.path.starts_with("/log-in"));
    assert_eq!(ada.get("/accounts").await.path, "/accounts");
}

#[tokio::test]
async fn a_lost_phone_is_replaced_by_a_recovery_code_or_the_admin() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let (_, codes) = turned_on(&app, &mut ada).await;
    let app = app.restarted().await;

    let mut browser = app.browser();
    let page = asked(&mut browser, &ADA).await;
    let typed = codes[3].to_uppercase().replace('-', " ");
    let page = browser.send(&page.form(CODE).with("code", &typed)).await;
    assert_eq!(page.path, "/");
    let page = browser.get("/settings/two-step").await;
    assert!(page.body.contains("You have 9 recovery codes left."));

    let reset = || operators::reset_two_step_in(&app.ctx().config, &app.clock, " ADA@example.org ");
    assert!(reset().await.expect("it answers"));
    assert!(!reset().await.expect("it answers"), "only once");
    let unknown = operators::reset_two_step_in(&app.ctx().config, &app.clock, "x@example.org");
    assert!(unknown.await.is_err());
    assert!(browser.get("/accounts").await.path.starts_with("/log-in"));
    let mut browser = app.logged_in(&ADA).await;
    let happened = browser.get("/activity").await;
    assert!(
        happened
            .body
            .contains("The admin turned off your two-step verification")
    );
    assert_eq!(app.number("SELECT COUNT(*) FROM recovery_code").await, 0);
}

#[tokio::test]
async fn nothing_that_helps_a_thief_is_kept() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let (phone, codes) = turned_on(&app, &mut ada).await;
    assert!(!app.is_kept(&phone.secret));
    for code in &codes {
        assert!(!app.is_kept(code), "{code}");
    }
    let page = ada.get("/settings/two-step").await;
    assert_eq!(page.count("#new-codes"), 0, "they are shown once");
    // The form is there for those who have it off only.
    let page = ada.post("/forms/two-step-set-up", &[("", "")]).await;
    assert_eq!(page.path, "/settings/two-step");
    let page = ada.get("/settings/two-step/set-up").await;
    assert_eq!(page.path, "/settings/two-step");
}

#[tokio::test]
async fn where_it_is_required_it_comes_first() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let key = app.key(&ADA, Scopes::all()).await;
    let app = app
        .restarted_with(&[("PASSBOOK_TWO_STEP", "required")])
        .await;
    let program = ApiClient::new(&app);
    let body = json!({"username": ADA.email, "password": ADA.password});
    let answer = program.post("/users/auth/token", &body).await;
    assert_eq!(
        (answer.status, answer.text_of("code")),
        (403, "two_step_required".into())
    );
    assert_eq!(
        program.with(&key).get("/accounts").await.status,
        200,
        "keys go on"
    );

    let mut ada = app.browser();
    let page = ada.log_in(ADA.email, ADA.password).await;
    assert_eq!(page.path, "/settings/two-step");
    assert!(
        page.text(".notice")
            .contains("requires two-step verification")
    );
    for path in ["/", "/accounts", "/settings", "/settings/password"] {
        assert_eq!(ada.get(path).await.path, "/settings/two-step", "{path}");
    }
    let form = [("name", "Spreadsheet"), ("read", "yes"), ("lasts", "365")];
    assert_eq!(
        ada.post("/forms/key", &form).await.path,
        "/settings/two-step"
    );
    assert_eq!(ada.get("/data/connections").await.status, 403);
    turned_on(&app, &mut ada).await;
    assert_eq!(ada.get("/accounts").await.path, "/accounts");
}

#[tokio::test]
async fn a_request_from_before_a_new_password_turns_nothing_off() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    turned_on(&app, &mut ada).await;
    let held = app.user(&ADA).await;
    let page = ada.get("/settings/password").await;
    let form = page.form("form[action='/forms/password']");
    let form = form
        .with("present", ADA.password)
        .with("new", "slow rivers carry amber");
    assert_eq!(ada.send(&form).await.path, "/settings");
    let off = two_step::turn_off(app.ctx(), &held).await;
    assert!(off.expect("it answers").is_none());
    assert_eq!(app.number("SELECT COUNT(*) FROM two_step").await, 1);
}

#[tokio::test]
async fn a_clock_that_was_ahead_keeps_no_code_from_working() {
    let app = TestApp::start().await;
    app.clock.advance(SignedDuration::from_hours(2));
    let mut ada = app.signed_up(&ADA).await;
    let (phone, _) = turned_on(&app, &mut ada).await;
    app.clock.advance(SignedDuration::from_hours(-1));
    let mut browser = app.browser();
    let page = asked(&mut browser, &ADA).await;
    let form = page.form(CODE).with("code", &phone.code(&app));
    assert_eq!(browser.send(&form).await.path, "/");
}

#[tokio::test]
async fn an_identity_provider_lets_nobody_in_without_the_code_either() {
    let app = crate::sign_in::start().await;
    let mut browser = app.browser();
    let page = crate::sign_in::sign_up(&app, &mut browser, "google", &[]).await;
    assert_eq!(page.path, "/accounts", "{}", page.body);
    let (phone, _) = turned_on(&app, &mut browser).await;
    let mut other = app.browser();
    let page = crate::sign_in::log_in(&app, &mut other, "google", &[]).await;
    assert_eq!(page.path, "/log-in/code");
    assert!(other.get("/settings").await.path.starts_with("/log-in"));
    let page = other.get("/log-in/code").await;
    let form = page.form(CODE).with("code", &phone.next_code(&app));
    assert_eq!(
        other.send(&form).await.path,
        "/accounts",
        "to where they wanted"
    );
}

#[tokio::test]
async fn the_password_of_a_person_with_two_steps_connects_no_identity() {
    let app = crate::sign_in::start().await;
    let mut ada = app.signed_up(&ADA).await;
    turned_on(&app, &mut ada).await;
    let mut other = app.browser();
    let as_ada = [("person", ""), ("typed_email", ADA.email)];
    let page = crate::sign_in::log_in(&app, &mut other, "google", &as_ada).await;
    assert_eq!(page.path, "/log-in/connect");
    let form = page.form("form[action='/forms/connect-account']");
    let page = other.send(&form.with("password", ADA.password)).await;
    assert!(
        page.text("#password-problem")
            .contains("two-step verification")
    );
    assert_eq!(app.number("SELECT COUNT(*) FROM identity").await, 0);
    assert!(other.get("/settings").await.path.starts_with("/log-in"));
}
