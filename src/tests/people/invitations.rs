//! Who may sign up.

use passbook::auth;

use super::problems;
use crate::app::{ADA, EVE, Person, TestApp};
use crate::log;

#[tokio::test]
async fn a_closed_passbook_signs_nobody_up() {
    let app = TestApp::with(&[("PASSBOOK_SIGNUP", "closed")]).await;
    let mut browser = app.browser();
    let page = browser.get("/sign-up").await;
    assert_eq!(page.count("form[action='/forms/sign-up']"), 0);
    assert!(page.text("main").contains("isn’t taking new sign-ups."));
    assert_eq!(browser.get("/log-in").await.count("a[href='/sign-up']"), 0);
    let page = browser.post("/forms/sign-up", &fields(&ADA, "")).await;
    assert!(page.text("main").contains("isn’t taking new sign-ups."));
    assert_eq!(app.number("SELECT COUNT(*) FROM person").await, 0);
}

#[tokio::test]
async fn an_invitation_lets_one_person_in_once_and_for_a_week() {
    let app = TestApp::with(&[("PASSBOOK_SIGNUP", "invite")]).await;
    let mut browser = app.browser();
    let page = browser.post("/forms/sign-up", &fields(&ADA, "")).await;
    assert!(
        page.text("main").contains("You need an invitation"),
        "{}",
        page.body
    );
    let page = browser
        .post("/forms/sign-up", &fields(&ADA, "guessed"))
        .await;
    assert!(
        page.text("main")
            .contains("has expired or was already used")
    );

    let code = invitation(&app).await;
    let too_weak = Person {
        password: "short",
        ..ADA
    };
    let mut invited = app.browser();
    let page = invited.sign_up(&too_weak, &code).await;
    assert_eq!(problems(&page).len(), 1);
    assert_eq!(page.text("label[for=invitation]"), "Invitation code");
    let pasted = format!(" {code}\n");
    assert_eq!(invited.sign_up(&ADA, &pasted).await.path, "/");
    let page = app
        .browser()
        .post("/forms/sign-up", &fields(&EVE, &code))
        .await;
    assert!(
        page.text("main")
            .contains("has expired or was already used"),
        "{}",
        page.body
    );

    let late = invitation(&app).await;
    app.pass(jiff::SignedDuration::from_hours(7 * 24 + 1));
    let page = app.browser().sign_up(&EVE, &late).await;
    assert!(
        page.text("main")
            .contains("has expired or was already used")
    );
}

#[tokio::test]
async fn a_wrong_invitation_is_told_with_the_other_mistakes_but_nobody_s_name_is() {
    let app = TestApp::with(&[("PASSBOOK_SIGNUP", "invite")]).await;
    let code = invitation(&app).await;
    assert_eq!(app.browser().sign_up(&ADA, &code).await.path, "/");
    let wrong = Person {
        first_name: "",
        ..ADA
    };
    let page = app.browser().sign_up(&wrong, "guessed").await;
    let told = problems(&page).into_iter().map(|(field, _)| field);
    assert_eq!(told.collect::<Vec<_>>(), ["invitation", "first_name"]);
}

#[tokio::test]
async fn the_code_of_an_invitation_is_in_no_address_and_kept_nowhere() {
    let app = TestApp::with(&[("PASSBOOK_SIGNUP", "invite")]).await;
    let made = auth::invite_into(&app.ctx().config, &app.clock).await;
    let made = made.expect("an invitation");
    let code = made.code.expose();
    log::keep_out(code);
    assert_eq!(
        made.address,
        format!("{}/sign-up", app.ctx().config.base_url())
    );
    assert!(!format!("{made:?}").contains(code));
    let mut browser = app.browser();
    let log_in = browser.get("/log-in").await;
    assert_eq!(log_in.count("a[href='/sign-up']"), 1);
    let too_weak = Person {
        password: "short",
        ..ADA
    };
    browser.sign_up(&too_weak, code).await;
    assert!(!app.is_kept(code), "not even while the form is corrected");
    assert_eq!(browser.sign_up(&ADA, code).await.path, "/");
    assert!(!app.is_kept(code));
    for page in &browser.seen {
        assert!(!page.path.contains(code), "{}", page.path);
        assert!(!page.header("location").contains(code));
        assert!(!page.body.contains(code), "{}", page.path);
    }
    let (_, leaks) = log::heard();
    assert!(leaks.iter().all(|line| !line.contains(code)), "{leaks:?}");
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
    let made = auth::invite_into(&app.ctx().config, &app.clock)
        .await
        .expect("an invitation");
    made.code.expose().to_owned()
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
