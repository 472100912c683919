//! Work that starts without a request: the poll, and arming jobs that nothing else armed.

use domain::job::{JobKind, JobState};
use jiff::SignedDuration;
use passbook::sync;
use serde_json::json;

use super::quiet::QuietApp;
use crate::app::{ADA, TestApp, eventually};
use crate::hosted_link::PLATYPUS;

#[tokio::test]
async fn without_webhooks_what_is_new_comes_within_six_hours() {
    // Its public address is unknown, so no bank can reach it.
    let app = TestApp::build().plaid().start().await;
    let mut browser = app.signed_up(&ADA).await;
    let id = browser
        .link(PLATYPUS, "user_transactions_dynamic", "pass_good")
        .await;
    app.synced(&mut browser, &id).await;
    let books = app.books().await;
    let (sealed, owner) = {
        let id = domain::id::ConnectionId::parse(&id).expect("an id");
        let found = app.ctx().store.connection_to_sync(&id).await;
        let (connection, sealed, _) = found.expect("the database answers").expect("it");
        (sealed, connection.user_id)
    };
    let token = app
        .ctx()
        .vault
        .unseal(&sealed, &id, owner.as_str())
        .expect("ours");
    let question = json!({"access_token": token.expose()});
    let item = app.bank().ask("/item/get", question.clone()).await;
    let webhook = &item["item"]["webhook"];
    assert!(webhook.is_null() || webhook == "", "{item}");

    let latest = "SELECT MAX(seq) FROM bank_transaction";
    let before = books.number(latest).await;
    app.bank().ask("/transactions/refresh", question).await;
    app.pass(SignedDuration::from_hours(5));
    let later = format!(
        "SELECT run_at > {} FROM job WHERE kind = 'sync'",
        app.clock.now().as_millisecond()
    );
    assert_eq!(books.count(&later).await, 1, "its time has not come");
    app.pass(SignedDuration::from_hours(1));
    eventually("the poll", || async {
        app.pass(SignedDuration::from_secs(5));
        (books.number(latest).await > before).then_some(())
    })
    .await;
    assert_eq!(
        books.number("SELECT COUNT(*) FROM webhook_delivery").await,
        0
    );
}

#[tokio::test]
async fn a_connection_that_waits_for_nothing_is_armed_again() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    quiet.work_off().await;
    for damage in [
        "UPDATE job SET run_at = NULL WHERE kind = 'sync'",
        "DELETE FROM job WHERE kind = 'sync'",
    ] {
        sqlx::query(damage)
            .execute(&quiet.books.pool)
            .await
            .expect("damaged");
        quiet.pass(3_600);
        sync::arm_forgotten(&quiet.ctx).await.expect("armed");
        let due = quiet.sync_of(&id).await.due_at.expect("armed");
        let heard = quiet
            .books
            .number("SELECT last_synced_at FROM connection")
            .await;
        assert_eq!(due.as_millisecond() - heard, 6 * 3_600_000, "{damage}");
    }
    // Armed once is enough, and a connection without news for days is due now.
    let requested = "SELECT requested FROM job WHERE kind = 'sync'";
    let before = quiet.books.number(requested).await;
    sync::arm_forgotten(&quiet.ctx)
        .await
        .expect("nothing to do");
    assert_eq!(quiet.books.number(requested).await, before);
    sqlx::query("UPDATE job SET run_at = NULL, finished_at = NULL")
        .execute(&quiet.books.pool)
        .await
        .expect("damaged");
    quiet.pass(3 * 24 * 3_600);
    sync::arm_forgotten(&quiet.ctx).await.expect("armed");
    assert_eq!(quiet.sync_of(&id).await.state, JobState::Due);
}

#[tokio::test]
async fn what_is_unlinked_stays_so_and_what_is_not_confirmed_goes_on() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    quiet.work_off().await;
    sync::unlink(&quiet.ctx, &quiet.user, &id, true)
        .await
        .expect("asked");
    sqlx::query("DELETE FROM job WHERE kind = 'unlink'")
        .execute(&quiet.books.pool)
        .await
        .expect("damaged");
    sync::arm_forgotten(&quiet.ctx).await.expect("armed");
    let job = quiet
        .job(JobKind::Unlink, id.as_str())
        .await
        .expect("armed");
    assert_eq!(job.state, JobState::Due);
    quiet.work_off().await;
    assert_eq!(
        quiet
            .books
            .number("SELECT COUNT(*) FROM connection WHERE unlinked_at IS NOT NULL")
            .await,
        1
    );
    sync::arm_forgotten(&quiet.ctx)
        .await
        .expect("nothing to do");
    let armed = "SELECT COUNT(*) FROM job WHERE run_at IS NOT NULL AND kind IN ('sync', 'unlink')";
    assert_eq!(quiet.books.number(armed).await, 0);
}

#[tokio::test]
async fn institutions_that_nobody_asks_for_are_asked_for() {
    let quiet = QuietApp::start().await;
    quiet.link().await;
    quiet.work_off().await;
    let subject = "plaid/ins_109508";
    sqlx::query("DELETE FROM job WHERE kind = 'institution'")
        .execute(&quiet.books.pool)
        .await
        .expect("damaged");
    sync::want_institutions(&quiet.ctx).await.expect("asked");
    let job = quiet.job(JobKind::Institution, subject).await.expect("it");
    assert_eq!(job.state, JobState::Waiting, "its data is fresh");
    sqlx::query("DELETE FROM institution")
        .execute(&quiet.books.pool)
        .await
        .expect("damaged");
    sqlx::query("DELETE FROM job WHERE kind = 'institution'")
        .execute(&quiet.books.pool)
        .await
        .expect("damaged");
    sync::want_institutions(&quiet.ctx).await.expect("asked");
    let job = quiet.job(JobKind::Institution, subject).await.expect("it");
    assert_eq!(job.state, JobState::Due);
}

#[tokio::test]
async fn without_webhooks_a_bank_is_linked_although_the_tab_was_closed_at_the_bank() {
    let app = TestApp::build().plaid().start().await;
    let mut browser = app.signed_up(&ADA).await;
    let page = browser.at_the_bank(PLATYPUS).await;
    let page = browser
        .log_in_at_bank(&page, "user_good", "pass_good")
        .await;
    browser.allow(page).await;

    let (ctx, books) = (app.ctx(), app.books().await);
    let asked = "SELECT COUNT(*) FROM job WHERE kind = 'link'";
    sync::arm_forgotten(ctx).await.expect("nothing to do");
    assert_eq!(
        books.number(asked).await,
        0,
        "the person may still be there"
    );
    app.pass(SignedDuration::from_mins(10));
    sync::arm_forgotten(ctx).await.expect("armed");
    let linked = "SELECT COUNT(*) FROM connection c JOIN link_attempt l ON l.result_id = c.id";
    eventually("the connection", || async {
        (books.number(linked).await == 1).then_some(())
    })
    .await;
    assert_eq!(
        books.number("SELECT COUNT(*) FROM webhook_delivery").await,
        0
    );
}
