//! Balances that a bank does not report, and those that are requested now.

use super::*;

/// The bank that must be told how old a balance may be.
const HARBOR: &str = "ins_128026";
const BALANCE_CALLS: &str =
    "SELECT outcome FROM provider_call WHERE endpoint = '/accounts/balance/get' ORDER BY id";

async fn fault(app: &TestApp, more: serde_json::Value) {
    app.bank().misbehave("fault/add", more).await;
}

#[tokio::test]
async fn a_balance_that_is_null_once_is_the_last_known_one_with_its_date_everywhere() {
    let (app, mut browser) = start().await;
    let (id, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let overview = browser.get("/").await;
    let (headline, balances) = (
        overview.text(".worth .figure"),
        app.books().await.balances(id.as_str()).await,
    );
    assert!(
        !overview.body.contains("as of"),
        "a balance of now needs no date"
    );
    let account = overview
        .attributes("a.row[href^='/accounts/']", "href")
        .remove(0);
    let shown = browser.get(&account).await.text(".figure");

    let nulls = json!({"fault": "nulls", "endpoint": "/accounts/get", "until_cleared": true});
    fault(&app, nulls).await;
    app.pass(SignedDuration::from_hours(48));
    sync_now(&app, &mut browser, &id).await;
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
    assert_eq!(app.books().await.balances(id.as_str()).await, balances);
    let overview = browser.get("/").await;
    assert_eq!(overview.text(".worth .figure"), headline);
    assert!(
        overview
            .text(".worth")
            .contains("includes a balance as of 21 Nov 2026"),
        "{}",
        overview.body
    );
    assert!(overview.text(".columns").contains("as of 21 Nov 2026"));
    assert!(
        browser
            .get("/accounts")
            .await
            .text("main")
            .contains("as of 21 Nov 2026")
    );
    let page = browser.get(&account).await;
    assert_eq!(page.text(".figure"), shown);
    assert!(
        page.text("main").contains("as of 21 Nov 2026"),
        "{}",
        page.body
    );

    // Reported again, it is dated now.
    app.bank().ask("/misbehave/fault/clear", json!({})).await;
    sync_now(&app, &mut browser, &id).await;
    let overview = browser.get("/").await;
    assert!(!overview.body.contains("as of"), "{}", overview.body);
}

#[tokio::test]
async fn null_in_every_answer_of_a_sync_loses_no_row() {
    let (app, mut browser) = start().await;
    let (id, token) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let rows = "SELECT COUNT(*) FROM bank_transaction";
    let before = app.number(rows).await;
    let add = json!({"access_token": token, "amount": "5.00", "quiet": true});
    app.bank().ask("/misbehave/transactions/add", add).await;
    fault(&app, json!({"fault": "nulls", "until_cleared": true})).await;
    sync_now(&app, &mut browser, &id).await;
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
    assert_eq!(app.number(rows).await, before + 1);
    assert_eq!(app.number("SELECT set_aside_rows FROM connection").await, 0);
    let open = "SELECT COUNT(*) FROM account WHERE closed_at IS NOT NULL";
    assert_eq!(app.number(open).await, 0);
}

async fn ask_bank(app: &TestApp, browser: &mut Browser, id: &ConnectionId) -> Page {
    let fields = [("connection", id.as_str()), ("back", "/accounts")];
    let page = browser.post("/forms/ask-bank", &fields).await;
    idle(app).await;
    page
}

#[tokio::test]
async fn a_bank_that_wants_it_is_told_how_old_a_balance_may_be() {
    let (app, mut browser) = start_with(&[("PLAID_PAID_REFRESH", "on")]).await;
    let (harbor, token) = link(&app, &mut browser, HARBOR, "user_good").await;
    let unasked = json!({"access_token": token});
    let refused = app.bank().ask("/accounts/balance/get", unasked).await;
    assert_eq!(refused["error_code"], "INVALID_FIELD", "{refused}");
    let page = ask_bank(&app, &mut browser, &harbor).await;
    assert_eq!(page.count(".notice.wrong"), 0, "{}", page.body);
    recorded(&app, &["ok"]).await;

    // Another bank asks for it with its error.
    let (platypus, token) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let wanted = json!({"access_token": token, "fault": "error", "error_code": "INVALID_FIELD",
        "error_type": "INVALID_REQUEST", "endpoint": "/accounts/balance/get"});
    fault(&app, wanted).await;
    ask_bank(&app, &mut browser, &platypus).await;
    recorded(&app, &["ok", "INVALID_FIELD", "ok"]).await;
}

#[tokio::test]
async fn the_sync_that_was_paid_for_runs_without_balances() {
    let (app, mut browser) = start_with(&[("PLAID_PAID_REFRESH", "on")]).await;
    let (id, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let syncs =
        "SELECT COUNT(*) FROM job_run r JOIN job j ON j.id = r.job_id WHERE j.kind = 'sync'";
    let before = app.number(syncs).await;
    let down = json!({"fault": "error", "error_code": "INSTITUTION_DOWN", "endpoint": "/accounts/balance/get"});
    fault(&app, down).await;
    let page = ask_bank(&app, &mut browser, &id).await;
    assert_eq!(page.count(".notice.wrong"), 0, "{}", page.body);
    recorded(&app, &["INSTITUTION_DOWN"]).await;
    assert!(app.number(syncs).await > before);

    // A refresh that is refused costs nothing, and the message names the bank. One a minute may be requested.
    app.pass(SignedDuration::from_secs(75));
    let down = json!({"fault": "error", "error_code": "INSTITUTION_DOWN", "endpoint": "/transactions/refresh"});
    fault(&app, down).await;
    let page = ask_bank(&app, &mut browser, &id).await;
    let told = page.text(".notice.wrong");
    assert!(
        told.starts_with("First Platypus Bank isn’t responding"),
        "{told}"
    );
}

/// Waits until the record of calls has these outcomes of balance calls.
async fn recorded(app: &TestApp, outcomes: &[&str]) {
    eventually("the calls", || async {
        (app.texts(BALANCE_CALLS).await == outcomes).then_some(())
    })
    .await;
}
