//! What pages say about a bank that has not accepted the log-in, and what becomes of it.

use domain::connection::LinkStatus;
use domain::id::ConnectionId;
use jiff::SignedDuration;

use super::pages::{connection_of, type_log_in};
use super::{comes_to, start};
use crate::app::{ADA, TestApp, eventually};
use crate::browser::Browser;

/// Types a log-in and waits for this status; returns Ada's browser and the connection.
async fn linked_with(app: &TestApp, password: &str, status: LinkStatus) -> (Browser, ConnectionId) {
    let mut ada = app.logged_in(&ADA).await;
    let id = connection_of(&type_log_in(&mut ada, password).await);
    comes_to(app, &id, status).await;
    (ada, id)
}

#[tokio::test]
async fn a_bank_that_checks_a_log_in_is_not_said_to_send_transactions() {
    let app = start().await;
    let mut ada = app.logged_in(&ADA).await;
    type_log_in(&mut ada, "anything").await;
    for path in ["/accounts", "/"] {
        let page = ada.get(path).await;
        assert_eq!(
            page.text(".heading a.soft"),
            "checking your log-in…",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_bank_with_a_page_of_its_own_is_said_to_wait_for_the_person() {
    let app = start().await;
    let mut ada = app.logged_in(&ADA).await;
    let page = ada.get("/link/log-in?with=mx&bank=mxbank_oauth").await;
    let form = page.form("form[action='/forms/link-typed']");
    let waits = ada.send(&form).await;
    assert_eq!(waits.text("h1"), "Waiting for you at your bank");
    assert_eq!(waits.count(".bank-log-in a[target=_blank]"), 1);
    for path in ["/accounts", "/"] {
        let said = ada.get(path).await.text(".heading a.soft");
        assert_eq!(said, "waiting for you at your bank", "{path}");
    }
}

#[tokio::test]
async fn one_that_was_never_linked_is_removed_without_a_choice_and_nothing_is_called_kept() {
    let app = start().await;
    let (mut ada, id) = linked_with(&app, "INVALID", LinkStatus::WrongCredentials).await;
    let accounts = ada.get("/accounts").await;
    let remove = format!("/connections/{id}/unlink");
    assert_eq!(accounts.text(&format!("a[href='{remove}']")), "Remove");
    assert!(accounts.text(".heading .soft").contains("not linked yet"));
    let page = ada.get(&remove).await;
    assert_eq!(page.text("h1"), "Remove this bank?");
    assert_eq!(page.count("input[type=radio]"), 0);
    assert!(!page.body.contains("stop reading"), "{}", page.body);
    // Even if the form asks to keep rows: there are none.
    let fields = [("connection", id.as_str()), ("rows", "keep")];
    let removed = ada.post("/forms/unlink", &fields).await;
    assert_eq!(removed.text(".notice"), "Bank removed.");
    for path in ["/accounts", "/", &format!("/connections/{id}")] {
        let page = ada.get(path).await;
        assert!(!page.body.contains("longer linked"), "{path}");
        assert!(!page.body.contains("history are kept"), "{path}");
    }
    let happened = ada.get("/activity").await;
    assert!(!happened.body.contains("are kept"), "{}", happened.body);
    let books = app.books().await;
    eventually("the end", || async {
        app.pass(SignedDuration::from_secs(30));
        app.ctx().work.notify_one();
        let left = books.count("SELECT COUNT(*) FROM connection").await;
        (left == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_page_to_log_in_again_says_why_and_leads_to_what_the_bank_asks() {
    let app = start().await;
    let (mut ada, asks) = linked_with(&app, "challenge", LinkStatus::Challenged).await;
    let page = ada.get(&format!("/connections/{asks}/log-in")).await;
    assert!(page.text(".attention").contains("has a question"));
    let question = format!("/connections/{asks}");
    assert_eq!(page.attribute(".attention a", "href"), Some(question));

    let app = start().await;
    let (mut ada, locked) = linked_with(&app, "LOCKED", LinkStatus::OtherError).await;
    let page = ada.get(&format!("/connections/{locked}/log-in")).await;
    let told = page.text(".attention");
    assert!(told.contains("has locked your account"), "{told}");
    assert!(told.ends_with("Reference: LOCKED"), "{told}");
    assert_eq!(page.count(".attention :is(a, button)"), 0, "it is here");
    let page = ada.get(&format!("/connections/{locked}")).await;
    assert_eq!(page.text("h1"), "Not linked yet");
}

#[tokio::test]
async fn who_cancels_a_log_in_finds_what_was_found() {
    let app = start().await;
    let mut ada = app.logged_in(&ADA).await;
    let found = ada.get("/link/new?q=mx+bank&from=/accounts").await;
    let log_in = found.attribute("li.bank a.button", "href");
    let log_in = ada.get(&log_in.expect("a bank")).await;
    let cancel = log_in.attribute("main > .actions a.quiet", "href");
    assert_eq!(
        cancel.as_deref(),
        Some("/link/new?q=mx+bank&from=%2Faccounts")
    );
    let elsewhere = "/link/log-in?with=mx&bank=mxbank&q=x&from=https://evil.example";
    let log_in = ada.get(elsewhere).await;
    let cancel = log_in.attribute("main > .actions a.quiet", "href");
    assert_eq!(cancel.as_deref(), Some("/link/new?q=x&from=%2F"));
}

#[tokio::test]
async fn signs_alone_find_no_bank_and_a_linked_one_is_said_to_be() {
    let app = start().await;
    let (mut ada, _) = linked_with(&app, "anything", LinkStatus::Success).await;
    let signs = ada.get("/link/new?q=---").await;
    assert_eq!(signs.count("li.bank"), 0);
    assert!(
        signs
            .text(".empty-list")
            .starts_with("Type your bank’s name")
    );
    let found = ada.get("/link/new?q=mx+bank").await;
    let linked = found.texts("li.bank .what");
    let linked: Vec<_> = linked
        .iter()
        .filter(|it| it.contains("Already linked"))
        .collect();
    assert_eq!(linked.len(), 1, "{linked:?}");
}

#[tokio::test]
async fn the_built_in_bank_says_under_the_form_what_to_type() {
    let app = start().await;
    let mut ada = app.logged_in(&ADA).await;
    for (bank, username) in [("mxbank", "mxuser"), ("tartan_bank", "user_good")] {
        let page = ada.get(&format!("/link/log-in?with=mx&bank={bank}")).await;
        assert_eq!(page.texts(".built-in code")[0], username);
    }
}
