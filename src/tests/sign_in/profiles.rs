//! What a provider tells of a person, and what it does not: "Complete your profile".

use super::{World, told};
use crate::app::{ADA, EVE};
use crate::page::Page;

const FORM: &str = "form[action='/forms/complete-profile']";

/// The fields of "Complete your profile" as they are filled in.
fn filled_in(page: &Page) -> [String; 4] {
    assert_eq!(
        (page.path.as_str(), page.text("h1")),
        ("/sign-up/complete", "Complete your profile".into()),
        "{}",
        page.body
    );
    ["first_name", "last_name", "email", "birthday"].map(|field| {
        page.attribute(&format!("#{field}"), "value")
            .unwrap_or_default()
    })
}

#[tokio::test]
async fn what_is_told_is_filled_in_and_the_rest_is_asked_for() {
    let world = World::start().await;
    for (provider, person, chosen, expected) in [
        (
            "google",
            "jonas",
            ("", ""),
            ["Jonas", "O’Brien-Müller", "jonas+demo@example.org", ""],
        ),
        (
            "facebook",
            "jonas",
            ("", ""),
            ["Jonas", "O’Brien-Müller", "jonas+demo@example.org", ""],
        ),
        (
            "oidc",
            "jonas",
            ("", ""),
            ["Jonas", "O’Brien-Müller", "jonas+demo@example.org", ""],
        ),
        (
            "google",
            "suharto",
            ("", ""),
            ["Suharto", "", "suharto@example.net", "1988-02-29"],
        ),
        (
            "facebook",
            "mei",
            ("", ""),
            ["美玲", "王", "", "2001-10-01"],
        ),
        ("google", "mei", ("", ""), ["美玲", "王", "", "2001-10-01"]),
        ("oidc", "sam", ("", ""), ["", "", "sam@example.com", ""]),
        (
            "google",
            "nadia",
            ("", ""),
            ["Nadia", "Haddad", "nadia.haddad@example.com", ""],
        ),
        (
            "google",
            "amelie",
            ("birthday", "no_year"),
            ["Amélie", "Dubois", "amelie.dubois@example.com", ""],
        ),
        (
            "facebook",
            "amelie",
            ("birthday", "year"),
            ["Amélie", "Dubois", "amelie.dubois@example.com", ""],
        ),
        (
            "oidc",
            "amelie",
            ("birthday", "year"),
            ["Amélie", "Dubois", "amelie.dubois@example.com", ""],
        ),
        (
            "google",
            "amelie",
            ("birthday", "impossible"),
            ["Amélie", "Dubois", "amelie.dubois@example.com", ""],
        ),
        (
            "facebook",
            "amelie",
            ("birthday", "impossible"),
            ["Amélie", "Dubois", "amelie.dubois@example.com", ""],
        ),
        (
            "oidc",
            "amelie",
            ("birthday", "none"),
            ["Amélie", "Dubois", "amelie.dubois@example.com", ""],
        ),
        (
            "google",
            "amelie",
            ("email", "none"),
            ["Amélie", "Dubois", "", "1990-05-14"],
        ),
        (
            "facebook",
            "amelie",
            ("email", "none"),
            ["Amélie", "Dubois", "", "1990-05-14"],
        ),
        (
            "google",
            "amelie",
            ("names", "family"),
            ["", "Dubois", "amelie.dubois@example.com", "1990-05-14"],
        ),
        (
            "oidc",
            "amelie",
            ("email", "hostile"),
            ["Amélie", "Dubois", "", "1990-05-14"],
        ),
        (
            "facebook",
            "amelie",
            ("names", "hostile"),
            ["", "", "amelie.dubois@example.com", "1990-05-14"],
        ),
    ] {
        let chosen: Vec<(&str, &str)> = [("person", person), chosen]
            .into_iter()
            .filter(|one| !one.0.is_empty())
            .collect();
        let page = world
            .log_in(&mut world.app.browser(), provider, &chosen)
            .await;
        assert_eq!(
            filled_in(&page),
            expected.map(str::to_owned),
            "{provider} {chosen:?}"
        );
        assert_eq!(page.count("script"), 0, "{provider} {chosen:?}");
    }
    assert!(
        world.people().await.is_empty(),
        "nobody who has not sent the form"
    );
}

