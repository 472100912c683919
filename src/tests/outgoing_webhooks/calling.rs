//! Outgoing webhooks: signed, retried, given up, and never sent to a forbidden address.

use jiff::SignedDuration;
use passbook::ledger;

use super::receiver::WebhookReceiver;
use super::{add, called, id_of, press, start};
use crate::app::{ADA, TestApp, eventually};
use crate::hosted_link::PLATYPUS;

#[tokio::test]
async fn a_program_is_told_and_fetches_what_changed() {
    let (app, receiver) = (start().await, WebhookReceiver::open().await);
    let mut browser = app.signed_up(&ADA).await;
    let (_, secret) = add(&mut browser, &receiver.url("/hook?of=ada")).await;
    let bank = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &bank).await;

    let linked = called(&app, &receiver, "connection.linked", 1).await;
    let changed = called(&app, &receiver, "transactions.changed", 1).await;
    assert_eq!(linked[0].json()["data"]["connection_id"], bank.as_str());
    for call in receiver.calls() {
        assert_eq!(call.signed_by(&secret), 1, "{call:?}");
        assert_eq!(call.path, "/hook");
        assert_eq!(call.header("content-type"), "application/json");
        assert!(call.header("user-agent").starts_with("Passbook-Webhooks/"));
        assert!(call.body.len() < 300, "{}", call.body);
    }
    // The message only says where to read; the books say the rest.
    let data = changed[0].json()["data"].clone();
    assert_eq!(data.as_object().expect("an object").len(), 1);
    let since = data["cursor"].as_str().expect("a cursor").to_owned();
    let ada = app.user(&ADA).await;
    let page = ledger::changes(app.ctx(), &ada, Some(&since), Some(500)).await;
    let rows = app.number("SELECT COUNT(*) FROM bank_transaction").await;
    let told = page.expect("a page").changes.added.len();
    assert_eq!(i64::try_from(told), Ok(rows.min(500)));
}

#[tokio::test]
async fn what_does_not_arrive_is_sent_again_as_the_same_message() {
    let (app, receiver) = (start().await, WebhookReceiver::open().await);
    let mut browser = app.signed_up(&ADA).await;
    receiver.answers(&[500, 302, 429]);
    let (path, secret) = add(&mut browser, &receiver.url("/")).await;
    let bank = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &bank).await;
    let calls = eventually("two messages and three failures", || async {
        // Shorter than a lease, so that no worker is taken for dead.
        app.pass(SignedDuration::from_secs(10));
        let first = receiver.calls().into_iter().next()?;
        let mut calls = receiver.calls();
        calls.retain(|call| call.header("webhook-id") == first.header("webhook-id"));
        (calls.len() >= 2 && receiver.calls().len() >= 5).then_some(calls)
    })
    .await;
    assert!(
        receiver.of_type("connection.linked").len() >= 2,
        "sent again"
    );
    assert_eq!(calls[0].body, calls[1].body);
    assert_ne!(
        calls[0].header("webhook-timestamp"),
        calls[1].header("webhook-timestamp")
    );
    for call in receiver.calls() {
        assert_eq!(call.signed_by(&secret), 1);
        assert_ne!(call.path, "/elsewhere", "nobody is followed");
    }
    eventually("all arrived", || async {
        app.pass(SignedDuration::from_secs(10));
        let left = "SELECT COUNT(*) FROM outbound_message WHERE state <> 'arrived'";
        (app.number(left).await == 0).then_some(())
    })
    .await;
    let page = browser.get(&path).await;
    assert!(page.body.contains("Delivered"), "{}", page.body);
    assert!(
        page.texts(".deliveries .soft")
            .iter()
            .any(|t| t.contains("attempts"))
    );
}

