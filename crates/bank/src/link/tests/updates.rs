//! Update mode: repairing an Item and changing its accounts.

use serde_json::Value;

use super::{OAUTH, PLATYPUS, World};
use crate::bank::{LinkToken, SessionRecord, UpdateMode};
use crate::world;

/// Creates an Item of `user_good` with its first two accounts, and a token to update it.
async fn item(
    home: &World,
    bank: &str,
    account_selection_enabled: bool,
) -> (LinkToken, Vec<String>) {
    let token = home.token(|_| ()).await;
    let record = SessionRecord {
        id: uuid::Uuid::new_v4().to_string(),
        link_token: token.token.clone(),
        started_at: home.clock.now(),
        finished_at: None,
        state: Value::Null,
        events: Vec::new(),
        exit: None,
        results: Vec::new(),
    };
    home.bank.save_session(&record).await.expect("saved");
    let institution = world::institution(bank).expect("a bank");
    let today = home.clock.today();
    let world::SignIn::Welcome { profile, .. } =
        world::sign_in(institution, "user_good", "pass_good", today)
    else {
        panic!("user_good is let in");
    };
    let keys: Vec<String> = profile
        .accounts
        .iter()
        .take(2)
        .map(|a| a.key.clone())
        .collect();
    let linked = home
        .bank
        .finish_new_item(
            &token,
            &record.id,
            institution,
            "user_good",
            "pass_good",
            &keys,
        )
        .await
        .expect("an Item");
    let update = UpdateMode {
        item_id: linked.item_id,
        institution_id: bank.to_owned(),
        username: "user_good".to_owned(),
        account_selection_enabled,
    };
    let token = home
        .token(|token| {
            token.update = Some(update);
            token.products.clear();
        })
        .await;
    (token, keys)
}

#[tokio::test]
async fn a_repair_asks_for_the_password_and_keeps_the_accounts() {
    let home = World::new().await;
    let (token, keys) = item(&home, PLATYPUS, false).await;
    let mut browser = home.pane(&token).await;
    assert_eq!(browser.heading(), "Log in to First Platypus Bank again");
    assert_eq!(
        browser.attribute("#username", "value").expect("a name"),
        "user_good"
    );
    assert_eq!(
        browser.attribute(".back", "value"),
        None,
        "the bank is given"
    );
    browser.log_in("user_good", "wrong").await;
    assert!(browser.text("[role=alert]").contains("INVALID_CREDENTIALS"));
    browser.log_in("user_good", "pass_good").await;
    assert_eq!(browser.heading(), "Share these accounts with Passbook?");
    assert_eq!(browser.count(".shared li"), keys.len());
    let words = browser.text("form.step .scroll > p.soft");
    assert!(words.contains("balances and transactions"), "{words}");
    browser.post(&[]).await;
    assert_eq!(
        browser.heading(),
        "You’re logged in to First Platypus Bank again"
    );
    let result = browser.result();
    assert!(
        result["public_token"]
            .as_str()
            .expect("a token")
            .starts_with("public-")
    );
    assert_eq!(
        result["metadata"]["accounts"]
            .as_array()
            .expect("accounts")
            .len(),
        keys.len()
    );
}

#[tokio::test]
async fn a_repair_asks_for_the_second_step_too() {
    let home = World::new().await;
    let (token, _) = item(&home, PLATYPUS, false).await;
    let mut browser = home.pane(&token).await;
    browser.log_in("user_good", "mfa_device").await;
    browser.post(&[("device", "0")]).await;
    browser.post(&[("code", "1234")]).await;
    assert_eq!(browser.heading(), "Share these accounts with Passbook?");
}

#[tokio::test]
async fn nobody_else_can_repair_it() {
    let home = World::new().await;
    let (token, _) = item(&home, PLATYPUS, false).await;
    let mut browser = home.pane(&token).await;
    browser
        .log_in("user_transactions_dynamic", "anything")
        .await;
    assert!(
        browser
            .text("[role=alert]")
            .contains("INVALID_UPDATED_USERNAME")
    );
    browser.post(&[("go", "exit")]).await;
    assert_eq!(
        browser.result()["error"]["error_code"],
        "INVALID_UPDATED_USERNAME"
    );
}

#[tokio::test]
async fn accounts_may_be_chosen_anew() {
    let home = World::new().await;
    let (token, keys) = item(&home, PLATYPUS, true).await;
    let mut browser = home.pane(&token).await;
    browser.log_in("user_good", "pass_good").await;
    assert_eq!(browser.heading(), "Choose accounts to share");
    assert_eq!(
        browser.attributes("input[name=account][checked]", "value"),
        keys
    );
    let offered = browser.attributes("input[name=account]", "value");
    assert!(offered.len() > 2, "the others are offered: {offered:?}");
    browser
        .post(&[("account", &offered[1]), ("account", &offered[2])])
        .await;
    browser.post(&[]).await;
    let accounts = browser.result()["metadata"]["accounts"].clone();
    assert_eq!(accounts.as_array().expect("accounts").len(), 2);
    let now = home.bank.update_accounts(&token).await.expect("accounts");
    let selected: Vec<&str> = now
        .iter()
        .filter(|own| own.selected)
        .map(|own| own.account.key.as_str())
        .collect();
    assert_eq!(selected, [offered[1].as_str(), offered[2].as_str()]);
}

#[tokio::test]
async fn an_oauth_bank_is_repaired_on_its_own_site() {
    let home = World::new().await;
    let (token, _) = item(&home, OAUTH, false).await;
    let mut browser = home.pane(&token).await;
    let session = browser.path.clone();
    browser.post(&[]).await;
    browser.log_in("user_good", "pass_good").await;
    assert!(
        browser
            .attributes("input[name=account]", "value")
            .is_empty()
    );
    browser.post(&[("go", "allow")]).await;
    browser.get(&session).await;
    browser.post(&[]).await;
    assert_eq!(browser.result()["kind"], "success");
}
