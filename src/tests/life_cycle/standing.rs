//! How a connection stands follows from the last result and from nothing else.

use super::*;

/// A code of each class, what is said of it, and the button beside it.
const CLASSES: [(&str, &str, &str); 7] = [
    (
        "INTERNAL_SERVER_ERROR",
        "tried again by itself",
        "Try again",
    ),
    (
        "INSTITUTION_DOWN",
        "tried again in a few hours",
        "Try again",
    ),
    ("ITEM_LOGIN_REQUIRED", "asks you to log in again", "Repair"),
    ("NO_ACCOUNTS", "shows no accounts", "Choose accounts"),
    ("ITEM_LOCKED", "Unlock it on the bank's own site", "Repair"),
    (
        "USER_PERMISSION_REVOKED",
        "link it again to go on",
        "Link again",
    ),
    (
        "INSTITUTION_REGISTRATION_REQUIRED",
        "by whoever runs it",
        "",
    ),
];

#[tokio::test]
async fn every_class_of_trouble_is_told_with_what_to_do_and_clears_by_itself() {
    let mut house = House::open().await;
    let (id, _) = house.link(PLATYPUS, "user_good").await;
    for (code, words, button) in CLASSES {
        house.item_error(&id, Some(code)).await;
        // What passes by itself is shown only when it comes back.
        for _ in 0..3 {
            house.sync(&id).await;
        }
        let told = house.told(&id).await;
        assert!(
            told.starts_with("First Platypus Bank ") && told.contains(words),
            "{told}"
        );
        assert!(told.contains(code), "for those who ask: {told}");
        let page = house.overview().await;
        assert_eq!(page.text(".attention button"), button, "{code}");
        house.item_error(&id, None).await;
        house.sync(&id).await;
        assert_eq!(house.attention(&id).await, [""; 0], "{code}");
    }
}

#[tokio::test]
async fn an_error_webhook_is_only_a_reason_to_ask() {
    let mut house = House::open().await;
    let (id, token) = house.link(PLATYPUS, "user_good").await;
    let reset = json!({"access_token": token});
    house
        .bank
        .ask(&house.http, "/sandbox/item/reset_login", reset)
        .await;
    eventually("the webhook", || async {
        (house.webhooks("ERROR").await == 1).then_some(())
    })
    .await;
    house.idle().await;
    assert!(house.told(&id).await.contains("asks you to log in again"));
    house.item_error(&id, None).await;
    house.fire(&token, "LOGIN_REPAIRED").await;
    assert_eq!(house.attention(&id).await, [""; 0]);
}
