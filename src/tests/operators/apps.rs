//! Registering apps on the admin's page.

use domain::secret::Secret;
use passbook::auth::oauth;

use crate::app::{ADA, EVE, TestApp};
use crate::browser::Browser;
use crate::log;
use crate::page::Page;
use crate::registered::{BACK, allow, program, register};

const PAGE: &str = "/admin/apps";
const ADD: &str = "form[action='/forms/admin/app-add']";

/// Fills in the form and submits it.
async fn add(browser: &mut Browser, fields: &[(&str, &str)]) -> Page {
    let mut form = browser.get(PAGE).await.form(ADD);
    form.fields.retain(|(name, _)| name == "runs");
    for (name, value) in fields {
        form = form.with(name, value);
    }
    browser.send(&form).await
}

async fn press(browser: &mut Browser, what: &str) -> Page {
    let page = browser.get(PAGE).await;
    let form = page.form(&format!("form[action='/forms/admin/{what}']"));
    browser.send(&form).await
}

async fn proves_itself(app: &TestApp, id: &str, secret: &str) -> bool {
    let secret = Secret::new(secret);
    oauth::authenticate(app.ctx(), id, Some(&secret))
        .await
        .is_ok()
}

/// Asserts that the secret is in exactly one response, and in no file or log line.
fn was_shown_once(app: &TestApp, browser: &Browser, secret: &str) {
    let shown = browser.seen.iter().filter(|page| {
        let told = format!("{} {:?} {}", page.path, page.headers, page.body);
        told.contains(secret)
    });
    assert_eq!(shown.count(), 1);
    assert!(!app.is_kept(secret));
    let leaks = log::heard().1;
    assert!(leaks.iter().all(|line| !line.contains(secret)), "{leaks:?}");
}

#[tokio::test]
async fn an_app_is_registered_and_its_secret_is_shown_once() {
    let app = TestApp::start().await;
    let mut grace = app.admin().await;
    let page = grace.get(PAGE).await;
    assert_eq!(page.text(".empty-list"), "No apps yet.");
    let addresses = format!(" {BACK} \r\n\r\norg.example.app:/back\r\n");
    let fields = [
        ("name", "  Budget   <b>Planner</b> "),
        ("redirect_uris", addresses.as_str()),
        ("read", "yes"),
        ("sync", "yes"),
    ];
    let page = add(&mut grace, &fields).await;
    assert_eq!((page.path.as_str(), page.status), (PAGE, 200));
    let secret = page.text("#new-secret");
    log::keep_out(&secret);
    assert_eq!(secret.len(), 43, "{}", page.body);
    let id = page.text("li.line .code code");
    assert_eq!(
        page.text(".notice[role=status]"),
        format!("“Budget <b>Planner</b>” is registered. Its client ID is {id}.")
    );
    let line = page.text("li.line");
    for part in [
        "Budget <b>Planner</b>",
        "On",
        "No one has given it access. Has a secret.",
        "Can ask to: See your name and email, and your accounts, balances and transactions · Check your banks for new transactions",
        "Registered just now",
    ] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    assert_eq!(
        page.texts("li.line .code code"),
        [&id, BACK, "org.example.app:/back"]
    );
    assert!(proves_itself(&app, &id, &secret).await);
    grace.get(PAGE).await;
    grace.get("/settings/programs").await;
    was_shown_once(&app, &grace, &secret);
}

#[tokio::test]
async fn an_app_that_can_keep_no_secret_has_none() {
    let app = TestApp::start().await;
    let mut grace = app.admin().await;
    let fields = [
        ("name", "Phone"),
        ("redirect_uris", BACK),
        ("manage", "yes"),
        ("runs", "device"),
    ];
    let page = add(&mut grace, &fields).await;
    assert!(page.text("li.line").contains("Has no secret."));
    assert_eq!(page.count("#new-secret"), 0);
    assert_eq!(page.count("form[action='/forms/admin/app-secret']"), 0);
    let id = page.text("li.line .code code");
    assert!(!proves_itself(&app, &id, "").await);
    let mine = oauth::authenticate(app.ctx(), &id, None).await;
    assert!(mine.is_ok(), "by its id alone");
    let page = grace
        .post("/forms/admin/app-secret", &[("app", id.as_str())])
        .await;
    assert_eq!(page.status, 404, "it gets none either");
}

