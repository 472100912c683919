//! What a bank reports on its own and cannot be asked for.

use super::*;
use crate::app::EVE;
use crate::outgoing::receiver::WebhookReceiver;

const NEW_ACCOUNTS: &str =
    "First Platypus Bank has accounts you haven’t added. Choose which to share.";

#[tokio::test]
async fn new_accounts_are_offered_until_they_are_chosen() {
    let mut house = House::open().await;
    let (id, token) = house.link(PLATYPUS, "user_good").await;
    house.fire(&token, "NEW_ACCOUNTS_AVAILABLE").await;
    assert_eq!(house.told(&id).await, NEW_ACCOUNTS);
    // A successful sync chooses no accounts.
    house.sync(&id).await;
    assert_eq!(house.told(&id).await, NEW_ACCOUNTS);
    let page = house.browser.get("/accounts").await;
    let purposes = page.attributes(".attention input[name=purpose]", "value");
    assert_eq!(purposes, [format!("add:{id}")]);
    // Neither does a repair.
    house.logs_in_again(LinkPurpose::Repair(id.clone())).await;
    assert_eq!(house.told(&id).await, NEW_ACCOUNTS);
    house
        .logs_in_again(LinkPurpose::AddAccounts(id.clone()))
        .await;
    assert_eq!(house.attention(&id).await, [""; 0]);
}

#[tokio::test]
async fn not_now_puts_news_away_until_it_comes_again() {
    let mut house = House::open().await;
    let (id, token) = house.link(PLATYPUS, "user_good").await;
    house.fire(&token, "NEW_ACCOUNTS_AVAILABLE").await;
    let page = house.browser.get("/accounts").await;
    let later = page.form(".attention form[action='/forms/not-now']");
    let mut eve = house.app.signed_up(&EVE).await;
    assert_eq!(eve.send(&later).await.status, 404);
    assert_eq!(house.told(&id).await, NEW_ACCOUNTS);
    let page = house.browser.send(&later).await;
    assert_eq!((page.path.as_str(), page.status), ("/accounts", 200));
    assert_eq!(house.attention(&id).await, [""; 0]);
    // A bank repeats an unanswered webhook for a day: that is no news.
    house.fire(&token, "NEW_ACCOUNTS_AVAILABLE").await;
    assert_eq!(house.attention(&id).await, [""; 0]);
    house.pass(SignedDuration::from_hours(25));
    house.fire(&token, "NEW_ACCOUNTS_AVAILABLE").await;
    assert_eq!(house.told(&id).await, NEW_ACCOUNTS);
    // A problem cannot be put off.
    let fields = [("connection", id.as_str()), ("what", "disconnect")];
    let page = house.browser.post("/forms/not-now", &fields).await;
    assert_eq!(page.status, 404);
}

#[tokio::test]
async fn the_day_of_a_disconnect_is_told_until_the_login_is_repaired() {
    let mut house = House::open().await;
    let (id, token) = house.link(PLATYPUS, "user_good").await;
    house.fire(&token, "PENDING_DISCONNECT").await;
    let told = house.told(&id).await;
    let words = "First Platypus Bank will stop sharing your accounts on 28 November. Log in again to keep it linked.";
    assert_eq!(told, words);
    house.fire(&token, "LOGIN_REPAIRED").await;
    assert_eq!(house.attention(&id).await, [""; 0]);
    // The same webhook, delivered late, brings nothing back.
    house.fire(&token, "PENDING_DISCONNECT").await;
    assert_eq!(house.webhooks("PENDING_DISCONNECT").await, 2);
    assert_eq!(house.attention(&id).await, [""; 0]);
    // Another date is news, and a repair by the person ends it too.
    house.pass(SignedDuration::from_hours(48));
    house.fire(&token, "PENDING_DISCONNECT").await;
    assert!(house.told(&id).await.contains("until 30 November"));
    house.sync(&id).await;
    let told = house.told(&id).await;
    assert!(
        told.contains("until 30 November"),
        "a sync is no log-in: {told}"
    );
    house.logs_in_again(LinkPurpose::Repair(id.clone())).await;
    assert_eq!(house.attention(&id).await, [""; 0]);
}

#[tokio::test]
async fn a_disconnect_that_did_not_come_is_forgotten() {
    let mut house = House::open().await;
    let (id, token) = house.link(PLATYPUS, "user_good").await;
    house.fire(&token, "PENDING_DISCONNECT").await;
    assert!(house.told(&id).await.contains("until 28 November"));
    house.pass(SignedDuration::from_hours(8 * 24));
    house.sync(&id).await;
    assert_eq!(house.attention(&id).await, [""; 0]);
}

