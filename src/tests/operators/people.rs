//! Suspending and deleting people.

use domain::access::Scopes;
use jiff::SignedDuration;

use crate::api::ApiClient;
use crate::app::{ADA, EVE, GRACE, TestApp, eventually};
use crate::browser::Browser;
use crate::page::Page;

/// Presses a button of a person's page.
async fn press(admin: &mut Browser, person: &str, form: &str, email: &str) -> Page {
    let page = admin.get(&format!("/admin/users/{person}")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let form = page.form(&format!("form[action='/forms/admin/{form}']"));
    let form = match email {
        "" => form,
        email => form.with("email", email),
    };
    admin.send(&form).await
}

#[tokio::test]
async fn a_suspended_person_gets_in_nowhere_until_that_ends() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let mut eve = app.signed_up(&EVE).await;
    let mut grace = app.admin().await;
    let mut program = ApiClient::new(&app);
    program.log_in(&ADA).await;
    let key = ApiClient::new(&app).with(&app.key(&ADA, Scopes::all()).await);
    let ada = app.user(&ADA).await.id.to_string();
    let page = press(&mut grace, &ada, "suspend", "").await;
    assert_eq!(
        page.text("[role=status]"),
        "Suspended and logged out everywhere."
    );
    assert!(page.text("main").contains("Suspended"), "{}", page.body);
    assert_eq!(browser.get("/").await.path, "/log-in");
    program.get("/accounts").await.is_unauthorized();
    key.get("/accounts").await.is_unauthorized();
    let refused = app.browser().log_in(ADA.email, ADA.password).await;
    assert_eq!(refused.path, "/log-in");
    assert_eq!(eve.get("/").await.path, "/", "nobody else");

    let page = press(&mut grace, &ada, "unsuspend", "").await;
    assert_eq!(page.text("[role=status]"), "The suspension has ended.");
    assert_eq!(key.get("/accounts").await.status, 200, "the key is back");
    program.get("/accounts").await.is_unauthorized();
    let mut browser = app.logged_in(&ADA).await;
    let told = browser.get("/activity").await.text("main");
    for sentence in [
        "Grace Hill suspended your access",
        "Grace Hill ended your suspension",
    ] {
        assert_eq!(told.matches(sentence).count(), 1, "{told}");
    }
}

#[tokio::test]
async fn the_banks_of_a_suspended_person_are_not_synced() {
    let (app, _, _) = TestApp::linked().await;
    let mut grace = app.admin().await;
    let ada = app.user(&ADA).await.id.to_string();
    let synced = "SELECT last_synced_at FROM connection";
    press(&mut grace, &ada, "suspend", "").await;
    // A run that had begun ends first.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let before = app.number(synced).await;
    for _ in 0..30 {
        app.pass_unless_busy(SignedDuration::from_mins(30)).await;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(app.number(synced).await, before);
    assert_eq!(app.number("SELECT COUNT(*) FROM connection").await, 1);
    let armed = "SELECT COUNT(*) FROM job WHERE kind = 'sync' AND run_at IS NOT NULL";
    passbook::sync::arm_forgotten(app.ctx())
        .await
        .expect("looked at");
    eventually("no sync", || async {
        app.ctx().work.notify_waiters();
        (app.number(armed).await == 0).then_some(())
    })
    .await;
    // The last confirmation was too long ago.
    let mut grace = app.logged_in(&GRACE).await;
    press(&mut grace, &ada, "unsuspend", "").await;
    eventually("a sync", || async {
        app.ctx().work.notify_waiters();
        (app.number(synced).await > before).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_admin_deletes_a_person_by_typing_their_email() {
    let (app, mut browser, _) = TestApp::linked().await;
    let mut grace = app.admin().await;
    let ada = app.user(&ADA).await.id.to_string();
    let page = press(&mut grace, &ada, "delete-person", "eve@example.org").await;
    assert_eq!(page.text(".problem"), "That isn’t this user’s email.");
    assert_eq!(app.number("SELECT COUNT(*) FROM person").await, 2);
    let page = press(&mut grace, &ada, "delete-person", ADA.email).await;
    assert_eq!(page.path, "/admin/users");
    assert_eq!(browser.get("/").await.path, "/log-in");
    eventually("the end of the person", || async {
        app.pass_unless_busy(SignedDuration::from_mins(1)).await;
        (app.number("SELECT COUNT(*) FROM person").await == 1).then_some(())
    })
    .await;
    assert_eq!(app.number("SELECT COUNT(*) FROM connection").await, 0);
    let page = grace.get(&format!("/admin/users/{ada}")).await;
    assert_eq!(page.status, 404);
}

#[tokio::test]
async fn an_admin_neither_suspends_nor_deletes_themselves() {
    let app = TestApp::start().await;
    let mut grace = app.admin().await;
    let id = app.user(&GRACE).await.id.to_string();
    let page = grace.get(&format!("/admin/users/{id}")).await;
    assert_eq!(page.count("main form"), 0, "{}", page.body);
    let fields = [("person", id.as_str()), ("email", GRACE.email)];
    for form in ["suspend", "delete-person"] {
        let page = grace.post(&format!("/forms/admin/{form}"), &fields).await;
        assert_eq!(page.path, format!("/admin/users/{id}"), "{form}");
    }
    assert_eq!(grace.get("/admin").await.status, 200);
}
