//! The apps that a person has allowed, under Settings, Other programs.

use crate::api::ApiClient;
use crate::app::{ADA, EVE, TestApp};
use crate::registered::{allow, program, register};

const PAGE: &str = "/settings/programs";
const REMOVE: &str = "form[action='/forms/app-revoked']";

#[tokio::test]
async fn what_was_allowed_is_told_and_can_be_taken_back_by_its_person_only() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let mut eve = app.signed_up(&EVE).await;
    let page = ada.get(PAGE).await;
    assert!(
        page.text("main")
            .contains("You haven’t given any app access.")
    );
    let (client, _) = register(&app, "Budget <b>Planner</b>").await;
    let tokens = allow(&app, &ADA, client.id.as_str()).await;
    // However often it asked, it is listed once.
    let again = program(&app, &allow(&app, &ADA, client.id.as_str()).await);
    let hers = program(&app, &tokens);
    let page = ada.get(PAGE).await;
    let line = page.text("li.line");
    for part in [
        "Budget <b>Planner</b>",
        "See your name and email, and your accounts, balances and transactions · Check your banks for new transactions · Link and unlink banks, and edit the names, categories, notes and tags of your transactions",
        "allowed just now, last used just now",
        "Remove access",
    ] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    let form = page.form(REMOVE);
    assert_eq!(page.count(REMOVE), 1);
    assert_eq!(eve.send(&form).await.status, 404);
    let eves = program(&app, &allow(&app, &EVE, client.id.as_str()).await);
    assert_eq!(hers.get("/accounts").await.status, 200);

    let page = ada.send(&form).await;
    assert_eq!(page.path, PAGE);
    assert_eq!(
        page.text("[role=status]"),
        "Access removed. The app will have to ask you again."
    );
    assert_eq!(page.count(REMOVE), 0);
    hers.get("/accounts").await.is_unauthorized();
    again.get("/accounts").await.is_unauthorized();
    assert_eq!(eves.get("/accounts").await.status, 200, "nobody else's");
    assert_eq!(ada.send(&form).await.status, 404, "it was taken back");
    let told = ada.get("/activity").await.texts(".event .name");
    let about = told.iter().filter(|line| line.contains("Planner"));
    assert_eq!(about.count(), 3, "{told:?}");
}

#[tokio::test]
async fn apps_are_no_programs_that_a_person_logged_in_through() {
    let app = TestApp::start().await;
    let mut ada = app.signed_up(&ADA).await;
    let mut grace = app.admin().await;
    let (client, _) = register(&app, "Budget").await;
    let allowed = program(&app, &allow(&app, &ADA, client.id.as_str()).await);
    let page = ada.get(PAGE).await;
    assert!(page.text("main").contains("None."));
    let mut logged_in = ApiClient::new(&app);
    logged_in.log_in(&ADA).await;
    let page = ada.get(PAGE).await;
    assert!(page.text("main").contains("One app is logged in"));
    ada.send(&page.form("form[action='/forms/tokens-ended']"))
        .await;
    logged_in.get("/accounts").await.is_unauthorized();
    assert_eq!(allowed.get("/accounts").await.status, 200);

    // Logging a person out everywhere, as the admin can, ends what is left.
    let id = app.user(&ADA).await.id.to_string();
    let fields = [("person", id.as_str()), ("back", "/admin/users")];
    let page = grace.post("/forms/admin/end-sessions", &fields).await;
    assert_eq!(
        page.text("[role=status]"),
        "Ada Byron is logged out. Ended: 1 browser, 1 app."
    );
    allowed.get("/accounts").await.is_unauthorized();
}
