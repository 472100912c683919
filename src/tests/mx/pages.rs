//! The pages on which a bank's log-in is typed, with scripts off.

use domain::connection::LinkStatus;
use domain::id::ConnectionId;

use super::{comes_to, start};
use crate::app::ADA;
use crate::browser::Browser;
use crate::page::Page;

const LOG_IN: &str = "/link/log-in?with=mx&bank=mxbank";
/// A password that the bank accepts, and that appears nowhere by chance.
const TYPED: &str = "typed-7261-and-forgotten";

/// Types a log-in at the test bank.
pub async fn type_log_in(ada: &mut Browser, password: &str) -> Page {
    let page = ada.get(LOG_IN).await;
    let form = page.form("form[action='/forms/link-typed']");
    let form = form
        .with("values[f0]", "mxuser")
        .with("values[f1]", password);
    ada.send(&form).await
}

/// Returns the connection that this page shows.
pub fn connection_of(page: &Page) -> ConnectionId {
    let id = page
        .path
        .strip_prefix("/connections/")
        .expect("a connection");
    ConnectionId::parse(id).expect("an id")
}

#[tokio::test]
async fn what_is_typed_links_the_bank_and_stands_nowhere() {
    let app = start().await;
    let mut ada = app.logged_in(&ADA).await;
    let id = connection_of(&type_log_in(&mut ada, TYPED).await);
    comes_to(&app, &id, LinkStatus::Success).await;
    let rows = app.books().await.everything().await;
    assert!(!rows.is_empty() && rows.iter().all(|row| !row.contains(TYPED)));
    assert!(ada.seen.iter().all(|page| !page.body.contains(TYPED)));
}

#[tokio::test]
async fn a_form_that_is_refused_comes_back_empty() {
    let app = start().await;
    let mut ada = app.logged_in(&ADA).await;
    let page = ada.get(LOG_IN).await;
    let form = page.form("form[action='/forms/link-typed']");
    let refused = ada.send(&form.with("values[f0]", TYPED)).await;
    assert_eq!(refused.path, LOG_IN);
    assert_eq!(refused.text(".notice.wrong"), "Fill in every field.");
    assert!(ada.seen.iter().all(|page| !page.body.contains(TYPED)));
    assert_eq!(app.number("SELECT COUNT(*) FROM connection").await, 0);
}

#[tokio::test]
async fn a_bank_asks_on_the_connections_page_and_is_answered_there() {
    let app = start().await;
    let mut ada = app.logged_in(&ADA).await;
    let page = type_log_in(&mut ada, "challenge").await;
    let id = connection_of(&page);
    for (heading, answer) in [
        ("Your bank has a question", "challenge"),
        ("Your bank has a question", "correct"),
    ] {
        comes_to(&app, &id, LinkStatus::Challenged).await;
        let asks = ada.get(&page.path).await;
        assert_eq!(asks.text("h1"), heading);
        let form = asks.form("form[action='/forms/answer-bank']");
        let unanswered = ada.send(&form).await;
        assert_eq!(unanswered.text(".notice.wrong"), "Fill in every field.");
        let answered = ada.send(&form.with("values[f0]", answer)).await;
        assert_eq!(answered.text("h1"), "Connecting to your bank");
    }
    comes_to(&app, &id, LinkStatus::Success).await;
    let late = [("connection", id.as_str())];
    let late = ada.post("/forms/answer-bank", &late).await;
    assert_eq!(late.text(".notice"), "Your bank is no longer asking that.");
}

#[tokio::test]
async fn a_wrong_log_in_is_typed_again_on_the_same_page() {
    let app = start().await;
    let mut ada = app.logged_in(&ADA).await;
    let page = type_log_in(&mut ada, "INVALID").await;
    let id = connection_of(&page);
    comes_to(&app, &id, LinkStatus::WrongCredentials).await;
    let told = ada.get(&page.path).await;
    assert_eq!(told.text("h1"), "Not linked yet");
    assert_eq!(
        told.count("form[action='/forms/sync']"),
        0,
        "nothing to sync"
    );
    let form = told.form("form[action='/forms/log-in-again']");
    let form = form.with("values[f0]", "mxuser").with("values[f1]", TYPED);
    assert_eq!(ada.send(&form).await.path, page.path);
    comes_to(&app, &id, LinkStatus::Success).await;
}

