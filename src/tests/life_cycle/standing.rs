//! A connection's status follows from the last result and from nothing else.

use super::*;

/// A code of each class, the words of its message, and the button next to it.
const CLASSES: [(&str, &str, &str); 7] = [
    (
        "INTERNAL_SERVER_ERROR",
        "try again automatically",
        "Try again",
    ),
    ("INSTITUTION_DOWN", "try again in a few hours", "Try again"),
    (
        "ITEM_LOGIN_REQUIRED",
        "needs you to log in again",
        "Log in again",
    ),
    ("NO_ACCOUNTS", "has no accounts", "Choose accounts"),
    ("ITEM_LOCKED", "Unlock it on their website", "Log in again"),
    (
        "USER_PERMISSION_REVOKED",
        "link it again for new transactions",
        "Link again",
    ),
    ("INSTITUTION_REGISTRATION_REQUIRED", "by its admin", ""),
];

#[tokio::test]
async fn every_class_of_trouble_is_told_with_what_to_do_and_clears_by_itself() {
    let (app, mut browser) = start().await;
    let (id, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    for (code, words, button) in CLASSES {
        item_error(&app, &id, Some(code)).await;
        // A temporary problem is shown only when it repeats.
        for _ in 0..3 {
            sync_now(&app, &mut browser, &id).await;
        }
        let told = message(&mut browser, &id).await;
        assert!(
            told.starts_with("First Platypus Bank ") && told.contains(words),
            "{told}"
        );
        assert!(told.contains(code), "for those who ask: {told}");
        let page = browser.get("/").await;
        assert_eq!(
            page.text(".attention button, .attention a[href^='/link/new']"),
            button,
            "{code}"
        );
        item_error(&app, &id, None).await;
        sync_now(&app, &mut browser, &id).await;
        assert_eq!(attention(&mut browser, &id).await, [""; 0], "{code}");
    }
}

#[tokio::test]
async fn an_error_webhook_is_only_a_reason_to_ask() {
    let (app, mut browser) = start().await;
    let (id, token) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let reset = json!({"access_token": token});
    app.bank().ask("/sandbox/item/reset_login", reset).await;
    eventually("the webhook", || async {
        (webhooks(&app, "ERROR").await == 1).then_some(())
    })
    .await;
    idle(&app).await;
    assert!(
        message(&mut browser, &id)
            .await
            .contains("needs you to log in again")
    );
    item_error(&app, &id, None).await;
    fire(&app, &token, "LOGIN_REPAIRED").await;
    assert_eq!(attention(&mut browser, &id).await, [""; 0]);
}

#[tokio::test]
async fn a_connection_that_is_stopped_offers_one_action_and_claims_nothing_else() {
    let (app, mut browser) = start().await;
    let (id, _) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    let account = app.texts("SELECT id FROM account").await.remove(0);
    let pages = [
        "/".to_owned(),
        "/accounts".to_owned(),
        format!("/connections/{id}"),
        format!("/accounts/{account}"),
    ];
    for (code, _, button) in CLASSES {
        item_error(&app, &id, Some(code)).await;
        for _ in 0..3 {
            sync_now(&app, &mut browser, &id).await;
        }
        for path in &pages {
            let page = browser.get(path).await;
            let at = format!("{code} on {path}");
            for claim in ["You’re all set", "synced ", "Checks automatically"] {
                assert!(!page.body.contains(claim), "{at}: {claim}");
            }
            // The sentence of a connection that works: when the bank was last checked.
            assert_eq!(page.count(".heard"), 0, "{at}");
            let offers =
                |purpose: &str| page.count(&format!("input[name=purpose][value='{purpose}:{id}']"));
            let wanted = |words: &str| usize::from(button == words);
            assert_eq!(offers("repair"), wanted("Log in again"), "{at}");
            assert_eq!(offers("add"), wanted("Choose accounts"), "{at}");
            // Where only the admin can help, a person may still check whether it is fixed.
            let syncs = page.count("form[action='/forms/sync']");
            assert_eq!(syncs, wanted("Try again") + wanted(""), "{at}");
        }
        item_error(&app, &id, None).await;
        sync_now(&app, &mut browser, &id).await;
        for path in &pages {
            let page = browser.get(path).await;
            assert_eq!(
                page.count("form[action='/forms/sync']"),
                1,
                "{code} on {path}"
            );
            let heard = usize::from(path == "/accounts");
            assert_eq!(page.count(".heard"), heard, "{code} on {path}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_only_announces_something_goes_on() {
    let (app, mut browser) = start().await;
    let (id, token) = link(&app, &mut browser, PLATYPUS, "user_good").await;
    fire(&app, &token, "PENDING_DISCONNECT").await;
    let page = browser.get(&format!("/connections/{id}")).await;
    assert_eq!(page.text("h1"), "You’re all set");
    let offers =
        |purpose: &str| page.count(&format!("input[name=purpose][value='{purpose}:{id}']"));
    assert_eq!((offers("repair"), offers("add")), (1, 1));
    assert_eq!(page.count("form[action='/forms/sync']"), 1);
}

#[tokio::test]
async fn a_connection_counts_the_rows_that_are_stored() {
    let (app, mut browser) = start().await;
    let (id, token) = link(&app, &mut browser, PLATYPUS, "user_transactions_dynamic").await;
    let path = format!("/connections/{id}");
    let rows = "SELECT COUNT(*) FROM bank_transaction";
    let before = app.count(rows).await;
    let sold = |day: &str| {
        json!({"date_transacted": day, "date_posted": day, "amount": 4.2, "description": "Coffee",
            "iso_currency_code": "USD"})
    };
    let new =
        json!({"access_token": token, "transactions": [sold("2026-11-19"), sold("2026-11-20")]});
    app.bank().ask("/sandbox/transactions/create", new).await;
    sync_now(&app, &mut browser, &id).await;
    let stored = app.count(rows).await;
    assert!(stored > before, "{stored}");
    let page = browser.get(&path).await;
    let told = page.text("#progress-sentence").replace(',', "");
    assert!(told.contains(&format!(" {stored} transactions")), "{told}");
}
