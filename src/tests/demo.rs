//! The demo: looking around without a password, and "Try this" on the overview.

use reqwest::Method;

use crate::app::{ADA, EVE, Person, TestApp};

const LOOK_AROUND: &str = "form[action='/forms/log-in-demo']";
const NEWEST: &str = ".days a.row .name";

#[tokio::test]
async fn one_press_logs_in_as_the_demo_person_in_a_new_session() {
    let app = TestApp::build().demo().start().await;
    let mut browser = app.browser();
    let page = browser.get("/log-in?next=/accounts").await;
    let form = page.form(LOOK_AROUND);
    // A refused log-in leaves a session, which must not become the demo person's.
    let log_in = page.form("form[action='/forms/log-in']");
    browser.send(&log_in).await;
    let before = browser.cookies[&app.session_cookie()].clone();

    let page = browser.send(&form).await;
    assert_eq!(page.path, "/accounts");
    assert_eq!(page.text(".person p"), "Robin Demo");
    assert_ne!(browser.cookies[&app.session_cookie()], before);
    assert!(browser.cookies.contains_key(&app.device_cookie()));
    let events = browser.get("/activity").await.texts(".event .name");
    assert!(events.contains(&"You logged in".to_owned()), "{events:?}");
    assert_eq!(browser.get("/admin").await.status, 404);
}

#[tokio::test]
async fn looking_around_is_guarded_like_a_log_in() {
    let app = TestApp::build().demo().start().await;
    let foreign = [("sec-fetch-site", "cross-site")];
    let mut browser = app.browser();
    let page = browser
        .ask(
            Method::POST,
            "/forms/log-in-demo",
            Some(String::new()),
            &foreign,
        )
        .await;
    assert_eq!(page.status, 403);
    assert!(page.headers.get("set-cookie").is_none());

    // The 60th form of a minute from one address is the last one, so they come over some minutes.
    let mut let_in = 0;
    for _ in 0..61 {
        let mut browser = app.browser();
        let page = browser.post_once("/forms/log-in-demo", String::new()).await;
        let_in += usize::from(page.header("location") == "/");
        app.pass(jiff::SignedDuration::from_secs(2));
    }
    assert_eq!(let_in, 60);
    let mut late = app.browser();
    let page = late.post("/forms/log-in-demo", &[("next", "/")]).await;
    let told = page.text(".notice.wrong");
    assert!(told.contains("Too many attempts"), "{told}");
}

#[tokio::test]
async fn without_the_option_the_demo_persons_door_is_closed() {
    let app = TestApp::start().await;
    let robin = Person {
        email: passbook::auth::DEMO_EMAIL,
        ..ADA
    };
    app.signed_up(&robin).await;
    let marked = app.ctx().store.mark_demo(robin.email).await;
    marked.expect("the demo person of an earlier start");
    let mut browser = app.browser();
    assert_eq!(browser.get("/log-in").await.count(LOOK_AROUND), 0);
    let page = browser.post("/forms/log-in-demo", &[("next", "/")]).await;
    assert_eq!(page.status, 404);
    assert_eq!(browser.get("/").await.path, "/log-in");
    let page = browser.log_in(robin.email, robin.password).await;
    assert_eq!(page.path, "/log-in", "nor does the printed password work");
}

#[tokio::test]
async fn a_purchase_at_the_bank_arrives_with_one_press() {
    let (app, mut browser, _) = TestApp::linked().await;
    let page = browser.get("/").await;
    assert_eq!(page.count(".demo-badge[href='/sandbox']"), 1);
    let page = browser
        .send(&page.form("form[action='/forms/try-transaction']"))
        .await;
    assert_eq!(page.path, "/");
    let said = page.text(".notice");
    assert!(said.contains("has arrived"), "{said}");
    let shop = said.trim_start_matches("You paid at ");
    let shop = shop.split('.').next().expect("a name").to_owned();
    let newest = page.texts(NEWEST);
    assert!(newest.iter().any(|name| name.contains(&shop)), "{newest:?}");
    let page = app.signed_up(&EVE).await.get("/").await;
    assert_eq!(
        page.count(".tries"),
        0,
        "there is nothing to try without a bank"
    );
}

#[tokio::test]
async fn an_expired_log_in_waits_for_its_person_and_is_known_at_once() {
    let (_app, mut browser, id) = TestApp::linked().await;
    let page = browser.get("/").await;
    let page = browser
        .send(&page.form("form[action='/forms/try-log-in']"))
        .await;
    let said = page.text(".notice");
    assert!(said.contains("Press “Log in again”"), "{said}");
    assert_eq!(page.count(".attention form[action='/forms/link']"), 1);
    assert_eq!(page.count("form[action='/forms/try-log-in']"), 0);
    let check = page.form(".tries form[action='/forms/check']");
    let page = browser.send(&check).await;
    assert_eq!(page.path, format!("/connections/{id}/check"));
}

#[tokio::test]
async fn what_is_hidden_stays_hidden_from_that_person_in_that_browser() {
    let (app, mut browser, _) = TestApp::linked().await;
    let page = browser.get("/").await;
    let page = browser
        .send(&page.form("form[action='/forms/try-hidden']"))
        .await;
    assert_eq!((page.path.as_str(), page.count(".tries")), ("/", 0));
    let page = browser.get("/settings").await;
    browser
        .send(&page.form("form[action='/forms/log-out']"))
        .await;
    browser.log_in(ADA.email, ADA.password).await;
    assert_eq!(browser.get("/").await.count(".tries"), 0);
    let elsewhere = app.logged_in(&ADA).await.get("/").await;
    assert_eq!(elsewhere.count(".tries"), 1);
}

#[tokio::test]
async fn nobody_locks_the_others_out_of_the_demo() {
    let app = TestApp::build().demo().start().await;
    let mut browser = app.browser();
    let page = browser.get("/log-in").await;
    browser.send(&page.form(LOOK_AROUND)).await;
    let page = browser.get("/settings/two-step").await;
    let form = page.form("form[action='/forms/two-step-set-up']");
    let page = browser.send(&form).await;
    assert_eq!(page.path, "/settings/two-step");
    assert!(page.text(".notice.wrong").contains("can’t be turned on"));
    let page = browser.get("/settings/two-step/set-up").await;
    assert_eq!(page.path, "/settings/two-step");
}
