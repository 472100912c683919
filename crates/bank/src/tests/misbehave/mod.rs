//! `/misbehave/…` over HTTP.

mod accounts;
mod faults;
mod rows;
mod time;
mod webhooks;

use serde_json::{Value, json};

use super::TestBank;

/// Calls `/misbehave/…` and checks the two sentences of the response.
async fn deed(bank: &TestBank, path: &str, body: Value) -> Value {
    let told = bank.post(&format!("/misbehave/{path}"), body).await;
    for word in ["done", "expect"] {
        assert!(
            told[word].as_str().is_some_and(|text| text.ends_with('.')),
            "{path}: {told}"
        );
    }
    told
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

#[tokio::test]
async fn items_are_listed_with_all_their_accounts_and_unknown_ones_refused() {
    let bank = TestBank::ready().await;
    let (_, id) = bank.item("user_good", json!({})).await;
    let all = bank.post("/misbehave/item/list", json!({})).await;
    assert_eq!(all["items"][0]["item_id"], id.as_str());
    assert!(
        all["items"][0]["accounts"]
            .as_array()
            .is_some_and(|all| all.len() > 2)
    );
    let refused = bank
        .refused("/misbehave/transactions/list", json!({"item_id": "x"}))
        .await;
    assert_eq!(refused.2, "ITEM_NOT_FOUND");
    let refused = bank
        .refused("/misbehave/transactions/list", json!({}))
        .await;
    assert_eq!(refused.2, "MISSING_FIELDS");
    let refused = bank.refused("/misbehave/nothing", json!({})).await;
    assert_eq!(refused.2, "NOT_FOUND");
}
