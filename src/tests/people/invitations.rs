//! Who may sign up.

use passbook::auth;

use super::problems;
use crate::app::{ADA, EVE, Person, TestApp};

#[tokio::test]
async fn a_closed_passbook_signs_nobody_up() {
    let app = TestApp::with(&[("PASSBOOK_SIGNUP", "closed")]).await;
    let mut browser = app.browser();
    let page = browser.get("/sign-up").await;
    assert_eq!(page.count("form[action='/forms/sign-up']"), 0);
    assert!(page.text("main").contains("Sign-up is closed here."));
    assert_eq!(browser.get("/log-in").await.count("a[href='/sign-up']"), 0);
    let page = browser.post("/forms/sign-up", &fields(&ADA, "")).await;
    assert!(page.text("main").contains("Sign-up is closed here."));
    assert_eq!(app.number("SELECT COUNT(*) FROM person").await, 0);
}

#[tokio::test]
async fn an_invitation_lets_one_person_in_once_and_for_a_week() {
    let app = TestApp::with(&[("PASSBOOK_SIGNUP", "invite")]).await;
    let mut browser = app.browser();
    let page = browser.post("/forms/sign-up", &fields(&ADA, "")).await;
    assert!(
        page.text("main").contains("Only people with an invitation"),
        "{}",
        page.body
    );
    let page = browser.get("/sign-up?invitation=guessed").await;
    assert!(page.text("main").contains("has been used or has run out"));

    let code = invitation(&app).await;
    let too_weak = Person {
        password: "short",
        ..ADA
    };
    let page = app.browser().sign_up(&too_weak, &code).await;
    assert_eq!(problems(&page).len(), 1);
    assert_eq!(
        page.attribute("[name=invitation]", "value"),
        Some(code.clone())
    );
    assert_eq!(app.browser().sign_up(&ADA, &code).await.path, "/");
    let page = app
        .browser()
        .post("/forms/sign-up", &fields(&EVE, &code))
        .await;
    assert!(
        page.text("main").contains("has been used or has run out"),
        "{}",
        page.body
    );

    let late = invitation(&app).await;
    app.pass(jiff::SignedDuration::from_hours(7 * 24 + 1));
    let page = app
        .browser()
        .get(&format!("/sign-up?invitation={late}"))
        .await;
    assert!(page.text("main").contains("has been used or has run out"));
}

#[tokio::test]
async fn two_people_with_one_invitation_at_the_same_moment_are_one_too_many() {
    let app = TestApp::with(&[("PASSBOOK_SIGNUP", "invite")]).await;
    let code = invitation(&app).await;
    let (ada, eve) = (fields(&ADA, &code), fields(&EVE, &code));
    let (mut one, mut two) = (app.browser(), app.browser());
    tokio::join!(
        one.post("/forms/sign-up", &ada),
        two.post("/forms/sign-up", &eve)
    );
    assert_eq!(app.number("SELECT COUNT(*) FROM person").await, 1);
}

#[tokio::test]
async fn with_plaid_s_keys_the_first_person_closes_the_door() {
    let keys = [
        ("PLAID_CLIENT_ID", "id"),
        ("PLAID_SECRET", "secret"),
        ("PLAID_BASE_URL", "http://127.0.0.1:9"),
    ];
    let app = TestApp::with(&keys).await;
    app.signed_up(&ADA).await;
    let mut browser = app.browser();
    assert_eq!(
        browser
            .get("/sign-up")
            .await
            .count("form[action='/forms/sign-up']"),
        0
    );
    browser.post("/forms/sign-up", &fields(&EVE, "")).await;
    assert_eq!(app.number("SELECT COUNT(*) FROM person").await, 1);
}

pub async fn invitation(app: &TestApp) -> String {
    let link = auth::invite_into(&app.ctx().config, &app.clock)
        .await
        .expect("a link");
    let (_, code) = link.split_once("/sign-up?invitation=").expect("a code");
    code.to_owned()
}

fn fields(person: &Person, invitation: &str) -> [(&'static str, String); 7] {
    [
        ("first_name", person.first_name),
        ("last_name", person.last_name),
        ("email", person.email),
        ("birthday", person.birthday),
        ("user_name", person.user_name),
        ("password", person.password),
        ("invitation", invitation),
    ]
    .map(|(name, value)| (name, value.to_owned()))
}
