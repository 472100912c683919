//! Log-in methods in Settings: connecting a provider and disconnecting it.

use jiff::SignedDuration;
use passbook::auth::operators;

use super::{all_identities, decide, log_in, people, sign_up, start, told};
use crate::app::{ADA, EVE, TestApp};
use crate::browser::Browser;
use crate::page::Page;

const METHODS: &str = "/settings/log-in-methods";
const AGAIN: &str = "To confirm it’s you, log out and back in, then try again.";

const CONNECT: &str = "form[action='/forms/connect']";
const DISCONNECT: &str = "form[action='/forms/disconnect']";

/// Connects a provider, or returns the page that asks for a confirmation.
async fn connect(
    app: &TestApp,
    browser: &mut Browser,
    provider: &str,
    chosen: &[(&str, &str)],
) -> Page {
    let page = browser.get(&format!("{METHODS}/{provider}")).await;
    if page.count(CONNECT) == 0 {
        return page;
    }
    let leaving = browser.send(&page.form(CONNECT)).await;
    if leaving.count("#on") == 0 {
        return leaving;
    }
    let back = decide(app, &leaving, chosen).await;
    browser.get(&back).await
}

/// Disconnects a provider, or returns the page that asks for a confirmation.
async fn disconnect(browser: &mut Browser, provider: &str) -> Page {
    let page = browser.get(&format!("{METHODS}/{provider}")).await;
    if page.count(DISCONNECT) == 0 {
        return page;
    }
    browser.send(&page.form(DISCONNECT)).await
}

/// Answers the page that asks for a confirmation, with a wrong password first.
async fn confirm(browser: &mut Browser, page: &Page, provider: &str) {
    let asks = format!("/confirm?next=%2Fsettings%2Flog-in-methods%2F{provider}");
    assert_eq!(page.path, asks);
    let form = page.form("form[action='/forms/confirm']");
    for (typed, said) in [
        ("", "Enter your password."),
        (
            "not the right one at all",
            "Wrong password. Please try again.",
        ),
    ] {
        let page = browser.send(&form.clone().with("typed", typed)).await;
        assert_eq!(page.text("#typed-problem"), said);
    }
    let page = browser.send(&form.with("typed", ADA.password)).await;
    assert_eq!(page.path, format!("{METHODS}/{provider}"));
}

async fn log_out(browser: &mut Browser) {
    let page = browser.get("/settings").await;
    browser
        .send(&page.form("form[action='/forms/log-out']"))
        .await;
}

#[tokio::test]
async fn every_provider_is_connected_after_a_confirmation() {
    let app = start().await;
    let mut ada = app.signed_up(&ADA).await;
    for (provider, name) in [
        ("google", "Google"),
        ("facebook", "Facebook"),
        ("oidc", "the family’s server"),
    ] {
        app.pass(SignedDuration::from_mins(6));
        let page = connect(&app, &mut ada, provider, &[]).await;
        confirm(&mut ada, &page, provider).await;
        let page = connect(&app, &mut ada, provider, &[("go", "cancel")]).await;
        let expected = format!("{name} wasn’t connected, because you cancelled.");
        assert_eq!((page.path.as_str(), told(&page)), (METHODS, expected));
        let page = connect(&app, &mut ada, provider, &[("person", "nadia")]).await;
        let said = format!("{name} is connected. You can log in with it from now on.");
        assert_eq!(
            (page.path.as_str(), page.text("[role=status]")),
            (METHODS, said)
        );
        let nadia = [("person", "nadia")];
        let again = log_in(&app, &mut app.browser(), provider, &nadia).await;
        assert_eq!(again.path, "/accounts", "{provider}");
    }
    let page = ada.get(METHODS).await;
    assert_eq!(
        page.texts("li .name"),
        ["Google", "Facebook", "the family’s server"]
    );
    assert_eq!(people(&app).await, [ADA.email]);
}