#[tokio::test]
async fn a_form_that_is_refused_keeps_what_was_typed_and_tells_all_that_is_wrong() {
    let app = TestApp::start().await;
    let mut grace = app.admin().await;
    let fields = [
        ("name", ""),
        (
            "redirect_uris",
            "https://good.example/</textarea>\r\nhttp://bad.example/",
        ),
        ("runs", "device"),
    ];
    let page = add(&mut grace, &fields).await;
    assert_eq!((page.path.as_str(), page.status), (PAGE, 200));
    assert_eq!(
        page.text(".notice[role=alert]"),
        "The app wasn’t registered. Fix the highlighted fields below."
    );
    assert_eq!(page.count(".problem"), 3, "{}", page.body);
    assert_eq!(
        page.text("#name-problem"),
        "Enter the name that people will see."
    );
    assert!(
        page.text("#redirect_uris-problem")
            .starts_with("Use https.")
    );
    assert_eq!(
        page.text("textarea"),
        "https://good.example/</textarea> http://bad.example/"
    );
    let chosen = |page: &Page| page.attributes("form input[checked]", "value");
    assert_eq!(chosen(&page), ["device"], "and no scope");
    assert_eq!(page.text(".empty-list"), "No apps yet.");

    // Ten addresses of the maximum length are kept in full.
    let long = |n: usize| format!("https://app.example.org/{n}{}", "x".repeat(970));
    let ten = (0..10).map(long).collect::<Vec<_>>().join("\n");
    let fields = [("redirect_uris", ten.as_str()), ("sync", "yes")];
    let page = add(&mut grace, &fields).await;
    assert_eq!(
        page.texts(".problem").len(),
        1,
        "{:?}",
        page.texts(".problem")
    );
    assert_eq!(page.text("textarea"), ten.replace('\n', " "));
    assert_eq!(chosen(&page), ["yes", "server"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM oauth_client").await, 0);
}

#[tokio::test]
async fn switching_an_app_off_ends_its_tokens_at_once_and_on_brings_none_back() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    app.signed_up(&EVE).await;
    let mut grace = app.admin().await;
    let (client, secret) = register(&app, "Budget").await;
    let (other, _) = register(&app, "Other").await;
    let (id, secret) = (client.id.as_str(), secret.expose());
    let of_ada = program(&app, &allow(&app, &ADA, id).await);
    let of_eve = program(&app, &allow(&app, &EVE, id).await);
    let of_other = program(&app, &allow(&app, &ADA, other.id.as_str()).await);
    let page = grace.get(PAGE).await;
    let lines = page.texts("li.line");
    assert!(lines[0].contains("1 person has given it"), "{lines:?}");
    assert!(lines[1].contains("2 people have given it"), "{lines:?}");
    assert_eq!(of_ada.get("/accounts").await.status, 200);

    let fields = [("app", id)];
    let page = grace.post("/forms/admin/app-off", &fields).await;
    assert_eq!(page.path, PAGE);
    assert!(
        page.text(".notice[role=status]")
            .starts_with("“Budget” is off.")
    );
    let lines = page.texts("li.line");
    assert!(lines[1].contains("No one has given it"), "{lines:?}");
    assert!(lines[1].contains("turned off just now"), "{lines:?}");
    for program in [&of_ada, &of_eve] {
        program.get("/accounts").await.is_unauthorized();
    }
    assert_eq!(of_other.get("/accounts").await.status, 200);
    assert!(!proves_itself(&app, id, secret).await);

    let page = press(&mut grace, "app-on").await;
    assert!(
        page.text(".notice[role=status]")
            .starts_with("“Budget” is on.")
    );
    assert!(proves_itself(&app, id, secret).await);
    of_ada.get("/accounts").await.is_unauthorized();
    let again = program(&app, &allow(&app, &ADA, id).await);
    assert_eq!(again.get("/accounts").await.status, 200);
}

#[tokio::test]
async fn a_new_secret_takes_the_place_of_the_old_one_and_is_shown_once() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let mut grace = app.admin().await;
    let (client, old) = register(&app, "Budget").await;
    let id = client.id.as_str();
    let of_ada = program(&app, &allow(&app, &ADA, id).await);
    let page = press(&mut grace, "app-secret").await;
    let new = page.text("#new-secret");
    log::keep_out(&new);
    assert_eq!(new.len(), 43, "{}", page.body);
    assert!(page.text(".notice[role=status]").contains("a new secret"));
    assert!(proves_itself(&app, id, &new).await);
    assert!(!proves_itself(&app, id, old.expose()).await);
    assert_eq!(of_ada.get("/accounts").await.status, 200, "people stay");
    grace.get(PAGE).await;
    was_shown_once(&app, &grace, &new);
}

#[tokio::test]
async fn to_everybody_else_there_are_no_apps_and_no_forms_for_them() {
    let app = TestApp::start().await;
    let mut eve = app.signed_up(&EVE).await;
    let (client, secret) = register(&app, "Budget").await;
    let id = client.id.as_str();
    let held = program(&app, &allow(&app, &EVE, id).await);
    assert_eq!(eve.get(PAGE).await.status, 404);
    let fields = [
        ("app", id),
        ("name", "Mine"),
        ("redirect_uris", BACK),
        ("read", "yes"),
    ];
    for form in ["app-add", "app-off", "app-on", "app-secret"] {
        let page = eve.post(&format!("/forms/admin/{form}"), &fields).await;
        assert_eq!(page.status, 404, "{form}");
        assert!(!page.body.contains("Budget"), "{form}");
    }
    assert!(proves_itself(&app, id, secret.expose()).await);
    assert_eq!(held.get("/accounts").await.status, 200);
    assert_eq!(app.number("SELECT COUNT(*) FROM oauth_client").await, 1);
}
