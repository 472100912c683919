//! The list of where a person is logged in, and logging out from there.

use domain::access::Scopes;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;

use crate::api::ApiClient;
use crate::app::{ADA, TestApp};
use crate::browser::Browser;
use crate::page::Page;

const PAGE: &str = "/settings/sessions";
const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
    (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
const ELSEWHERE: &str = "198.51.100.7";

/// Logs Ada in on a phone, somewhere else.
async fn phone(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    let fields = [("name", ADA.email), ("password", ADA.password)];
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let headers = [
        ("user-agent", PHONE),
        ("x-forwarded-for", ELSEWHERE),
        ("sec-fetch-site", "same-origin"),
    ];
    let page = browser.ask(Method::POST, "/forms/log-in", Some(body), &headers);
    assert_eq!(page.await.header("location"), "/");
    browser
}

async fn press(browser: &mut Browser, form: &str) -> Page {
    let page = browser.get(PAGE).await;
    let form = page.form(&format!("form[action='/forms/{form}']"));
    browser.send(&form).await
}

async fn last_event(browser: &mut Browser) -> (String, String) {
    let page = browser.get("/activity").await;
    (page.text(".event .name"), page.text(".event .what"))
}

#[tokio::test]
async fn another_browser_is_told_of_and_logged_out_at_once() {
    let app = TestApp::with(&[("PASSBOOK_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let mut here = app.signed_up(&ADA).await;
    app.pass(SignedDuration::from_hours(2));
    let mut phone = phone(&app).await;
    let page = here.get(PAGE).await;
    assert_eq!(
        page.texts("li.line p.name"),
        ["Unknown browser", "Safari on an iPhone"]
    );
    assert_eq!(page.texts("li.line strong"), ["This device"]);
    assert_eq!(page.texts("li.line .code")[1], ELSEWHERE);
    let told = &page.texts("li.line")[1];
    assert!(told.contains("logged in just now"), "{told}");
    assert_eq!(page.count("form[action='/forms/session-ended']"), 1);
    // On the phone it is the other way round.
    let page = phone.get(PAGE).await;
    assert_eq!(page.text("li.line p.name"), "Safari on an iPhone");

    let form = here.get(PAGE).await;
    let form = form.form("form[action='/forms/session-ended']");
    let page = here.send(&form).await;
    assert_eq!(page.text(".notice"), "Logged out on that device.");
    assert_eq!(page.count("li.line"), 1);
    assert_eq!(phone.get("/").await.path, "/log-in");
    assert_eq!(here.send(&form).await.status, 404, "it ends once");
    assert_eq!(
        last_event(&mut here).await.0,
        "You logged out Safari on an iPhone"
    );
}

#[tokio::test]
async fn what_is_used_elsewhere_says_where_within_the_hour() {
    let app = TestApp::with(&[("PASSBOOK_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let mut here = app.signed_up(&ADA).await;
    let mut phone = phone(&app).await;
    let moved = [("x-forwarded-for", "192.0.2.44"), ("user-agent", PHONE)];
    for (hours, address) in [(0, ELSEWHERE), (2, "192.0.2.44")] {
        app.pass(SignedDuration::from_hours(hours));
        phone.ask(Method::GET, "/settings", None, &moved).await;
        let page = here.get(PAGE).await;
        assert_eq!(page.texts("li.line .code")[1], address);
    }
}

#[tokio::test]
async fn everything_else_is_logged_out_and_keys_stay() {
    let app = TestApp::start().await;
    let mut here = app.signed_up(&ADA).await;
    let mut there = app.logged_in(&ADA).await;
    let mut program = ApiClient::new(&app);
    program.log_in(&ADA).await;
    let with_key = program.with(&app.key(&ADA, Scopes::all()).await);
    assert_eq!(here.get(PAGE).await.count("li.line"), 3);

    let page = press(&mut here, "others-ended").await;
    assert_eq!(
        page.text(".notice"),
        "You’ve been logged out everywhere else."
    );
    assert_eq!(there.get("/").await.path, "/log-in");
    program.get("/accounts").await.is_unauthorized();
    assert_eq!(with_key.get("/accounts").await.status, 200);
    let page = here.get(PAGE).await;
    assert_eq!((page.status, page.count("li.line")), (200, 1));
    assert_eq!(page.count("form[action='/forms/others-ended']"), 0);
    let (said, detail) = last_event(&mut here).await;
    assert_eq!(said, "You logged out everywhere else");
    assert!(detail.contains("Ended: 1 browser, 1 app"), "{detail}");

    // With nothing left to end, nothing is recorded.
    here.post("/forms/others-ended", &[("", ""); 0]).await;
    let told = "SELECT COUNT(*) FROM activity WHERE event = 'others_logged_out'";
    assert_eq!(app.number(told).await, 1);
}

#[tokio::test]
async fn one_program_is_logged_out_and_others_go_on() {
    let app = TestApp::start().await;
    let mut here = app.signed_up(&ADA).await;
    let mut first = ApiClient::new(&app);
    first.log_in(&ADA).await;
    app.pass(SignedDuration::from_mins(1));
    let mut second = first.clone();
    second.log_in(&ADA).await;

    // The newest comes first.
    press(&mut here, "program-ended").await;
    second.get("/accounts").await.is_unauthorized();
    let body = json!({ "refresh": second.refresh });
    let refused = second.post("/users/auth/refresh", &body).await;
    assert_eq!(refused.status, 401, "{}", refused.text);
    assert_eq!(first.get("/accounts").await.status, 200);
    assert_eq!(
        last_event(&mut here).await.0,
        "You logged out an app that used your password"
    );
}

#[tokio::test]
async fn a_session_of_an_earlier_version_is_listed_with_its_end() {
    let app = TestApp::start().await;
    let mut here = app.signed_up(&ADA).await;
    app.logged_in(&ADA).await;
    let sql = "UPDATE browser_session SET browser = NULL, address = NULL, created_at = NULL, last_used_at = NULL";
    let books = app.books().await;
    sqlx::query(sql)
        .execute(&books.pool)
        .await
        .expect("written");
    let page = here.get(PAGE).await;
    let told = page.texts("li.line");
    assert!(told[0].contains("in use now"), "{told:?}");
    assert!(told[1].contains("if it isn’t used"), "{told:?}");
    press(&mut here, "session-ended").await;
    assert_eq!(here.get(PAGE).await.count("li.line"), 1);
    assert_eq!(
        last_event(&mut here).await.0,
        "You logged out another browser"
    );
}