#[tokio::test]
async fn who_completes_their_profile_is_here_and_comes_back_without_it() {
    let world = World::start().await;
    for (provider, email) in [
        ("google", "a@example.org"),
        ("facebook", "b@example.org"),
        ("oidc", "c@example.org"),
    ] {
        let mut browser = world.app.browser();
        let page = world
            .log_in(
                &mut browser,
                provider,
                &[("person", "mei"), ("birthday", "none")],
            )
            .await;
        let form = page
            .form(FORM)
            .with("email", email)
            .with("birthday", "2001-10-01");
        assert_eq!(
            browser.send(&form).await.path,
            "/accounts",
            "{provider}: to where they wanted"
        );
        let again = world
            .log_in(&mut world.app.browser(), provider, &[("person", "mei")])
            .await;
        assert_eq!(again.path, "/accounts", "{provider}");
        assert_eq!(
            browser.get("/sign-up/complete").await.path,
            "/",
            "it is done"
        );
    }
    assert_eq!(
        world.people().await,
        ["a@example.org", "b@example.org", "c@example.org"]
    );
    assert_eq!(
        world.identities().await,
        [
            "facebook b@example.org -",
            "google a@example.org -",
            "oidc c@example.org -"
        ]
    );
}

#[tokio::test]
async fn what_is_wrong_is_told_by_its_field_and_what_was_typed_stays() {
    let world = World::start().await;
    let mut browser = world.app.browser();
    let page = world
        .log_in(&mut browser, "google", &[("person", "sam")])
        .await;
    let wrong = page
        .form(FORM)
        .with("first_name", "<b>Sam")
        .with("email", "nobody")
        .with("birthday", "2031-01-01");
    let page = browser.send(&wrong).await;
    assert_eq!(
        filled_in(&page),
        ["<b>Sam", "", "nobody", "2031-01-01"].map(str::to_owned)
    );
    assert_eq!(page.text("#last_name-problem"), "Enter a name.");
    assert_eq!(
        page.text("#email-problem"),
        "Enter an e-mail address like ada@example.org."
    );
    assert_eq!(page.text("#birthday-problem"), "Enter a day in the past.");
    let long = "x".repeat(10_000);
    let page = browser
        .send(&page.form(FORM).with("last_name", &long))
        .await;
    assert_eq!(
        page.text("#last_name-problem"),
        "Enter a name of at most 100 characters."
    );
    assert!(world.people().await.is_empty());
    let right = page
        .form(FORM)
        .with("first_name", "Sam")
        .with("last_name", "Sun");
    let right = right
        .with("email", "sam@example.com")
        .with("birthday", "1990-02-28");
    assert_eq!(browser.send(&right).await.path, "/accounts");
}

#[tokio::test]
async fn an_address_of_somebody_else_cannot_be_typed_there_either() {
    let world = World::start().await;
    world.app.signed_up(&ADA).await;
    let mut browser = world.app.browser();
    let page = world
        .log_in(&mut browser, "google", &[("person", "mei")])
        .await;
    let page = browser
        .send(&page.form(FORM).with("email", ADA.email))
        .await;
    assert_eq!(
        page.text("#email-problem"),
        "There is an account with this e-mail address. Log in instead."
    );
    assert_eq!(world.people().await.len(), 1);
    assert!(world.identities().await.is_empty());
}

#[tokio::test]
async fn the_form_without_an_identity_that_waits_does_nothing() {
    let world = World::start().await;
    let mut browser = world.app.browser();
    for form in ["complete-profile", "connect-account"] {
        let fields = [
            ("first_name", "A"),
            ("last_name", "B"),
            ("email", EVE.email),
            ("birthday", "1990-02-28"),
            ("password", EVE.password),
        ];
        let page = browser.post(&format!("/forms/{form}"), &fields).await;
        assert_eq!(
            (told(&page).as_str(), page.path.as_str()),
            (
                "That took too long, or it has ended already. Start again.",
                "/log-in"
            )
        );
    }
    for page in ["/sign-up/complete", "/log-in/connect"] {
        assert_eq!(browser.get(page).await.path, "/log-in", "{page}");
    }
    assert!(world.people().await.is_empty());
    // Nor an hour later.
    let page = world
        .log_in(&mut browser, "google", &[("person", "mei")])
        .await;
    let form = page.form(FORM).with("email", "mei@example.org");
    world.app.pass(jiff::SignedDuration::from_mins(61));
    assert_eq!(browser.send(&form).await.path, "/log-in");
    assert!(world.people().await.is_empty());
}
