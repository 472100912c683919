//! An identity and an account that was there before.

use jiff::SignedDuration;

use super::{World, told};
use crate::app::{ADA, EVE};
use crate::browser::Browser;
use crate::page::Page;

const CONNECT: &str = "form[action='/forms/connect-account']";
const WAYS: &str = "/settings/log-in";

/// Ada's address as somebody's at a provider.
const AS_ADA: [(&str, &str); 4] = [
    ("person", ""),
    ("typed_email", "ada@example.org"),
    ("typed_given", "Mallory"),
    ("typed_family", "Moss"),
];

fn as_ada<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    AS_ADA.iter().chain(more).copied().collect()
}

/// Connects a provider in Settings.
async fn connect(
    world: &World,
    browser: &mut Browser,
    provider: &str,
    password: &str,
    chosen: &[(&str, &str)],
) -> Page {
    let page = browser.get(WAYS).await;
    let form = page
        .form("form[action='/forms/connect']")
        .with("provider", provider)
        .with("password", password);
    let leaving = browser.send(&form).await;
    if leaving.count("#on") == 0 {
        return leaving;
    }
    let back = world.decide(&leaving, chosen).await;
    browser.get(&back).await
}

#[tokio::test]
async fn a_verified_address_of_a_person_asks_for_their_password_and_connects() {
    let world = World::start().await;
    world.app.signed_up(&ADA).await;
    for provider in ["google", "oidc"] {
        let mut browser = world.app.browser();
        let page = world.log_in(&mut browser, provider, &as_ada(&[])).await;
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
        let page = browser
            .send(
                &page
                    .form(CONNECT)
                    .with("password", "not the right one at all"),
            )
            .await;
        assert_eq!(
            page.text("#password-problem"),
            "That e-mail and password do not match."
        );
        // Whoever changes the hidden address changes nothing.
        let form = page
            .form(CONNECT)
            .with("email", EVE.email)
            .with("password", ADA.password);
        assert_eq!(
            browser.send(&form).await.path,
            "/accounts",
            "to where they wanted"
        );
        let again = world
            .log_in(&mut world.app.browser(), provider, &as_ada(&[]))
            .await;
        assert_eq!(again.path, "/accounts", "{provider}");
    }
    assert_eq!(world.people().await, [ADA.email], "no second person");
    assert_eq!(
        world.app.texts("SELECT first_name FROM person").await,
        ["Ada"],
        "and the first is as they were"
    );
    assert_eq!(
        world
            .app
            .number("SELECT COUNT(*) FROM activity WHERE event = 'identity_connected'")
            .await,
        2
    );
    let mut ada = world.app.logged_in(&ADA).await;
    let happened = ada.get("/activity").await;
    assert!(happened.body.contains("You connected"), "{}", happened.body);
}

#[tokio::test]
async fn an_address_that_the_provider_does_not_vouch_for_connects_nothing() {
    let world = World::start().await;
    world.app.signed_up(&ADA).await;
    for (provider, name, email) in [
        ("google", "Google", ("email", "unverified")),
        ("oidc", "the family’s server", ("email", "unverified")),
        // Facebook never vouches for one.
        ("facebook", "Facebook", ("email", "verified")),
    ] {
        let mut browser = world.app.browser();
        let page = world
            .log_in(&mut browser, provider, &as_ada(&[email]))
            .await;
        assert_eq!(page.path, "/log-in");
        let said = told(&page);
        assert!(
            said.contains("There is already an account")
                && said.contains(&format!("then connect {name} in Settings")),
            "{said}"
        );
        assert_eq!(
            browser.get("/log-in/connect").await.path,
            "/log-in",
            "{provider}"
        );
        // The password alone connects nothing.
        browser.log_in(ADA.email, ADA.password).await;
        assert!(world.identities().await.is_empty(), "{provider}");
    }
}

#[tokio::test]
async fn somebody_elses_password_does_not_connect() {
    let world = World::start().await;
    world.app.signed_up(&ADA).await;
    world.app.signed_up(&EVE).await;
    let mut browser = world.app.browser();
    let page = world.log_in(&mut browser, "google", &as_ada(&[])).await;
    let page = browser
        .send(&page.form(CONNECT).with("password", EVE.password))
        .await;
    assert_eq!(
        page.text("#password-problem"),
        "That e-mail and password do not match."
    );
    // Nor does a log-in by the usual form, whoever it is.
    browser.log_in(EVE.email, EVE.password).await;
    assert!(world.identities().await.is_empty());
}