#[tokio::test]
async fn a_program_that_is_gone_is_called_no_more_until_it_is_switched_on() {
    let (app, receiver) = (start().await, WebhookReceiver::open().await);
    let mut browser = app.signed_up(&ADA).await;
    receiver.always(Some(500));
    let (path, _) = add(&mut browser, &receiver.url("/")).await;
    browser.link(PLATYPUS, "user_good", "pass_good").await;
    let off = "SELECT COUNT(*) FROM outbound_endpoint WHERE disabled_for = 'failing'";
    eventually("it is switched off", || async {
        app.pass(SignedDuration::from_mins(30));
        (app.number(off).await == 1).then_some(())
    })
    .await;
    let page = browser.get(&path).await;
    assert!(
        page.text(".attention").starts_with("Turned off"),
        "{}",
        page.body
    );
    assert_eq!(page.count("form[action='/forms/webhook-test']"), 0);
    let notice = browser.get("/").await.texts(".attention").join(" ");
    assert!(
        notice.contains("turned off"),
        "the person is told: {notice}"
    );
    let most = "SELECT MAX(number) FROM outbound_attempt";
    assert_eq!(app.number(most).await, 9);

    // A message that was given up stays so; waiting and new messages are delivered.
    receiver.always(None);
    let before = receiver.calls().len();
    let page = press(&mut browser, &path, "webhook-on").await;
    assert!(
        page.text(".notice").starts_with("Webhook turned on."),
        "{}",
        page.body
    );
    let page = press(&mut browser, &path, "webhook-again").await;
    assert_eq!(page.status, 200, "{}", page.body);
    eventually("it is called again", || async {
        app.pass(SignedDuration::from_secs(1));
        (receiver.calls().len() > before).then_some(())
    })
    .await;
    assert_eq!(browser.get("/").await.count(".attention"), 0);

    let waiting = "SELECT COUNT(*) FROM outbound_message WHERE state = 'waiting'";
    eventually("nothing waits", || async {
        app.pass(SignedDuration::from_secs(1));
        (app.number(waiting).await == 0).then_some(())
    })
    .await;
    receiver.answers(&[410]);
    press(&mut browser, &path, "webhook-test").await;
    eventually("it says that it is gone", || async {
        app.pass(SignedDuration::from_secs(1));
        let page = browser.clone().get(&path).await;
        page.body.contains("permanently gone").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_bank_that_needs_attention_is_told_and_that_it_works_again() {
    let (app, receiver) = (start().await, WebhookReceiver::open().await);
    let mut browser = app.signed_up(&ADA).await;
    let bank = browser.link(PLATYPUS, "user_good", "pass_good").await;
    app.synced(&mut browser, &bank).await;
    let (path, _) = add(&mut browser, &receiver.url("/")).await;
    let books = app.books().await;
    let write = async |sql: &'static str| {
        sqlx::query(sql)
            .execute(&books.pool)
            .await
            .expect("it is written");
    };
    write("UPDATE connection SET problem_code = 'ITEM_LOGIN_REQUIRED', problem_reason = 'log_in_needed', problem_remedy = 'repair', problem_message = 'x'").await;
    let problem = called(&app, &receiver, "connection.problem", 1).await;
    let told = problem[0].json()["data"].clone();
    assert_eq!(told["connection_id"], bank.as_str());
    assert_eq!(
        [&told["code"], &told["reason"], &told["remedy"]],
        ["ITEM_LOGIN_REQUIRED", "log_in_needed", "repair"]
    );
    write(
        "UPDATE connection SET problem_code = NULL, problem_reason = NULL, problem_remedy = NULL, problem_message = NULL",
    )
    .await;
    let repaired = called(&app, &receiver, "connection.repaired", 1).await;
    let told = repaired[0].json()["data"].clone();
    assert_eq!(told["reason"], "log_in_needed", "{told}");

    browser
        .post(
            "/forms/unlink",
            &[("connection", bank.as_str()), ("rows", "delete")],
        )
        .await;
    called(&app, &receiver, "connection.unlinked", 1).await;
    called(&app, &receiver, "transactions.changed", 1).await;
    assert_eq!(
        receiver.of_type("connection.linked").len(),
        0,
        "that was before"
    );
    // Each message is stored once, and a deleted address is not called any more.
    press(&mut browser, &path, "webhook-delete").await;
    let before = receiver.calls().len();
    browser.link(PLATYPUS, "user_good", "pass_good").await;
    let linked = "SELECT COUNT(*) FROM connection_event WHERE kind = 'linked'";
    assert_eq!(books.number(linked).await, 2);
    assert_eq!(
        books.number("SELECT COUNT(*) FROM outbound_message").await,
        0
    );
    assert_eq!(receiver.calls().len(), before);
    assert_eq!(receiver.of_type("connection.problem").len(), 1);
}

#[tokio::test]
async fn both_secrets_sign_for_a_day_after_a_change() {
    let (app, receiver) = (start().await, WebhookReceiver::open().await);
    let mut browser = app.signed_up(&ADA).await;
    let (path, old) = add(&mut browser, &receiver.url("/")).await;
    let page = press(&mut browser, &path, "webhook-rotate").await;
    let new = page.text("code#new-secret");
    assert_ne!(old, new);
    press(&mut browser, &path, "webhook-test").await;
    let call = called(&app, &receiver, "ping", 1).await.remove(0);
    assert_eq!((call.signed_by(&old), call.signed_by(&new)), (1, 1));
    assert!(call.header("webhook-signature").starts_with("v1,"));

    app.pass(SignedDuration::from_hours(25));
    press(&mut browser, &path, "webhook-test").await;
    let call = called(&app, &receiver, "ping", 2).await.remove(1);
    assert_eq!((call.signed_by(&old), call.signed_by(&new)), (0, 1));
}

#[tokio::test]
async fn no_name_leads_into_the_network_when_it_is_called() {
    let (app, receiver) = (TestApp::start().await, WebhookReceiver::open().await);
    let mut browser = app.signed_up(&ADA).await;
    let (path, _) = add(&mut browser, "https://example.org/hook").await;
    let books = app.books().await;
    let port = receiver.address.port();
    // Simulates a name that was public when it was entered.
    for host in [
        "localhost",
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
    ] {
        for scheme in ["https", "http"] {
            sqlx::query("UPDATE outbound_endpoint SET url = $1")
                .bind(format!("{scheme}://{host}:{port}/"))
                .execute(&books.pool)
                .await
                .expect("changed");
            press(&mut browser, &path, "webhook-test").await;
            let waiting = "SELECT COUNT(*) FROM outbound_message WHERE state = 'waiting'";
            eventually("it is refused", || async {
                app.pass(SignedDuration::from_secs(1));
                (books.number(waiting).await == 0).then_some(())
            })
            .await;
        }
    }
    let failures = "SELECT DISTINCT failure FROM outbound_attempt";
    assert_eq!(books.texts(failures).await, ["refused_address"]);
    assert_eq!(
        books.number("SELECT COUNT(*) FROM outbound_attempt").await,
        10
    );
    assert_eq!(receiver.calls().len(), 0);
    assert_eq!(id_of(&path).len(), 26);
}
