//! A Passbook and a bank on its own origin that speaks MX and does what the test tells it.

use std::time::Duration;

use bank::bank::guid_of;
use domain::connection::LinkStatus;
use domain::id::ConnectionId;
use domain::provider::Typed;
use domain::secret::Secret;
use passbook::config::webhook_path;
use passbook::sync::{self, SyncError};
use serde_json::{Value, json};

use super::{completes, link, read_connection};
use crate::app::{ADA, EVE, TestApp, eventually};
use crate::bank::WEBHOOK_PASSWORD;

/// The pace of a bank that moves on only when it is polled: on its own it is too slow for a test.
const SLOW: Duration = Duration::from_secs(60 * 60);

/// Gives rows the ids that MX has for them.
pub fn named_as_mx_does(rows: &mut Value) {
    for row in rows.as_array_mut().expect("rows") {
        for (field, prefix) in [("transaction_id", "TRN"), ("account_id", "ACT")] {
            row[field] = guid_of(prefix, row[field].as_str().expect("an id")).into();
        }
        // MX reports neither the day of the purchase nor which row settles which.
        row["authorized_date"] = Value::Null;
        row["pending_transaction_id"] = Value::Null;
    }
}

/// Starts a Passbook whose bank, on its own origin, moves on one step with each poll. Ada and Eve have signed up.
pub async fn start() -> TestApp {
    let built = TestApp::build().mx().open_to_all();
    let app = built.paced(SLOW, SLOW).start().await;
    app.signed_up(&ADA).await;
    app.signed_up(&EVE).await;
    app
}

/// Links a bank and waits until all history is in the books and no work is left.
pub async fn link_whole(app: &TestApp) -> ConnectionId {
    let id = link(app, "anything").await;
    completes(app, &id).await;
    all_history(app, &id).await;
    id
}

/// Waits for all history at a bank that asks a challenge each time.
pub async fn completes_with_answers(app: &TestApp, id: &ConnectionId) {
    eventually("all history", || async {
        rest_and_pass(app, jiff::SignedDuration::from_secs(10)).await;
        let connection = read_connection(app, id).await;
        if connection.link_status() == LinkStatus::Challenged {
            // The bank may no longer be asking.
            let _ = give_answers(app, id, "correct").await;
        }
        connection.history_complete_at
    })
    .await;
}

/// Waits until all history was requested and read.
pub async fn all_history(app: &TestApp, id: &ConnectionId) {
    let read = format!(
        "SELECT COUNT(*) FROM connection WHERE id = '{id}' AND begin_again_at IS NULL
             AND history_asked_at < last_synced_at"
    );
    eventually("all history", || async {
        rest_and_pass(app, jiff::SignedDuration::from_secs(30)).await;
        (app.count(&read).await == 1).then_some(())
    })
    .await;
}

/// Moves the clock once no worker is busy: a lease lasts a minute.
pub async fn rest_and_pass(app: &TestApp, time: jiff::SignedDuration) {
    let now = app.clock.now().as_millisecond();
    let busy = format!(
        "SELECT COUNT(*) FROM job WHERE lease_until IS NOT NULL
             OR (run_at <= {now} AND COALESCE(not_before, 0) <= {now})"
    );
    eventually("a rest", || async {
        app.ctx().work.notify_one();
        (app.count(&busy).await == 0).then_some(())
    })
    .await;
    app.pass(time);
}

/// Returns the guid of the only member.
pub async fn only_member(app: &TestApp) -> String {
    let all = all_members(app).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

/// Returns the guids of all members.
pub async fn all_members(app: &TestApp) -> Vec<String> {
    let all = app.bank().misbehave("member/list", json!({})).await;
    let all = all["members"].as_array().expect("a list").iter();
    all.map(|one| one["member_guid"].as_str())
        .map(|guid| guid.expect("a guid").to_owned())
        .collect()
}

/// Makes an endpoint fail until faults are cleared.
pub async fn add_fault(app: &TestApp, endpoint: &str, mut fault: Value) {
    fault["endpoint"] = endpoint.into();
    fault["until_cleared"] = true.into();
    app.bank().misbehave("fault/add", fault).await;
}

/// Makes every endpoint work again.
pub async fn clear_faults(app: &TestApp) {
    app.bank().misbehave("fault/clear", json!({})).await;
}

/// Returns the number of recorded calls of an endpoint.
pub async fn calls_of(app: &TestApp, endpoint: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM provider_call WHERE endpoint = '{endpoint}'");
    app.count(&sql).await
}

/// Requests a sync as the button does, and waits until it has ended, successfully or not.
pub async fn sync_now(app: &TestApp, id: &ConnectionId) {
    rest_and_pass(app, jiff::SignedDuration::from_secs(70)).await;
    let since = app.clock.now().as_millisecond();
    let asked = sync::request_sync(app.ctx(), &app.user(&ADA).await, id).await;
    asked.expect("it is asked for");
    let ended = format!(
        "SELECT COUNT(*) FROM job_run r JOIN job j ON j.id = r.job_id WHERE j.kind = 'sync' AND j.subject = '{id}'
             AND r.outcome IS NOT NULL AND r.started_at >= {since}"
    );
    // A refused sync is repeated only after this time, however often it is requested.
    let put_off = format!(
        "SELECT COALESCE(MAX(not_before), 0) FROM job WHERE kind = 'sync' AND subject = '{id}' AND lease_until IS NULL"
    );
    eventually("the end of a sync", || async {
        let wait = app.count(&put_off).await - app.clock.now().as_millisecond();
        if wait > 0 {
            app.pass(jiff::SignedDuration::from_millis(wait));
        }
        app.ctx().work.notify_one();
        (app.count(&ended).await > 0).then_some(())
    })
    .await;
}

/// Returns the ids of the rows in the books.
pub async fn row_ids(app: &TestApp) -> Vec<String> {
    let sql = "SELECT provider_id FROM bank_transaction ORDER BY provider_id";
    app.texts(sql).await
}

/// Returns the rows that the bank lists, newest first.
pub async fn listed_rows(app: &TestApp) -> Vec<Value> {
    let member = json!({"member_guid": only_member(app).await});
    let mut all = app.bank().misbehave("transactions/list", member).await;
    named_as_mx_does(&mut all["transactions"]);
    all["transactions"].as_array().expect("rows").clone()
}

/// Gives the same answer to every challenge.
pub async fn give_answers(app: &TestApp, id: &ConnectionId, value: &str) -> Result<(), SyncError> {
    let asked = sync::challenges(app.ctx(), &app.user(&ADA).await, id).await?;
    let answers: Vec<Typed> = (asked.into_iter())
        .map(|challenge| Typed {
            field: challenge.id,
            value: Secret::new(value),
        })
        .collect();
    sync::answer_challenges(app.ctx(), &app.user(&ADA).await, id, &answers).await
}

/// Returns the address for MX's webhooks.
pub fn door(app: &TestApp) -> String {
    let path = webhook_path(&Secret::new(WEBHOOK_PASSWORD));
    format!("http://{}/webhooks/mx/{}", app.address(), path.expose())
}

/// Has the bank send its webhooks here.
pub async fn listen(app: &TestApp) {
    let to = json!({"url": door(app), "username": "mx", "password": WEBHOOK_PASSWORD});
    app.bank().misbehave("member/webhook", to).await;
}
