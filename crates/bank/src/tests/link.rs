//! Link tokens and sessions in the API.

use serde_json::{Value, json};

use super::webhooks::Receiver;
use super::{TestBank, code};
use crate::bank::{LinkToken, SessionRecord};
use crate::world;

fn create(more: Value) -> Value {
    let mut body = json!({
        "client_name": "Passbook", "language": "en", "country_codes": ["US"],
        "user": {"client_user_id": "u1"}, "products": ["transactions"],
    });
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    body
}

async fn token(bank: &TestBank, more: Value) -> LinkToken {
    let made = bank.post("/link/token/create", create(more)).await;
    let name = made["link_token"].as_str().expect("a token");
    bank.sandbox
        .bank()
        .link_token(name)
        .await
        .expect("the bank")
        .expect("the token")
}

async fn session(bank: &TestBank, token: &LinkToken, id: &str) -> SessionRecord {
    let session = SessionRecord {
        id: id.to_owned(),
        link_token: token.token.clone(),
        started_at: bank.clock.now(),
        finished_at: None,
        state: json!({}),
        events: vec![],
        exit: None,
        results: vec![],
    };
    bank.sandbox
        .bank()
        .save_session(&session)
        .await
        .expect("saved");
    session
}

/// Links the first account of user_good. Returns the access token and the keys of all its accounts.
async fn linked(bank: &TestBank, token: &LinkToken, id: &str) -> (String, Vec<String>) {
    session(bank, token, id).await;
    let platypus = world::institution("ins_109508").expect("a bank");
    let world::SignIn::Welcome { profile, .. } =
        world::sign_in(platypus, "user_good", "pass_good", bank.clock.today())
    else {
        panic!("user_good is let in");
    };
    let keys: Vec<String> = profile
        .accounts
        .iter()
        .map(|account| account.key.clone())
        .collect();
    let success = bank
        .sandbox
        .bank()
        .finish_new_item(token, id, platypus, "user_good", "pass_good", &keys[..1])
        .await
        .expect("linked");
    let item = bank
        .post(
            "/item/public_token/exchange",
            json!({"public_token": success.public_token}),
        )
        .await;
    (
        item["access_token"].as_str().expect("a token").to_owned(),
        keys,
    )
}

#[tokio::test]
async fn what_a_token_was_made_with_is_checked() {
    let bank = TestBank::ready().await;
    for (more, wanted) in [
        (json!({"products": []}), "MISSING_FIELDS"),
        (json!({"user": null}), "MISSING_FIELDS"),
        (json!({"products": ["balance"]}), "INVALID_FIELD"),
        (json!({"products": ["horoscope"]}), "INVALID_PRODUCT"),
        (
            json!({"optional_products": ["transactions"]}),
            "INVALID_FIELD",
        ),
        (json!({"language": "xx"}), "INVALID_FIELD"),
        (json!({"country_codes": ["XX"]}), "INVALID_FIELD"),
        (
            json!({"redirect_uri": "https://a.example/?x=1"}),
            "INVALID_FIELD",
        ),
        (
            json!({"redirect_uri": "https://a.example/#x"}),
            "INVALID_FIELD",
        ),
        (json!({"webhook": "nowhere"}), "INVALID_FIELD"),
        (
            json!({"transactions": {"days_requested": 731}}),
            "INVALID_FIELD",
        ),
        (
            json!({"hosted_link": {"completion_redirect_uri": "javascript:alert(1)"}}),
            "INVALID_FIELD",
        ),
        (
            json!({"access_token": "access-sandbox-nobody", "products": []}),
            "INVALID_ACCESS_TOKEN",
        ),
        (
            json!({"user": {"client_user_id": "u", "nick": "n"}}),
            "UNKNOWN_FIELDS",
        ),
    ] {
        assert_eq!(
            code(
                bank.refused("/link/token/create", create(more.clone()))
                    .await
            )
            .1,
            wanted,
            "{more}"
        );
    }
    bank.post(
        "/link/token/create",
        create(json!({"access_token": null, "hosted_link": {}})),
    )
    .await;
}

#[tokio::test]
async fn a_token_lives_four_hours_and_half_an_hour_in_update_mode() {
    let bank = TestBank::ready().await;
    let made = bank.post("/link/token/create", create(json!({}))).await;
    assert_eq!(made["expiration"], "2026-03-10T16:00:00Z");
    let (access, _) = bank.item("user_good", json!({})).await;
    let made = bank
        .post(
            "/link/token/create",
            create(json!({"access_token": access, "products": []})),
        )
        .await;
    assert_eq!(made["expiration"], "2026-03-10T12:30:00Z");
    let got = bank
        .post("/link/token/get", json!({"link_token": made["link_token"]}))
        .await;
    assert_eq!(got["metadata"]["initial_products"], json!([]));
    assert_eq!(got["link_sessions"], json!([]));
}

