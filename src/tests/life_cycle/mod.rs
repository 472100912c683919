//! A connection after linking: news about it, problems and their end, a new address, a new link.

mod addresses;
mod balances;
mod cursors;
mod duplicates;
mod lost;
mod news;
mod relinked;
mod repaired;
mod selection;
mod standing;

use domain::attempt::LinkPurpose;
use domain::id::ConnectionId;
use domain::link::LinkResult;
use domain::secret::Secret;
use jiff::SignedDuration;
use passbook::sync::{self, LinkOutcome};
use serde_json::json;

use crate::app::{ADA, TestApp, eventually};
use crate::books::Books;
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;
use crate::items::{
    access_token, begin_attempt, finish_attempt, fire_webhook, link_item, new_item,
};
use crate::page::Page;

/// A bank that gives accounts lasting ids.
const LASTING: &str = "ins_127287";

/// Starts a Passbook that a bank on its own origin can reach, and signs Ada up. Returns both.
async fn start() -> (TestApp, Browser) {
    start_with(&[]).await
}

/// Does the same with additional settings.
async fn start_with(settings: &[(&str, &str)]) -> (TestApp, Browser) {
    let built = TestApp::build().plaid().open_to_all();
    let app = built.settings(settings).start().await;
    let browser = app.signed_up(&ADA).await;
    (app, browser)
}

/// Links a bank and waits for all of its rows; returns its connection and access token.
async fn link(
    app: &TestApp,
    browser: &mut Browser,
    institution: &str,
    user_name: &str,
) -> (ConnectionId, String) {
    let (id, token) = link_item(app, institution, user_name).await;
    app.synced(browser, id.as_str()).await;
    idle(app).await;
    (id, token)
}

/// Logs in again at the bank, in update mode, and finishes the attempt.
async fn log_in_again(app: &TestApp, purpose: LinkPurpose) {
    let attempt = begin_attempt(app, purpose).await;
    let outcome = finish_attempt(app, &attempt, LinkResult::default()).await;
    assert!(matches!(outcome, LinkOutcome::Repaired(_)), "{outcome:?}");
}

/// Has the bank send a webhook, and waits until nothing is left to do because of it.
async fn fire(app: &TestApp, access_token: &str, code: &str) {
    let before = webhooks(app, code).await;
    fire_webhook(app, access_token, code).await;
    eventually(code, || async {
        (webhooks(app, code).await > before).then_some(())
    })
    .await;
    idle(app).await;
}

/// Returns how many webhooks with this code have arrived.
async fn webhooks(app: &TestApp, code: &str) -> i64 {
    let count = format!(
        "SELECT COALESCE(SUM(times), 0) FROM webhook_delivery WHERE webhook_code = '{code}'"
    );
    app.count(&count).await
}

/// Waits until nothing is due or running, and no webhook is on its way.
async fn idle(app: &TestApp) {
    let (books, bank) = (app.books().await, app.bank().books().await);
    eventually("an idle moment", || async {
        let now = app.clock.now();
        let moment = now.as_millisecond();
        let busy = format!(
            "SELECT COUNT(*) FROM job WHERE lease_until IS NOT NULL
                 OR (run_at <= {moment} AND (not_before IS NULL OR not_before <= {moment}))"
        );
        let coming = bank.webhooks_coming(now).await;
        (coming + books.count(&busy).await == 0).then_some(())
    })
    .await;
}

/// Presses "Sync now" and waits until it is done. The clock first moves past the minute for which a failed bank is left
/// alone.
async fn sync_now(app: &TestApp, browser: &mut Browser, id: &ConnectionId) {
    app.pass(SignedDuration::from_secs(75));
    let fields = [("connection", id.as_str()), ("back", "/accounts")];
    let page = browser.post("/forms/sync", &fields).await;
    assert_eq!(page.status, 200, "{}", page.body);
    idle(app).await;
}

/// Puts an Item into an error at the bank, or with `None` out of it.
async fn item_error(app: &TestApp, item_of: &ConnectionId, code: Option<&str>) {
    let sql = format!("SELECT item_id FROM connection WHERE id = '{item_of}'");
    let item: String = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .fetch_one(&app.books().await.pool)
        .await
        .expect("an item");
    let error = code.map_or("NULL".to_owned(), |code| format!("'{code}'"));
    let sql = format!("UPDATE item SET error = {error} WHERE id = '{item}'");
    app.bank().write(&sql).await;
}

/// Returns the messages that ask for attention, which must be the same on all pages.
async fn attention(browser: &mut Browser, id: &ConnectionId) -> Vec<String> {
    let overview = browser.get("/").await.texts(".attention p");
    let accounts = browser.get("/accounts").await.texts(".attention p");
    let own = format!("/connections/{id}");
    let own = browser.get(&own).await.texts(".attention p");
    assert_eq!(overview, accounts);
    assert_eq!(overview, own);
    overview
}

/// Returns the only message that asks for attention.
async fn message(browser: &mut Browser, id: &ConnectionId) -> String {
    let mut all = attention(browser, id).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// Unlinks a bank, keeping its rows, and waits for the end.
async fn unlink(app: &TestApp, browser: &mut Browser, id: &ConnectionId) {
    let fields = [("connection", id.as_str()), ("rows", "keep")];
    let page = browser.post("/forms/unlink", &fields).await;
    assert_eq!(page.path, "/accounts", "{}", page.body);
    let books = app.books().await;
    let ended =
        format!("SELECT COUNT(*) FROM connection WHERE id = '{id}' AND unlinked_at IS NOT NULL");
    eventually("the end", || async {
        (books.count(&ended).await == 1).then_some(())
    })
    .await;
}
