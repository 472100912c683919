//! An identity with the address of a person here: who may connect it.

use super::{all_identities, log_in, people, sign_up, start, told};
use crate::app::{ADA, EVE};

const CONNECT: &str = "form[action='/forms/connect-account']";

/// Another identity that has Ada's address.
const AS_ADA: [(&str, &str); 4] = [
    ("person", ""),
    ("typed_email", "ada@example.org"),
    ("typed_given", "Mallory"),
    ("typed_family", "Moss"),
];

fn as_ada<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    AS_ADA.iter().chain(more).copied().collect()
}

#[tokio::test]
async fn a_verified_address_of_a_person_asks_for_their_password_and_connects() {
    let app = start().await;
    app.signed_up(&ADA).await;
    for provider in ["google", "oidc"] {
        let mut browser = app.browser();
        let page = log_in(&app, &mut browser, provider, &as_ada(&[])).await;
        assert_eq!(
            (page.path.as_str(), page.text("h1")),
            ("/log-in/connect", "You already have an account".into())
        );
        assert!(
            browser.get("/accounts").await.path.starts_with("/log-in"),
            "nobody is logged in"
        );

        let page = browser.get("/log-in/connect").await;
        let page = browser.send(&page.form(CONNECT)).await;
        assert_eq!(page.text("#password-problem"), "Enter your password.");
        let wrong = page
            .form(CONNECT)
            .with("password", "not the right one at all");
        let page = browser.send(&wrong).await;
        assert_eq!(
            page.text("#password-problem"),
            "That email or username and password don’t match."
        );
        // Changing the hidden address has no effect.
        let form = page.form(CONNECT).with("email", EVE.email);
        let page = browser.send(&form.with("password", ADA.password)).await;
        assert_eq!(page.path, "/accounts", "to where they wanted");
        let again = log_in(&app, &mut app.browser(), provider, &as_ada(&[])).await;
        assert_eq!(again.path, "/accounts", "{provider}");
    }
    assert_eq!(people(&app).await, [ADA.email], "no second person");
    let names = app.texts("SELECT first_name FROM person").await;
    assert_eq!(names, ["Ada"], "and the first is as they were");
    let noted = "SELECT COUNT(*) FROM activity WHERE event = 'identity_connected'";
    assert_eq!(app.number(noted).await, 2);
    let mut ada = app.logged_in(&ADA).await;
    let happened = ada.get("/activity").await;
    assert!(
        happened.body.contains("You can now log in with"),
        "{}",
        happened.body
    );
}

#[tokio::test]
async fn an_address_that_is_not_verified_connects_nothing() {
    let app = start().await;
    app.signed_up(&ADA).await;
    for (provider, name, email) in [
        ("google", "Google", ("email", "unverified")),
        ("oidc", "the family’s server", ("email", "unverified")),
        // Facebook never says that an address is verified.
        ("facebook", "Facebook", ("email", "verified")),
    ] {
        let mut browser = app.browser();
        let page = log_in(&app, &mut browser, provider, &as_ada(&[email])).await;
        assert_eq!(page.path, "/log-in?next=%2Faccounts");
        let expected = format!(
            "The email address from {name} already has an account, and {name} hasn’t confirmed it’s yours. Log in, \
             then connect {name} in Settings."
        );
        assert_eq!(told(&page), expected);
        assert_eq!(
            browser.get("/log-in/connect").await.path,
            "/log-in",
            "{provider}"
        );
        // Logging in with the password alone connects nothing.
        browser.log_in(ADA.email, ADA.password).await;
        assert!(all_identities(&app).await.is_empty(), "{provider}");
    }
}

#[tokio::test]
async fn who_is_here_is_told_to_nobody_who_may_not_come_in() {
    for policy in ["closed", "invite"] {
        let app = start().await;
        app.signed_up(&ADA).await;
        let app = app.restarted_with(&[("PASSBOOK_SIGNUP", policy)]).await;
        let unverified = [("email", "unverified")];
        let known = log_in(&app, &mut app.browser(), "google", &as_ada(&unverified)).await;
        let nobodys = [unverified[0], ("typed_email", "nobody@example.org")];
        let unknown = log_in(&app, &mut app.browser(), "google", &as_ada(&nobodys)).await;
        assert_eq!(
            (known.path, told_of(&known.body)),
            (unknown.path, told_of(&unknown.body)),
            "{policy}"
        );
    }
}