#[tokio::test]
async fn an_identity_is_one_persons_and_a_person_has_one_at_each_provider() {
    let app = start().await;
    let mut ada = app.signed_up(&ADA).await;
    connect(&app, &mut ada, "google", &[]).await;
    let mut eve = app.signed_up(&EVE).await;
    let page = connect(&app, &mut eve, "google", &[]).await;
    assert_eq!(
        told(&page),
        "This Google account is already connected to a different Passbook account."
    );
    assert_eq!(
        all_identities(&app).await,
        ["google Ada@Example.org amelie.dubois@example.com"]
    );

    // Ada's page no longer offers it, and posting the form alone does not work either.
    let form = [("provider", "google")];
    let leaving = ada.post("/forms/connect", &form).await;
    let back = decide(&app, &leaving, &[("person", "jonas")]).await;
    let page = ada.get(&back).await;
    assert_eq!(
        told(&page),
        "You already have another Google account connected. Disconnect it first."
    );
    let leaving = ada.post("/forms/connect", &form).await;
    let back = decide(&app, &leaving, &[]).await;
    let said = ada.get(&back).await.text("[role=status]");
    assert_eq!(
        said,
        "Google is connected. You can log in with it from now on."
    );
    assert_eq!(
        all_identities(&app).await.len(),
        1,
        "the same once more is no other"
    );
}

#[tokio::test]
async fn what_one_person_began_is_not_ended_by_another_on_the_same_browser() {
    let app = start().await;
    app.signed_up(&EVE).await;
    let mut ada = app.signed_up(&ADA).await;
    let form = [("provider", "google")];
    let leaving = ada.post("/forms/connect", &form).await;
    let back = decide(&app, &leaving, &[]).await;
    log_out(&mut ada).await;
    ada.log_in(EVE.email, EVE.password).await;
    assert_eq!(ada.get(&back).await.path, "/");
    assert!(all_identities(&app).await.is_empty());
}

#[tokio::test]
async fn what_was_begun_before_the_password_was_changed_connects_nothing() {
    let app = start().await;
    let mut thief = app.signed_up(&ADA).await;
    let form = [("provider", "google")];
    let leaving = thief.post("/forms/connect", &form).await;
    let back = decide(&app, &leaving, &[]).await;
    let mut ada = app.logged_in(&ADA).await;
    let page = ada.get("/settings/password").await;
    let form = page
        .form("form[action='/forms/password']")
        .with("present", ADA.password);
    ada.send(&form.with("new", EVE.password)).await;
    thief.get(&back).await;
    assert!(all_identities(&app).await.is_empty());
}

#[tokio::test]
async fn another_password_disconnects_the_providers_if_that_is_wanted() {
    let app = start().await;
    let mut ada = app.signed_up(&ADA).await;
    connect(&app, &mut ada, "google", &[]).await;
    let mut password = ADA.password;
    for (new, identities, left) in [
        (EVE.password, "", 1),
        ("amber rivers carry slowly", "yes", 0),
    ] {
        let page = ada.get("/settings/password").await;
        assert!(
            page.text("label[for=identities]")
                .contains("Also disconnect Google"),
            "{}",
            page.body
        );
        let form = page
            .form("form[action='/forms/password']")
            .with("present", password);
        let form = form.with("new", new).with("identities", identities);
        ada.send(&form).await;
        assert_eq!(all_identities(&app).await.len(), left, "{new}");
        password = new;
    }
    let happened = ada.get("/activity").await;
    assert!(
        happened.body.contains("You disconnected"),
        "{}",
        happened.body
    );
    assert_eq!(ada.get("/settings/password").await.count("#identities"), 0);
}

