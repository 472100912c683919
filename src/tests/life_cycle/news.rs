//! What a bank reports on its own and cannot be asked for.

use super::*;
use crate::app::{EVE, browsers};
use crate::outgoing_webhooks::receiver::WebhookReceiver;

const NEW_ACCOUNTS: &str =
    "First Platypus Bank has accounts you haven’t added. Choose which to add.";

#[tokio::test]
async fn new_accounts_are_offered_until_they_are_chosen() {
    let (app, mut browser) = start().await;
    let (id, token) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    fire(&app, &token, "NEW_ACCOUNTS_AVAILABLE").await;
    assert_eq!(message(&mut browser, &id).await, NEW_ACCOUNTS);
    // A successful sync chooses no accounts.
    sync_now(&app, &mut browser, &id).await;
    assert_eq!(message(&mut browser, &id).await, NEW_ACCOUNTS);
    let page = browser.get("/accounts").await;
    let purposes = page.attributes(".attention input[name=purpose]", "value");
    assert_eq!(purposes, [format!("add:{id}")]);
    // Neither does a repair.
    log_in_again(&app, LinkPurpose::Repair(id.clone())).await;
    assert_eq!(message(&mut browser, &id).await, NEW_ACCOUNTS);
    log_in_again(&app, LinkPurpose::AddAccounts(id.clone())).await;
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
}

#[tokio::test]
async fn not_now_puts_news_away_until_it_comes_again() {
    let (app, mut browser) = start().await;
    let (id, token) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    fire(&app, &token, "NEW_ACCOUNTS_AVAILABLE").await;
    let page = browser.get("/accounts").await;
    let later = page.form(".attention form[action='/forms/not-now']");
    let mut eve = app.signed_up(&EVE).await;
    assert_eq!(eve.send(&later).await.status, 404);
    assert_eq!(message(&mut browser, &id).await, NEW_ACCOUNTS);
    let page = browser.send(&later).await;
    assert_eq!((page.path.as_str(), page.status), ("/accounts", 200));
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
    // A bank repeats an unanswered webhook for a day: that is no news.
    fire(&app, &token, "NEW_ACCOUNTS_AVAILABLE").await;
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
    app.pass(SignedDuration::from_hours(25));
    fire(&app, &token, "NEW_ACCOUNTS_AVAILABLE").await;
    assert_eq!(message(&mut browser, &id).await, NEW_ACCOUNTS);
    // A problem cannot be put off.
    let fields = [("connection", id.as_str()), ("what", "disconnect")];
    let page = browser.post("/forms/not-now", &fields).await;
    assert_eq!(page.status, 404);
}

#[tokio::test]
async fn the_day_of_a_disconnect_is_told_until_the_login_is_repaired() {
    let (app, mut browser) = start().await;
    let (id, token) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    fire(&app, &token, "PENDING_DISCONNECT").await;
    let told = message(&mut browser, &id).await;
    let words = "First Platypus Bank will stop sharing your accounts on 28 Nov 2026. Log in again to keep it linked.";
    assert_eq!(told, words);
    fire(&app, &token, "LOGIN_REPAIRED").await;
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
    // The same webhook, delivered late, brings nothing back.
    fire(&app, &token, "PENDING_DISCONNECT").await;
    assert_eq!(webhooks(&app, "PENDING_DISCONNECT").await, 2);
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
    // Another date is news, and a repair by the person ends it too.
    app.pass(SignedDuration::from_hours(48));
    fire(&app, &token, "PENDING_DISCONNECT").await;
    assert!(message(&mut browser, &id).await.contains("on 30 Nov 2026"));
    sync_now(&app, &mut browser, &id).await;
    let told = message(&mut browser, &id).await;
    assert!(
        told.contains("on 30 Nov 2026"),
        "a sync is no log-in: {told}"
    );
    log_in_again(&app, LinkPurpose::Repair(id.clone())).await;
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
}

#[tokio::test]
async fn a_disconnect_that_did_not_come_is_forgotten() {
    let (app, mut browser) = start().await;
    let (id, token) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    fire(&app, &token, "PENDING_DISCONNECT").await;
    assert!(message(&mut browser, &id).await.contains("on 28 Nov 2026"));
    app.pass(SignedDuration::from_hours(8 * 24));
    sync_now(&app, &mut browser, &id).await;
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
}