#[tokio::test]
async fn a_revoked_account_is_named_and_kept() {
    let mut house = House::open().await;
    let (id, token) = house.link(PLATYPUS, "user_good").await;
    let accounts = house.books.number("SELECT COUNT(*) FROM account").await;
    house.fire(&token, "USER_ACCOUNT_REVOKED").await;
    let told = house.told(&id).await;
    let name = house
        .books
        .texts("SELECT a.name FROM account a JOIN connection_note n ON n.subject = a.provider_id")
        .await;
    assert_eq!(name.len(), 1);
    assert!(
        told.contains(&format!("no longer shares “{}”", name[0])),
        "{told}"
    );
    assert!(told.contains("Its history is kept"), "{told}");
    assert_eq!(
        house.books.number("SELECT COUNT(*) FROM account").await,
        accounts
    );
    house
        .logs_in_again(LinkPurpose::AddAccounts(id.clone()))
        .await;
    assert_eq!(house.attention(&id).await, [""; 0]);
}

#[tokio::test]
async fn a_revoked_permission_is_linked_again_and_blocks_no_retry() {
    let mut house = House::open().await;
    let (id, token) = house.link(PLATYPUS, "user_good").await;
    house.item_error(&id, Some("USER_PERMISSION_REVOKED")).await;
    house.fire(&token, "USER_PERMISSION_REVOKED").await;
    let told = house.told(&id).await;
    assert!(
        told.contains("no longer lets Passbook read your accounts"),
        "{told}"
    );
    assert!(told.contains("USER_PERMISSION_REVOKED"), "{told}");
    let page = house.overview().await;
    assert_eq!(page.text(".attention a[href^='/link/new']"), "Link again");
    // The bank is not asked again and again,
    let next = "SELECT run_at FROM job WHERE kind = 'sync'";
    let wait = house.books.number(next).await - house.app.clock.now().as_millisecond();
    assert!(wait > 4 * 86_400_000, "{wait}");
    // but a person may ask.
    house.item_error(&id, None).await;
    house.sync(&id).await;
    assert_eq!(house.attention(&id).await, [""; 0]);
}

#[tokio::test]
async fn what_nobody_signed_leaves_no_note() {
    let mut house = House::open().await;
    let (id, token) = house.link(PLATYPUS, "user_good").await;
    // The bank sends its webhook to somebody else, who knocks at our door with it.
    let receiver = WebhookReceiver::open().await;
    let elsewhere = json!({"access_token": token, "webhook": receiver.url("/")});
    let (bank, http) = (&house.bank, &house.http);
    bank.ask(http, "/item/webhook/update", elsewhere).await;
    let code = "NEW_ACCOUNTS_AVAILABLE";
    let wanted = json!({"access_token": token, "webhook_code": code});
    bank.ask(http, "/sandbox/item/fire_webhook", wanted).await;
    let sent = eventually("the webhook", async || {
        let calls = receiver.calls().into_iter();
        calls.rev().find(|call| call.json()["webhook_code"] == code)
    })
    .await;
    let door = format!("http://{}/webhooks/plaid", house.app.address());
    let knock = async |signature: &str, body: &str| {
        let request = http.post(&door).header("plaid-verification", signature);
        let answer = request.body(body.to_owned()).send().await;
        answer.expect("an answer").status().as_u16()
    };
    let signature = sent.header("plaid-verification");
    assert_eq!(knock("a.b.c", &sent.body).await, 401);
    assert_eq!(knock(signature, &format!("{} ", sent.body)).await, 401);
    let notes = "SELECT COUNT(*) FROM connection_note";
    assert_eq!(house.books.number(notes).await, 0);

    // The same body leaves one as the bank signed it.
    assert_eq!(knock(signature, &sent.body).await, 200);
    house.idle().await;
    assert_eq!(house.books.number(notes).await, 1);
    assert_eq!(house.told(&id).await, NEW_ACCOUNTS);
}

#[tokio::test]
async fn the_end_of_a_consent_is_told_also_before_the_item_says_it() {
    let mut house = House::open().await;
    let (id, token) = house.link(PLATYPUS, "user_good").await;
    let wanted = json!({"access_token": token, "webhook_code": "PENDING_EXPIRATION"});
    house
        .bank
        .ask(&house.http, "/misbehave/webhook/send", wanted)
        .await;
    eventually("the webhook", || async {
        (house.webhooks("PENDING_EXPIRATION").await == 1).then_some(())
    })
    .await;
    house.idle().await;
    let told = house.told(&id).await;
    assert!(told.contains("until 28 November. Log in again"), "{told}");
    // The Item reports that the date has moved.
    let later = house.app.clock.now().as_millisecond() + 90 * 86_400_000;
    house
        .bank
        .write(&format!("UPDATE item SET consent_expires_at = {later}"))
        .await;
    house.sync(&id).await;
    assert_eq!(house.attention(&id).await, [""; 0]);
}