#[tokio::test]
async fn a_provider_is_disconnected_after_a_confirmation_and_all_that_was_logged_in_ends() {
    let app = start().await;
    let mut ada = app.signed_up(&ADA).await;
    connect(&app, &mut ada, "google", &[]).await;
    let mut other = app.browser();
    assert_eq!(
        log_in(&app, &mut other, "google", &[]).await.path,
        "/accounts"
    );
    let mut eve = app.signed_up(&EVE).await;

    let form = [("provider", "google")];
    assert_eq!(
        eve.post("/forms/disconnect", &form).await.status,
        404,
        "not another person's"
    );
    app.pass(SignedDuration::from_mins(6));
    let page = disconnect(&mut ada, "google").await;
    confirm(&mut ada, &page, "google").await;
    assert_eq!(
        other.get("/accounts").await.path,
        "/accounts",
        "nothing has been done"
    );
    let page = disconnect(&mut ada, "google").await;
    let said = "Google is disconnected. You’ve been logged out everywhere else.";
    assert_eq!(
        (page.path.as_str(), page.text("[role=status]").as_str()),
        (METHODS, said)
    );
    assert!(
        other.get("/accounts").await.path.starts_with("/log-in"),
        "where it was logged in with it"
    );
    assert_eq!(ada.get("/accounts").await.path, "/accounts", "but not here");
    assert_eq!(
        eve.get("/accounts").await.path,
        "/accounts",
        "nor other people"
    );
    let known = "SELECT COUNT(*) FROM known_origin WHERE kind = 'device' AND person_id =
            (SELECT id FROM person WHERE user_name = 'countess')";
    assert_eq!(
        app.number(known).await,
        1,
        "the other browser is not known any more"
    );
    assert!(all_identities(&app).await.is_empty());
    let form = [("provider", "google")];
    assert_eq!(
        ada.post("/forms/disconnect", &form).await.status,
        404,
        "once"
    );
    let page = log_in(&app, &mut app.browser(), "google", &[]).await;
    assert_eq!(
        page.path, "/sign-up/complete",
        "somebody new: Amélie's address is nobody's here"
    );
}

