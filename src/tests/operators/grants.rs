//! Becoming an admin, and ceasing to be one.

use jiff::SignedDuration;
use passbook::auth::operators;

use crate::app::{ADA, EVE, GRACE, TestApp};
use crate::browser::Browser;
use crate::log;
use crate::page::Page;

const BECOME: &str = "form[action='/forms/become-operator']";

const PAGE: &str = "/become-operator";

/// Returns the code that the program prints.
fn code(app: &TestApp) -> String {
    app.operator_code().expect("a code").to_owned()
}

/// Enters a code on the page.
async fn enter(browser: &mut Browser, code: &str) -> Page {
    let form = browser.get(PAGE).await.form(BECOME);
    browser.send(&form.with("code", code)).await
}

async fn is_operator(browser: &mut Browser) -> bool {
    match browser.get("/admin").await.status {
        200 => true,
        404 => false,
        other => panic!("{other}"),
    }
}

async fn fill_in(browser: &mut Browser, page: &Page) -> Page {
    let form = page
        .form("form[action='/forms/sign-up']")
        .with("first_name", ADA.first_name)
        .with("last_name", ADA.last_name)
        .with("email", ADA.email)
        .with("birthday", ADA.birthday)
        .with("password", ADA.password);
    browser.send(&form).await
}

#[tokio::test]
async fn the_printed_code_makes_one_operator_and_is_in_no_address() {
    let app = TestApp::start().await;
    let code = code(&app);
    log::keep_out(&code);
    let mut ada = app.browser();
    let page = ada.get(PAGE).await;
    assert_eq!(page.path, "/log-in?next=%2Fbecome-operator");
    let sign_up = page.attributes("a", "href");
    let sign_up = sign_up.iter().find(|href| href.starts_with("/sign-up"));
    let page = ada.get(sign_up.expect("a way to sign up")).await;
    let page = fill_in(&mut ada, &page).await;
    assert_eq!(page.path, PAGE, "{}", page.body);
    assert!(!is_operator(&mut ada).await);
    let page = enter(&mut ada, &format!(" {code} ")).await;
    assert_eq!((page.path.as_str(), page.status), ("/admin", 200));
    assert_eq!(
        page.text("[role=status]"),
        "You’re now this Passbook’s admin."
    );
    for page in &ada.seen {
        assert!(!page.path.contains(&code), "{}", page.path);
        assert!(!page.header("location").contains(&code));
    }

    let mut eve = app.signed_up(&EVE).await;
    let page = enter(&mut eve, &code).await;
    assert_eq!(page.path, PAGE);
    assert!(page.text("#code-problem").contains("already used"));
    assert!(!is_operator(&mut eve).await);

    app.revoke(&ADA).await;
    let app = app.restarted().await;
    assert_eq!(app.operator_code(), None, "it was used once");
    let (_, leaks) = log::heard();
    assert!(leaks.iter().all(|line| !line.contains(&code)), "{leaks:?}");
}

#[tokio::test]
async fn a_code_is_good_for_a_day_and_until_the_next_one() {
    let app = TestApp::start().await;
    let first = code(&app);
    let ada = app.signed_up(&ADA).await;
    let app = app.restarted().await;
    let mut ada = ada.moved_to(app.browser());
    let second = code(&app);
    assert_ne!(first, second);
    let guesses = [
        "",
        "x",
        "%00",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ];
    for wrong in guesses.into_iter().chain([first.as_str()]) {
        let page = enter(&mut ada, wrong).await;
        assert_eq!(page.count("#code-problem"), 1, "{wrong}");
        assert!(!page.body.contains(&first));
    }
    app.pass(SignedDuration::from_hours(25));
    assert_eq!(enter(&mut ada, &second).await.count("#code-problem"), 1);
    assert!(!is_operator(&mut ada).await);
}

#[tokio::test]
async fn a_grant_ends_the_code_and_the_database_does_not_hold_it() {
    let app = TestApp::start().await;
    let code = code(&app);
    let kept = app.texts("SELECT code_hash FROM operator_link").await;
    assert_eq!(kept.len(), 1);
    assert!(!app.is_kept(&code));
    let mut ada = app.signed_up(&ADA).await;
    app.signed_up(&GRACE).await;
    app.grant(&GRACE).await;
    enter(&mut ada, &code).await;
    assert!(!is_operator(&mut ada).await);
    assert!(!app.is_kept(&code), "not even when it was refused");
    let app = app.restarted().await;
    assert_eq!(app.operator_code(), None, "there is an operator");
}

#[tokio::test]
async fn two_people_who_claim_at_the_same_moment_are_one_operator() {
    let app = TestApp::start().await;
    let code = code(&app);
    let (mut ada, mut eve) = (app.signed_up(&ADA).await, app.signed_up(&EVE).await);
    let fields = [("code", code.as_str())];
    tokio::join!(
        ada.post("/forms/become-operator", &fields),
        eve.post("/forms/become-operator", &fields)
    );
    let operators = "SELECT COUNT(*) FROM person WHERE operator_since IS NOT NULL";
    assert_eq!(app.number(operators).await, 1);
}

#[tokio::test]
async fn a_grant_and_its_end_hold_from_the_next_request_on() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    assert!(!is_operator(&mut ada).await);
    app.grant(&ADA).await;
    assert!(is_operator(&mut ada).await);
    let page = ada.get("/settings").await;
    assert_eq!(page.count("main a[href='/admin']"), 1);
    assert_eq!(page.count("nav a[href='/admin']"), 1);
    let config = &app.ctx().config;
    let again = operators::grant_in(config, &app.clock, " ADA@example.ORG ").await;
    assert!(!again.expect("it answers"), "she is one already");
    let listed = operators::list_in(config).await.expect("it answers");
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].0.as_str(), ADA.email);
    app.revoke(&ADA).await;
    assert!(!is_operator(&mut ada).await);
    assert_eq!(ada.get("/settings").await.count("a[href='/admin']"), 0);
    assert!(
        operators::list_in(config)
            .await
            .expect("it answers")
            .is_empty()
    );
    let nobody = operators::grant_in(config, &app.clock, "nobody@example.org").await;
    let said = nobody.expect_err("nobody has it").to_string();
    assert!(
        said.contains("no one has signed up as nobody@example.org"),
        "{said}"
    );
}

#[tokio::test]
async fn the_demo_person_never_becomes_one() {
    let app = TestApp::start().await;
    let code = code(&app);
    let mut ada = app.signed_up(&ADA).await;
    let store = &app.ctx().store;
    store.mark_demo("ada@example.org").await.expect("marked");
    let granted = operators::grant_in(&app.ctx().config, &app.clock, ADA.email).await;
    let said = granted.expect_err("never").to_string();
    assert!(said.contains("demo person"), "{said}");
    let page = ada.get(PAGE).await;
    assert!(
        page.text("main")
            .contains("demo user can’t become an admin"),
        "{}",
        page.body
    );
    assert_eq!(page.count(BECOME), 0);
    ada.post("/forms/become-operator", &[("code", code.as_str())])
        .await;
    assert!(!is_operator(&mut ada).await);

    // The code still works for another person, and an admin who is marked as the demo person ceases to be one.
    let mut eve = app.signed_up(&EVE).await;
    let page = enter(&mut eve, &code).await;
    assert_eq!(page.path, "/admin");
    store.mark_demo(EVE.email).await.expect("marked");
    assert!(!is_operator(&mut eve).await);
}