#[tokio::test]
async fn a_provider_page_is_framed_by_the_page_of_its_log_in_and_by_no_other() {
    let app = start().await;
    let mut ada = app.logged_in(&ADA).await;
    let policy = |page: &Page| page.header("content-security-policy").to_owned();
    let framing = ada.get(LOG_IN).await;
    let source = framing.attribute("iframe", "src");
    let origin = app.ctx().config.base_url();
    match passbook::server::assets::has_islands() {
        true => {
            let source = source.expect("a frame");
            assert!(
                source.starts_with(&format!("{origin}/sandbox/mx/connect/")),
                "{source}"
            );
            let wanted = format!("frame-src {origin};");
            assert!(policy(&framing).contains(&wanted), "{}", policy(&framing));
        }
        false => assert_eq!(source, None),
    }
    for other in [
        "/link/new?q=bank",
        "/link/log-in?with=mx&bank=mxbank_oauth",
        "/accounts",
    ] {
        let page = ada.get(other).await;
        assert_eq!(page.status, 200, "{other}");
        assert!(policy(&page).contains("frame-src 'none';"), "{other}");
    }
}

#[tokio::test]
async fn a_bank_is_found_with_every_way_to_it() {
    let app = start().await;
    let mut ada = app.logged_in(&ADA).await;
    let page = ada
        .get("/link/new?q=first+platypus+bank&from=/accounts")
        .await;
    let words = page.texts("li.bank .actions .button");
    assert_eq!(
        words[..2],
        ["Continue with Plaid", "Continue with MX"],
        "{words:?}"
    );
    let form = page.form("li.bank form").with("hosted", "yes");
    assert!(
        form.fields.contains(&("back".into(), "/accounts".into())),
        "{form:?}"
    );
    assert!(ada.send(&form).await.path.starts_with("/link/"));
}

#[tokio::test]
async fn nothing_is_synced_while_a_bank_is_asked_to_let_its_person_in() {
    let app = start().await;
    let mut ada = app.logged_in(&ADA).await;
    let id = connection_of(&type_log_in(&mut ada, TYPED).await);
    for path in ["/accounts", "/"] {
        let asked = ada.get(path).await;
        assert_eq!(asked.count("form[action='/forms/sync']"), 0, "{path}");
        assert_eq!(asked.count("a[href$='/log-in']"), 0, "{path}");
    }
    comes_to(&app, &id, LinkStatus::Success).await;
    for path in ["/accounts", "/"] {
        let linked = ada.get(path).await;
        assert_eq!(linked.count("form[action='/forms/sync']"), 1, "{path}");
    }
}

#[tokio::test]
async fn what_was_not_sent_is_told_on_the_page_that_it_leads_to() {
    let app = start().await;
    let mut ada = app.logged_in(&ADA).await;
    let first = type_log_in(&mut ada, "challenge").await;
    let again = type_log_in(&mut ada, TYPED).await;
    assert_eq!(again.path, first.path);
    assert!(again.body.contains("so what you just typed wasn’t sent."));
    let id = connection_of(&first);
    comes_to(&app, &id, LinkStatus::Challenged).await;
    // The form of the first round, in a tab that was left open.
    let asks = ada.get(&first.path).await;
    let form = asks.form("form[action='/forms/answer-bank']");
    let old = form.with("values[f0]", "challenge");
    ada.send(&old).await;
    comes_to(&app, &id, LinkStatus::Challenged).await;
    let late = ada.send(&old).await;
    assert!(
        late.text(".notice.wrong")
            .starts_with("Your bank is asking for something else now.")
    );
    let next = late.form("form[action='/forms/answer-bank']");
    ada.send(&next.with("values[f0]", "correct")).await;
    comes_to(&app, &id, LinkStatus::Success).await;
    let linked = type_log_in(&mut ada, TYPED).await;
    assert_eq!(linked.path, first.path);
    let said = "You’ve already linked this bank with this username.";
    assert!(linked.body.contains(said), "{}", linked.body);
}

#[tokio::test]
async fn a_log_in_that_another_connection_has_leads_there() {
    let app = start().await;
    let mut ada = app.logged_in(&ADA).await;
    let page = type_log_in(&mut ada, "INVALID").await;
    let id = connection_of(&page);
    comes_to(&app, &id, LinkStatus::WrongCredentials).await;
    let failed = ada.get(&page.path).await;
    let again = type_log_in(&mut ada, "anything").await;
    assert_eq!(again.path, page.path, "the one that needed it");
    comes_to(&app, &id, LinkStatus::Success).await;
    let form = failed.form("form[action='/forms/log-in-again']");
    let form = form
        .with("values[f0]", "mxuser")
        .with("values[f1]", "anything");
    assert_eq!(ada.send(&form).await.status, 200);
}