#[tokio::test]
async fn the_last_method_stays_and_a_password_can_be_set_after_a_log_in_of_just_now() {
    let app = start().await;
    let mut browser = app.browser();
    sign_up(&app, &mut browser, "google", &[]).await;
    let page = browser.get(METHODS).await;
    assert!(
        page.text("li.line").contains("Your only way to log in."),
        "{}",
        page.body
    );
    let page = disconnect(&mut browser, "google").await;
    assert_eq!(
        told(&page),
        "Google is your only way to log in. Set a password first."
    );
    assert_eq!(all_identities(&app).await.len(), 1);

    // Without a password there is no password log-in, whatever is typed.
    let email = "amelie.dubois@example.com";
    for password in ["", "x", EVE.password] {
        let page = app.browser().log_in(email, password).await;
        assert_eq!(page.path, "/log-in", "{password}");
    }

    app.pass(SignedDuration::from_mins(11));
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
    assert_eq!(page.text("#new-problem"), AGAIN);
    for page in [
        connect(&app, &mut browser, "facebook", &[]).await,
        disconnect(&mut browser, "google").await,
    ] {
        assert!(page.path.starts_with("/confirm"), "{}", page.path);
        let form = page.form("form[action='/forms/log-out']");
        assert!(
            form.encoded()
                .contains("next=%2Fsettings%2Flog-in-methods%2F")
        );
    }

    log_out(&mut browser).await;
    log_in(&app, &mut browser, "google", &[]).await;
    let page = browser.get("/settings/password").await;
    let page = browser.send(&set(&page, "short")).await;
    assert!(
        page.text("#new-problem")
            .starts_with("Enter at least 15 characters."),
        "{}",
        page.body
    );
    let page = browser.send(&set(&page, EVE.password)).await;
    let said = "Your new password is set. You’ve been logged out everywhere else.";
    assert_eq!(
        (page.path.as_str(), page.text("[role=status]").as_str()),
        ("/settings", said)
    );
    assert_eq!(app.browser().log_in(email, EVE.password).await.path, "/");
    let page = browser.get("/settings/password").await;
    assert_eq!(
        (page.text("h1").as_str(), page.count("#present")),
        ("Change password", 1)
    );
    let page = disconnect(&mut browser, "google").await;
    assert!(
        page.text("[role=status]")
            .starts_with("Google is disconnected."),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_second_provider_is_another_method_unless_it_is_no_longer_set_up() {
    let app = start().await;
    let mut browser = app.browser();
    sign_up(&app, &mut browser, "google", &[]).await;
    let page = connect(&app, &mut browser, "facebook", &[]).await;
    assert!(
        page.text("[role=status]")
            .starts_with("Facebook is connected."),
        "{}",
        page.body
    );
    assert_eq!(
        page.texts("a.quiet"),
        [
            "Disconnect Facebook",
            "Disconnect Google",
            "Connect the family’s server"
        ]
    );

    let without = [
        "ID",
        "CLIENT_SECRET",
        "SITE_URL",
        "GRAPH_URL",
        "BIRTHDAY",
        "CLIENT_ID",
    ];
    let without = without.map(|name| format!("FACEBOOK_{name}"));
    let without: Vec<(&str, &str)> = without.iter().map(|name| (name.as_str(), "")).collect();
    let app = app.restarted_with(&without).await;
    let mut browser = browser.moved_to(app.browser());
    let page = browser.get(METHODS).await;
    let rows = page.texts("li.line").join("\n");
    assert!(rows.contains("No longer available here"), "{rows}");
    assert!(rows.contains("Your only way to log in."), "{rows}");
    let page = disconnect(&mut browser, "google").await;
    assert!(
        told(&page).starts_with("Google is your only way"),
        "{}",
        page.body
    );
    let page = app.browser().get("/log-in").await;
    assert_eq!(
        page.attributes("form.providers button", "value"),
        ["google", "oidc"]
    );
}

#[tokio::test]
async fn a_provider_that_is_not_there_has_no_page() {
    let app = start().await;
    let mut ada = app.signed_up(&ADA).await;
    for provider in ["twitter", "x%2Fy", "%3Cscript%3E"] {
        assert_eq!(
            ada.get(&format!("{METHODS}/{provider}")).await.status,
            404,
            "{provider}"
        );
    }
}

#[tokio::test]
async fn in_the_demo_operators_have_a_password_and_log_in_with_it() {
    let app = crate::app::TestApp::build().demo().start().await;
    let mut browser = app.browser();
    let page = browser.get("/sign-up").await;
    let leaving = browser
        .send(&page.form("form.providers").with("provider", "google"))
        .await;
    let back = super::decide_at(&leaving, &[]).await;
    assert_eq!(browser.get(&back).await.path, "/");
    let amelie = app
        .ctx()
        .store
        .user_to_log_in("amelie.dubois@example.com")
        .await;
    let (amelie, _) = amelie.expect("read").expect("she has signed up");
    let code = app.operator_code().expect("a code").to_owned();
    let claimed = operators::claim(app.ctx(), &amelie, &code).await;
    assert!(
        matches!(claimed, Err(operators::OperatorError::NoPassword)),
        "{claimed:?}"
    );

    let page = browser.get("/settings/password").await;
    let form = page
        .form("form[action='/forms/password']")
        .with("new", EVE.password);
    browser.send(&form).await;
    operators::claim(app.ctx(), &amelie, &code)
        .await
        .expect("an operator");
    log_out(&mut browser).await;
    let page = browser.get("/log-in").await;
    let leaving = browser
        .send(&page.form("form.providers").with("provider", "google"))
        .await;
    let back = super::decide_at(&leaving, &[]).await;
    let page = browser.get(&back).await;
    assert_eq!(
        told(&page),
        "In the demo, anyone can log in as anyone with Google, so admins need their password."
    );
}