#[tokio::test]
async fn a_hosted_token_has_a_page_and_its_session_is_told() {
    let bank = TestBank::ready().await;
    let made = bank
        .post("/link/token/create", create(json!({"hosted_link": {}})))
        .await;
    let url = made["hosted_link_url"].as_str().expect("a page");
    let id = url
        .strip_prefix("http://127.0.0.1:4000/sandbox/hosted/")
        .expect("a page of the bank's");
    let token = bank
        .sandbox
        .bank()
        .link_token_by_hosted_id(id)
        .await
        .expect("the bank")
        .expect("the token");
    assert_eq!(made["link_token"], token.token.as_str());
    let (_, keys) = linked(&bank, &token, "s1").await;
    assert!(keys.len() > 1);
    let got = bank
        .post("/link/token/get", json!({"link_token": token.token}))
        .await;
    let told = &got["link_sessions"][0];
    assert_eq!(
        told["results"]["item_add_results"][0]["accounts"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert!(told["finished_at"].is_string());
}

#[tokio::test]
async fn an_exit_is_told_and_a_finished_session_stays_as_it_is() {
    let bank = TestBank::ready().await;
    let token = token(&bank, json!({})).await;
    session(&bank, &token, "s1").await;
    let exit = json!({"error": null, "metadata": {"institution": null, "status": "requires_credentials",
        "link_session_id": "s1", "request_id": "r"}});
    let desk = bank.sandbox.bank();
    desk.finish_exit("s1", exit.clone()).await.expect("an exit");
    desk.finish_exit("s1", json!({"error": "other"}))
        .await
        .expect("the same exit");
    let got = bank
        .post("/link/token/get", json!({"link_token": token.token}))
        .await;
    assert_eq!(got["link_sessions"][0]["exit"], exit);
    let saved = desk
        .session("s1")
        .await
        .expect("the bank")
        .expect("the session");
    desk.save_session(&SessionRecord {
        exit: None,
        finished_at: None,
        ..saved
    })
    .await
    .expect("saved");
    let again = desk
        .session("s1")
        .await
        .expect("the bank")
        .expect("the session");
    assert!(again.finished_at.is_some() && again.exit.is_some());
}

#[tokio::test]
async fn finishing_twice_makes_one_item() {
    let bank = TestBank::ready().await;
    let token = token(&bank, json!({})).await;
    session(&bank, &token, "s1").await;
    let platypus = world::institution("ins_109508").expect("a bank");
    let desk = bank.sandbox.bank();
    let world::SignIn::Welcome { profile, .. } =
        world::sign_in(platypus, "user_good", "pass_good", bank.clock.today())
    else {
        panic!("user_good is let in");
    };
    let keys = vec![profile.accounts[0].key.clone()];
    let mut ids = Vec::new();
    for _ in 0..2 {
        let done = desk
            .finish_new_item(&token, "s1", platypus, "user_good", "pass_good", &keys)
            .await;
        ids.push(done.expect("linked").item_id);
    }
    assert_eq!(ids[0], ids[1]);
    let none = desk
        .finish_new_item(&token, "nobody", platypus, "user_good", "pass_good", &keys)
        .await;
    assert!(none.is_err());
}

#[tokio::test]
async fn update_mode_repairs_an_item_and_changes_its_accounts() {
    let bank = TestBank::ready().await;
    let first = token(&bank, json!({})).await;
    let (access, keys) = linked(&bank, &first, "s1").await;
    let body = json!({"access_token": access});
    assert_eq!(accounts(&bank, &body).await, 1);
    bank.post("/sandbox/item/reset_login", body.clone()).await;
    let update = token(
        &bank,
        json!({"products": [], "access_token": access, "update": {"account_selection_enabled": true}}),
    )
    .await;
    session(&bank, &update, "s2").await;
    let desk = bank.sandbox.bank();
    let all = desk.update_accounts(&update).await.expect("accounts");
    assert_eq!(
        (
            all.len(),
            all.iter().filter(|account| account.selected).count()
        ),
        (keys.len(), 1)
    );
    let done = desk
        .finish_update(&update, "s2", Some(&keys[1..]))
        .await
        .expect("repaired");
    assert_eq!(done.accounts.len(), keys.len() - 1);
    assert_eq!(accounts(&bank, &body).await, keys.len() - 1);
    assert_eq!(
        bank.post("/item/get", body).await["item"]["error"],
        Value::Null
    );
}

#[tokio::test]
async fn a_repair_in_the_same_application_is_told_by_link_and_by_no_webhook() {
    let bank = TestBank::ready().await;
    let (receiver, hook) = Receiver::start().await;
    let first = token(&bank, json!({"webhook": hook})).await;
    let (access, _) = linked(&bank, &first, "s1").await;
    let body = json!({"access_token": access});
    bank.post("/sandbox/item/reset_login", body.clone()).await;
    let update = token(&bank, json!({"products": [], "access_token": access})).await;
    session(&bank, &update, "s2").await;
    let desk = bank.sandbox.bank();
    desk.finish_update(&update, "s2", None)
        .await
        .expect("repaired");
    bank.sandbox.tick().await.expect("a tick");
    let codes = receiver.codes();
    assert!(codes.contains(&"ERROR".to_owned()), "{codes:?}");
    assert!(!codes.contains(&"LOGIN_REPAIRED".to_owned()), "{codes:?}");

    // A repair elsewhere is announced.
    bank.post("/sandbox/item/reset_login", body.clone()).await;
    bank.post("/misbehave/item/repair", body).await;
    bank.sandbox.tick().await.expect("a tick");
    assert!(receiver.codes().contains(&"LOGIN_REPAIRED".to_owned()));
}

async fn accounts(bank: &TestBank, body: &Value) -> usize {
    let got = bank.post("/accounts/get", body.clone()).await;
    got["accounts"].as_array().expect("a list").len()
}