/// Returns a page's text without what differs between visits.
fn told_of(body: &str) -> String {
    let text = body
        .replace("ada@example.org", "ADDRESS")
        .replace("nobody@example.org", "ADDRESS");
    let id = text
        .split("name=\"identity\" value=\"")
        .nth(1)
        .map(|rest| rest.split('"').next().unwrap_or_default().to_owned());
    id.map_or(text.clone(), |id| text.replace(&id, "ID"))
}

#[tokio::test]
async fn an_address_in_use_is_told_no_more_often_than_at_sign_up() {
    let app = start().await;
    app.signed_up(&ADA).await;
    for i in 0..19 {
        app.pass(jiff::SignedDuration::from_secs(61));
        // An attempt counts whether or not the address is in use.
        let nobodys = [("typed_email", "nobody@example.org")];
        let other: &[(&str, &str)] = if i % 2 == 0 { &[] } else { &nobodys };
        let page = log_in(&app, &mut app.browser(), "facebook", &as_ada(other)).await;
        assert!(
            page.path == "/sign-up/complete" || told(&page).contains("already has an account"),
            "{}",
            page.body
        );
    }
    for other in [&[][..], &[("typed_email", "nobody@example.org")]] {
        let page = log_in(&app, &mut app.browser(), "facebook", &as_ada(other)).await;
        assert!(
            told(&page).starts_with("Too many attempts."),
            "{}",
            page.body
        );
    }
}

#[tokio::test]
async fn somebody_elses_password_does_not_connect() {
    let app = start().await;
    app.signed_up(&ADA).await;
    app.signed_up(&EVE).await;
    let mut browser = app.browser();
    let page = log_in(&app, &mut browser, "google", &as_ada(&[])).await;
    let page = browser
        .send(&page.form(CONNECT).with("password", EVE.password))
        .await;
    assert_eq!(
        page.text("#password-problem"),
        "That email or username and password don’t match."
    );
    // Nor does a log-in as another person with the usual form.
    browser.log_in(EVE.email, EVE.password).await;
    assert!(all_identities(&app).await.is_empty());
}

#[tokio::test]
async fn an_account_without_a_password_is_not_asked_for_one() {
    let app = start().await;
    let page = sign_up(&app, &mut app.browser(), "google", &[]).await;
    assert_eq!(page.path, "/accounts");
    let page = log_in(&app, &mut app.browser(), "oidc", &[]).await;
    assert_eq!(page.path, "/log-in/connect");
    assert_eq!(page.count(CONNECT), 0);
    assert!(
        page.text("main")
            .contains("It has no password. Log in the way you usually do"),
        "{}",
        page.body
    );
    assert_eq!(
        page.attribute("a.main", "href").as_deref(),
        Some("/log-in?next=%2Faccounts")
    );
}

#[tokio::test]
async fn the_page_that_connects_is_for_an_address_that_has_an_account() {
    let app = start().await;
    let mut browser = app.browser();
    log_in(&app, &mut browser, "google", &[("person", "mei")]).await;
    assert_eq!(
        browser.get("/log-in/connect").await.path,
        "/sign-up/complete"
    );
}

#[tokio::test]
async fn who_has_another_account_there_already_is_logged_in_and_told() {
    let app = start().await;
    app.signed_up(&ADA).await;
    let mut ada = app.browser();
    let page = log_in(&app, &mut ada, "google", &as_ada(&[])).await;
    ada.send(&page.form(CONNECT).with("password", ADA.password))
        .await;
    let moved = app.books().await;
    sqlx::query("UPDATE identity SET subject = 'another'")
        .execute(&moved.pool)
        .await
        .expect("moved");
    let mut browser = app.browser();
    let page = log_in(&app, &mut browser, "google", &as_ada(&[])).await;
    let page = browser
        .send(&page.form(CONNECT).with("password", ADA.password))
        .await;
    assert_eq!(page.path, "/settings/log-in-methods");
    assert_eq!(
        told(&page),
        "You already have another Google account connected. Disconnect it first."
    );
}