#[tokio::test]
async fn an_address_in_use_is_told_no_more_often_than_at_sign_up() {
    let world = World::start().await;
    world.app.signed_up(&ADA).await;
    for _ in 0..19 {
        let page = world
            .log_in(&mut world.app.browser(), "facebook", &as_ada(&[]))
            .await;
        assert!(
            told(&page).contains("There is already an account"),
            "{}",
            page.body
        );
    }
    let page = world
        .log_in(&mut world.app.browser(), "facebook", &as_ada(&[]))
        .await;
    assert!(
        told(&page).starts_with("Too many attempts."),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn settings_connect_every_provider_with_the_password_only() {
    let world = World::start().await;
    let mut ada = world.app.signed_up(&ADA).await;
    for (provider, name) in [
        ("google", "Google"),
        ("facebook", "Facebook"),
        ("oidc", "the family’s server"),
    ] {
        let page = connect(&world, &mut ada, provider, "", &[]).await;
        assert_eq!(
            (page.text("#password-problem").as_str(), page.path.as_str()),
            ("Enter your password.", WAYS)
        );
        let page = connect(&world, &mut ada, provider, "not the right one at all", &[]).await;
        assert_eq!(page.text("#password-problem"), "That is not your password.");
        let page = connect(
            &world,
            &mut ada,
            provider,
            ADA.password,
            &[("go", "cancel")],
        )
        .await;
        assert_eq!(
            (page.path.as_str(), told(&page)),
            (
                WAYS,
                format!(
                    "You did not allow {name} to log you in. Try again, or log in another way."
                )
            )
        );
        let page = connect(
            &world,
            &mut ada,
            provider,
            ADA.password,
            &[("person", "nadia")],
        )
        .await;
        let said = format!("{name} is connected. You can log in with it from now on.");
        assert_eq!(
            (page.path.as_str(), page.text("[role=status]")),
            (WAYS, said)
        );
        let again = world
            .log_in(&mut world.app.browser(), provider, &[("person", "nadia")])
            .await;
        assert_eq!(again.path, "/accounts", "{provider}");
    }
    let page = ada.get(WAYS).await;
    assert_eq!(
        page.texts("li .name"),
        ["Facebook", "Google", "the family’s server"]
    );
    assert_eq!(
        page.count("form[action='/forms/connect']"),
        0,
        "all are connected"
    );
    assert_eq!(world.people().await, [ADA.email]);
}

#[tokio::test]
async fn an_identity_is_one_persons_and_a_person_has_one_at_each_provider() {
    let world = World::start().await;
    let mut ada = world.app.signed_up(&ADA).await;
    connect(&world, &mut ada, "google", ADA.password, &[]).await;
    let mut eve = world.app.signed_up(&EVE).await;
    let page = connect(&world, &mut eve, "google", EVE.password, &[]).await;
    assert_eq!(
        told(&page),
        "This Google account is connected to another account here. Disconnect it there first."
    );
    assert_eq!(
        world.identities().await,
        ["google Ada@Example.org amelie.dubois@example.com"]
    );

    // Ada's page does not offer it any more, and the form alone does not do it.
    let form = [("provider", "google"), ("password", ADA.password)];
    let leaving = ada.post("/forms/connect", &form).await;
    let back = world.decide(&leaving, &[("person", "jonas")]).await;
    let page = ada.get(&back).await;
    assert_eq!(
        told(&page),
        "Another Google account is connected to your account already. Disconnect it first."
    );
    let leaving = ada.post("/forms/connect", &form).await;
    let back = world.decide(&leaving, &[]).await;
    assert_eq!(
        ada.get(&back).await.text("[role=status]"),
        "Google is connected. You can log in with it from now on."
    );
    assert_eq!(
        world.identities().await.len(),
        1,
        "the same once more is no other"
    );
}

#[tokio::test]
async fn what_one_person_began_is_not_ended_by_another_on_the_same_browser() {
    let world = World::start().await;
    let mut ada = world.app.signed_up(&ADA).await;
    let form = [("provider", "google"), ("password", ADA.password)];
    let leaving = ada.post("/forms/connect", &form).await;
    let back = world.decide(&leaving, &[]).await;
    let out = ada.get("/settings").await;
    ada.send(&out.form("form[action='/forms/log-out']")).await;
    let page = ada.get(&back).await;
    assert!(
        told(&page).starts_with("This log-in was begun in another browser"),
        "{}",
        page.body
    );
    assert!(world.identities().await.is_empty());
}

#[tokio::test]
async fn an_identity_is_disconnected_and_other_browsers_end_with_it() {
    let world = World::start().await;
    let mut ada = world.app.signed_up(&ADA).await;
    connect(&world, &mut ada, "google", ADA.password, &[]).await;
    let mut other = world.app.browser();
    assert_eq!(
        world.log_in(&mut other, "google", &[]).await.path,
        "/accounts"
    );
    let mut eve = world.app.signed_up(&EVE).await;

    let page = ada.get(WAYS).await;
    let form = page.form("form[action='/forms/disconnect']");
    assert_eq!(
        eve.send_once(&form).await.status,
        404,
        "not another person's"
    );
    let page = ada.send(&form).await;
    assert_eq!(
        (page.path.as_str(), page.text("[role=status]").as_str()),
        (
            WAYS,
            "Google is disconnected. Your other browsers are logged out."
        )
    );
    assert!(
        other.get("/accounts").await.path.starts_with("/log-in"),
        "where it was logged in with it"
    );
    assert_eq!(
        eve.get("/accounts").await.path,
        "/accounts",
        "not other people"
    );
    assert!(world.identities().await.is_empty());
    assert_eq!(ada.send_once(&form).await.status, 404, "once");
    let page = world.log_in(&mut world.app.browser(), "google", &[]).await;
    assert_eq!(
        page.path, "/accounts",
        "somebody new, for Amélie's address is nobody's here"
    );
    assert_eq!(world.people().await.len(), 3);
}

#[tokio::test]
async fn the_last_way_to_log_in_stays_and_a_password_can_be_set_after_a_log_in_of_just_now() {
    let world = World::start().await;
    let mut browser = world.app.browser();
    world.log_in(&mut browser, "google", &[]).await;
    let page = browser.get(WAYS).await;
    assert_eq!(page.count("form[action='/forms/disconnect']"), 0);
    let issuer = format!("{}/identity/google", world.bank.url);
    let page = browser
        .post("/forms/disconnect", &[("issuer", &issuer)])
        .await;
    assert_eq!(
        told(&page),
        "You could not log in any more without Google. Set a password first."
    );
    assert_eq!(world.identities().await.len(), 1);

    // Without a password nobody logs in, whatever is typed.
    let email = "amelie.dubois@example.com";
    for password in ["", "x", EVE.password] {
        let page = world.app.browser().log_in(email, password).await;
        assert_eq!(page.path, "/log-in", "{password}");
    }

    world.app.pass(SignedDuration::from_mins(11));
    let page = browser.get("/settings/password").await;
    assert_eq!(
        (page.text("h1").as_str(), page.count("#present")),
        ("Set a password", 0)
    );
    let set = |page: &Page, password: &str| {
        page.form("form[action='/forms/password']")
            .with("new", password)
    };
    let page = browser.send(&set(&page, EVE.password)).await;
    assert_eq!(
        page.text("#new-problem"),
        "You logged in a while ago. Log out, log in again and repeat this."
    );
    let page = connect(&world, &mut browser, "facebook", "", &[]).await;
    assert_eq!(
        told(&page),
        "You logged in a while ago. Log out, log in again and repeat this."
    );

    let out = browser.get("/settings").await;
    browser
        .send(&out.form("form[action='/forms/log-out']"))
        .await;
    world.log_in(&mut browser, "google", &[]).await;
    let page = browser.get("/settings/password").await;
    let page = browser.send(&set(&page, "short")).await;
    assert!(
        page.text("#new-problem")
            .starts_with("Enter at least 15 characters."),
        "{}",
        page.body
    );
    let page = browser.send(&set(&page, EVE.password)).await;
    assert_eq!(
        (page.path.as_str(), page.text("[role=status]").as_str()),
        (
            "/settings",
            "The new password is set. Other browsers and programs have to log in again."
        )
    );
    assert_eq!(
        world.app.browser().log_in(email, EVE.password).await.path,
        "/"
    );
    let page = browser.get("/settings/password").await;
    assert_eq!(
        (page.text("h1").as_str(), page.count("#present")),
        ("Change the password", 1)
    );

    let page = browser.get(WAYS).await;
    let page = browser
        .send(&page.form("form[action='/forms/disconnect']"))
        .await;
    assert!(
        page.text("[role=status]")
            .starts_with("Google is disconnected."),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_second_provider_is_a_way_to_log_in_too_unless_it_is_no_longer_set_up() {
    let world = World::start().await;
    let mut browser = world.app.browser();
    world.log_in(&mut browser, "google", &[]).await;
    let page = connect(&world, &mut browser, "facebook", "", &[]).await;
    assert!(
        page.text("[role=status]")
            .starts_with("Facebook is connected."),
        "{}",
        page.body
    );
    assert_eq!(page.count("form[action='/forms/disconnect']"), 2);

    let world = World {
        app: world
            .app
            .restarted_with(&[
                ("FACEBOOK_CLIENT_ID", ""),
                ("FACEBOOK_CLIENT_SECRET", ""),
                ("FACEBOOK_SITE_URL", ""),
                ("FACEBOOK_GRAPH_URL", ""),
            ])
            .await,
        ..world
    };
    let mut browser = browser.moved_to(world.app.browser());
    let page = browser.get(WAYS).await;
    let rows = page.texts("li.line").join("\n");
    assert!(rows.contains("It is no longer set up here"), "{rows}");
    assert!(rows.contains("The only way you can log in."), "{rows}");
    let issuer = format!("{}/identity/google", world.bank.url);
    let page = browser
        .post("/forms/disconnect", &[("issuer", &issuer)])
        .await;
    assert!(
        told(&page).starts_with("You could not log in any more"),
        "{}",
        page.body
    );
    let page = browser.get("/log-in").await;
    assert_eq!(page.path, "/", "still logged in");
    let page = world.app.browser().get("/log-in").await;
    assert_eq!(
        page.attributes("form.ways button", "value"),
        ["google", "oidc"]
    );
}