#[tokio::test]
async fn a_revoked_account_is_named_and_kept() {
    let (app, mut browser) = start().await;
    let (id, token) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let accounts = app.number("SELECT COUNT(*) FROM account").await;
    fire(&app, &token, "USER_ACCOUNT_REVOKED").await;
    let told = message(&mut browser, &id).await;
    let name = app
        .texts("SELECT a.name FROM account a JOIN connection_note n ON n.subject = a.provider_id")
        .await;
    assert_eq!(name.len(), 1);
    assert!(
        told.contains(&format!("no longer shares “{}”", name[0])),
        "{told}"
    );
    assert!(told.contains("Its history is kept"), "{told}");
    assert_eq!(app.number("SELECT COUNT(*) FROM account").await, accounts);
    log_in_again(&app, LinkPurpose::AddAccounts(id.clone())).await;
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
}

#[tokio::test]
async fn a_revoked_permission_is_linked_again_and_blocks_no_retry() {
    let (app, mut browser) = start().await;
    let (id, token) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    item_error(&app, &id, Some("USER_PERMISSION_REVOKED")).await;
    fire(&app, &token, "USER_PERMISSION_REVOKED").await;
    let told = message(&mut browser, &id).await;
    assert!(
        told.contains("no longer lets Passbook read your accounts"),
        "{told}"
    );
    assert!(told.contains("USER_PERMISSION_REVOKED"), "{told}");
    let page = browser.get("/").await;
    assert_eq!(page.text(".attention a[href^='/link/new']"), "Link again");
    // The bank is not asked again and again,
    let next = "SELECT run_at FROM job WHERE kind = 'sync'";
    let wait = app.number(next).await - app.clock.now().as_millisecond();
    assert!(wait > 4 * 86_400_000, "{wait}");
    // but a person may ask.
    item_error(&app, &id, None).await;
    sync_now(&app, &mut browser, &id).await;
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
}

#[tokio::test]
async fn what_nobody_signed_leaves_no_note() {
    let (app, mut browser) = start().await;
    let (id, token) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    // The bank sends its webhook to somebody else, who knocks at our door with it.
    let receiver = WebhookReceiver::open().await;
    let elsewhere = json!({"access_token": token, "webhook": receiver.url("/")});
    let (bank, http) = (app.bank(), browsers());
    bank.ask("/item/webhook/update", elsewhere).await;
    let code = "NEW_ACCOUNTS_AVAILABLE";
    let wanted = json!({"access_token": token, "webhook_code": code});
    bank.ask("/sandbox/item/fire_webhook", wanted).await;
    let sent = eventually("the webhook", async || {
        let calls = receiver.calls().into_iter();
        calls.rev().find(|call| call.json()["webhook_code"] == code)
    })
    .await;
    let door = format!("http://{}/webhooks/plaid", app.address());
    let knock = async |signature: &str, body: &str| {
        let request = http.post(&door).header("plaid-verification", signature);
        let answer = request.body(body.to_owned()).send().await;
        answer.expect("an answer").status().as_u16()
    };
    let signature = sent.header("plaid-verification");
    assert_eq!(knock("a.b.c", &sent.body).await, 401);
    assert_eq!(knock(signature, &format!("{} ", sent.body)).await, 401);
    let notes = "SELECT COUNT(*) FROM connection_note";
    assert_eq!(app.number(notes).await, 0);

    // The same body leaves one as the bank signed it.
    assert_eq!(knock(signature, &sent.body).await, 200);
    idle(&app).await;
    assert_eq!(app.number(notes).await, 1);
    assert_eq!(message(&mut browser, &id).await, NEW_ACCOUNTS);
}

#[tokio::test]
async fn the_end_of_a_consent_is_told_also_before_the_item_says_it() {
    let (app, mut browser) = start().await;
    let (id, token) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let wanted = json!({"access_token": token, "webhook_code": "PENDING_EXPIRATION"});
    app.bank().ask("/misbehave/webhook/send", wanted).await;
    eventually("the webhook", || async {
        (webhooks(&app, "PENDING_EXPIRATION").await == 1).then_some(())
    })
    .await;
    idle(&app).await;
    let told = message(&mut browser, &id).await;
    assert!(told.contains("by 28 Nov 2026. Log in again"), "{told}");
    // The Item reports that the date has moved.
    let later = app.clock.now().as_millisecond() + 90 * 86_400_000;
    app.bank()
        .write(&format!("UPDATE item SET consent_expires_at = {later}"))
        .await;
    sync_now(&app, &mut browser, &id).await;
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
}
