//! A clock that ran ahead and is set back: nothing has to wait until it reaches the former time again.

use jiff::SignedDuration;
use serde_json::json;

use crate::api::ApiClient;
use crate::app::{ADA, EVE, TestApp, eventually};
use crate::hosted_link::PLATYPUS;
use crate::outgoing_webhooks::receiver::WebhookReceiver;

const AHEAD: [SignedDuration; 3] = [
    SignedDuration::from_hours(365 * 24),
    SignedDuration::from_hours(24),
    SignedDuration::from_mins(20),
];

#[tokio::test]
async fn guesses_limits_and_sessions_from_the_future_hold_nobody_up() {
    for ahead in AHEAD {
        let app = TestApp::with(&[("PASSBOOK_API_RATE", "30")]).await;
        app.pass(ahead);
        let mut ada = app.signed_up(&ADA).await;
        let mut eve = app.signed_up(&EVE).await;
        let mut program = ApiClient::new(&app);
        program.log_in(&ADA).await;
        // Everything is used up: guesses at accounts, forms without a log-in, a program's requests.
        for _ in 0..6 {
            app.browser().log_in(ADA.email, "wrong").await;
            eve.post("/forms/password", &[("present", "wrong"), ("new", "x")])
                .await;
        }
        let refused = eve.post(
            "/forms/password",
            &[("present", EVE.password), ("new", "x")],
        );
        assert!(
            refused
                .await
                .text("[role=alert]")
                .starts_with("Too many attempts.")
        );
        while app
            .browser()
            .post_once("/forms/sign-up", "email=x".into())
            .await
            .status
            != 429
        {}
        while program.get("/accounts").await.status != 429 {}

        app.pass(-ahead);
        assert_eq!(
            ada.get("/settings").await.path,
            "/settings",
            "the session goes on"
        );
        assert_eq!(
            program.get("/accounts").await.status,
            401,
            "an access token never lasts longer"
        );
        let body = json!({ "refresh": program.refresh });
        let pair = program.post("/users/auth/refresh", &body).await;
        assert_eq!(pair.status, 200, "{}", pair.text);
        let program = program.with(&pair.text_of("access"));
        assert_eq!(program.get("/accounts").await.status, 200);
        let page = app
            .browser()
            .post_once("/forms/sign-up", "email=x".into())
            .await;
        assert_eq!(page.status, 303);
        let fields = [
            ("present", EVE.password),
            ("new", "slow rivers carry amber"),
        ];
        assert_eq!(eve.post("/forms/password", &fields).await.path, "/settings");
        app.logged_in(&ADA).await;
        let later = app.clock.now().as_millisecond() + 15 * 24 * 3_600_000;
        let sql = format!("SELECT COUNT(*) FROM browser_session WHERE expires_at > {later}");
        assert_eq!(
            app.books().await.count(&sql).await,
            0,
            "no session outlives its time"
        );
    }
}

#[tokio::test]
async fn a_session_from_the_future_ends_when_its_own_time_is_over() {
    let app = TestApp::start().await;
    app.pass(AHEAD[0]);
    let mut ada = app.signed_up(&ADA).await;
    app.pass(-AHEAD[0]);
    for _ in 0..9 {
        assert_eq!(ada.get("/settings").await.path, "/settings");
        app.pass(SignedDuration::from_hours(10 * 24));
    }
    app.pass(SignedDuration::from_hours(24));
    assert_ne!(
        ada.get("/settings").await.path,
        "/settings",
        "91 days are too many"
    );
}

#[tokio::test]
async fn anonymous_sessions_from_the_future_make_room() {
    let app = TestApp::start().await;
    app.pass(AHEAD[0]);
    for _ in 0..10 {
        app.browser()
            .post_once("/forms/sign-up", "email=x".into())
            .await;
    }
    app.pass(-AHEAD[0]);
    let mut stranger = app.browser();
    stranger
        .post_once("/forms/sign-up", "email=now".into())
        .await;
    let page = stranger.get("/sign-up").await;
    assert_eq!(page.attribute("#email", "value").as_deref(), Some("now"));
    // The ten sessions from the future are gone.
    assert_eq!(app.number("SELECT COUNT(*) FROM browser_session").await, 1);
}

#[tokio::test]
async fn background_work_planned_in_the_future_is_done_now() {
    let app = TestApp::with(&[("PASSBOOK_WEBHOOKS_TO_PRIVATE", "on")]).await;
    let receiver = WebhookReceiver::open().await;
    app.pass(AHEAD[0]);
    let mut ada = app.signed_up(&ADA).await;
    let (_, _secret) = crate::outgoing_webhooks::add(&mut ada, &receiver.url("/hook")).await;
    receiver.answers(&[500, 500, 500, 500]);
    let bank = ada.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut ada, &bank).await;
    let failed = "SELECT COUNT(*) FROM outbound_attempt";
    eventually("a message has failed", || async {
        (app.number(failed).await > 0).then_some(())
    })
    .await;
    let runs = "SELECT COUNT(*) FROM job_run r JOIN job j ON j.id = r.job_id WHERE j.kind = 'sync' AND r.finished_at IS NOT NULL";
    let before = app.number(runs).await;

    app.pass(-AHEAD[0]);
    eventually("the bank is asked again", || async {
        app.pass(SignedDuration::from_millis(10));
        (app.number(runs).await > before).then_some(())
    })
    .await;
    eventually("messages arrive", || async {
        app.pass(SignedDuration::from_secs(1));
        let left = "SELECT COUNT(*) FROM outbound_message WHERE state <> 'arrived'";
        (app.number(left).await == 0).then_some(())
    })
    .await;
    let far = app.clock.now().as_millisecond() + 40 * 24 * 3_600_000;
    let far = format!(
        "SELECT COUNT(*) FROM job WHERE run_at > {far} OR not_before > {far} OR lease_until > {far}"
    );
    eventually("nothing waits for the future", || async {
        (app.books().await.count(&far).await == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_was_planned_in_the_future_is_done_after_a_restart_too() {
    let app = TestApp::start().await;
    app.pass(AHEAD[0]);
    let mut ada = app.signed_up(&ADA).await;
    let bank = ada.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut ada, &bank).await;
    app.clock.advance(-AHEAD[0]);
    let app = app.restarted().await;
    let runs = "SELECT COUNT(*) FROM job_run WHERE started_at < 1800000000000";
    eventually("the bank is asked again", || async {
        app.pass(SignedDuration::from_millis(10));
        (app.number(runs).await > 0).then_some(())
    })
    .await;
}
