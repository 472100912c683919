//! Rows on demand, as `/transactions/sync` reports them.

use serde_json::{Value, json};

use super::super::TestBank;
use super::super::webhooks::{Receiver, tick};
use super::{deed, text};

/// Returns a bank, the token of an Item, and a cursor after all its rows.
async fn settled() -> (TestBank, String, String) {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_good", json!({})).await;
    let cursor = news(&bank, &token, "").await.1;
    (bank, token, cursor)
}

/// Returns all changes since a cursor, and the next cursor.
async fn news(bank: &TestBank, token: &str, cursor: &str) -> (Value, String) {
    let mut cursor = cursor.to_owned();
    let mut all = json!({"added": [], "modified": [], "removed": []});
    loop {
        let body = json!({"access_token": token, "cursor": cursor, "count": 500});
        let page = bank.post("/transactions/sync", body).await;
        for list in ["added", "modified", "removed"] {
            let more = page[list].as_array().expect("a list").clone();
            all[list].as_array_mut().expect("a list").extend(more);
        }
        cursor = text(&page["next_cursor"]);
        if page["has_more"] == false {
            return (all, cursor);
        }
    }
}

fn counts(news: &Value) -> (usize, usize, usize) {
    let count = |name: &str| news[name].as_array().expect("a list").len();
    (count("added"), count("modified"), count("removed"))
}

#[tokio::test]
async fn a_row_comes_changes_and_goes() {
    let (bank, token, cursor) = settled().await;
    let new = json!({
        "access_token": token, "amount": "123456789.01", "description": "A NEW ROW", "date": "2026-03-09",
    });
    let id = text(&deed(&bank, "transactions/add", new).await["transaction_id"]);
    let (told, cursor) = news(&bank, &token, &cursor).await;
    assert_eq!(counts(&told), (1, 0, 0));
    let row = &told["added"][0];
    assert_eq!(row["transaction_id"], id.as_str());
    assert_eq!(
        (&row["amount"], &row["date"]),
        (&json!(123_456_789.01), &json!("2026-03-09"))
    );
    assert_eq!(
        (&row["name"], &row["pending"]),
        (&json!("A NEW ROW"), &json!(false))
    );

    let edit = json!({
        "access_token": token, "transaction_id": id, "amount": "-5", "date": "2026-03-01", "merchant_name": "Who",
    });
    deed(&bank, "transactions/modify", edit).await;
    let (told, cursor) = news(&bank, &token, &cursor).await;
    assert_eq!(counts(&told), (0, 1, 0));
    let row = &told["modified"][0];
    assert_eq!(
        (&row["amount"], &row["date"]),
        (&json!(-5), &json!("2026-03-01"))
    );
    assert_eq!(row["merchant_name"], "Who");

    let gone = json!({"access_token": token, "transaction_id": id});
    deed(&bank, "transactions/remove", gone.clone()).await;
    let (told, _) = news(&bank, &token, &cursor).await;
    assert_eq!(counts(&told), (0, 0, 1));
    assert_eq!(told["removed"][0]["transaction_id"], id.as_str());
    assert_eq!(
        bank.refused("/misbehave/transactions/remove", gone).await.2,
        "INVALID_FIELD"
    );
    let all = bank
        .post(
            "/misbehave/transactions/list",
            json!({"access_token": token}),
        )
        .await;
    let mut all = all["transactions"].as_array().expect("a list").iter();
    assert!(all.all(|row| row["transaction_id"] != id.as_str()));
}

#[tokio::test]
async fn a_settlement_is_told_at_once_or_in_two_updates_in_either_order() {
    let (bank, token, mut cursor) = settled().await;
    for steps in [&["both"][..], &["remove", "post"], &["post", "remove"]] {
        let new = json!({"access_token": token, "amount": "10.00", "pending": true});
        let pending = text(&deed(&bank, "transactions/add", new).await["transaction_id"]);
        cursor = news(&bank, &token, &cursor).await.1;
        let mut told = Vec::new();
        for step in steps {
            let how = json!({
                "access_token": token, "transaction_id": pending, "amount": "12.50", "step": step,
            });
            deed(&bank, "transactions/settle", how).await;
            let (news, next) = news(&bank, &token, &cursor).await;
            cursor = next;
            told.push(news);
        }
        let shape: Vec<_> = told.iter().map(counts).collect();
        match steps {
            ["both"] => assert_eq!(shape, [(1, 0, 1)]),
            ["remove", _] => assert_eq!(shape, [(0, 0, 1), (1, 0, 0)]),
            _ => assert_eq!(shape, [(1, 0, 0), (0, 0, 1)]),
        }
        let posted = told
            .iter()
            .find_map(|news| news["added"].get(0))
            .expect("posted");
        assert_eq!(posted["amount"], json!(12.5));
        assert_eq!(posted["pending"], false);
        assert_eq!(posted["pending_transaction_id"], pending.as_str());
        let gone = told
            .iter()
            .find_map(|news| news["removed"].get(0))
            .expect("gone");
        assert_eq!(gone["transaction_id"], pending.as_str());
    }
    bank.advance_days(5);
    let (told, _) = news(&bank, &token, &cursor).await;
    let again = told["added"].as_array().expect("a list");
    assert!(
        again.iter().all(|row| row["amount"] != json!(10)),
        "none settles twice"
    );
}

#[tokio::test]
async fn a_posted_row_can_name_a_wrong_pending_one_or_none() {
    let (bank, token, mut cursor) = settled().await;
    for (given, seen) in [("", json!(null)), ("tx-nobody-has", json!("tx-nobody-has"))] {
        let new = json!({"access_token": token, "pending": true});
        let pending = text(&deed(&bank, "transactions/add", new).await["transaction_id"]);
        let how = json!({
            "access_token": token, "transaction_id": pending, "pending_transaction_id": given,
        });
        cursor = news(&bank, &token, &cursor).await.1;
        deed(&bank, "transactions/settle", how).await;
        let (told, next) = news(&bank, &token, &cursor).await;
        assert_eq!(told["added"][0]["pending_transaction_id"], seen);
        cursor = next;
    }
    let new = json!({"access_token": token, "pending": true});
    let pending = text(&deed(&bank, "transactions/add", new).await["transaction_id"]);
    let how = json!({
        "access_token": token, "transaction_id": pending, "pending_transaction_id": "another",
    });
    deed(&bank, "transactions/settle", how).await;
    let (told, _) = news(&bank, &token, &cursor).await;
    let named = text(&told["added"][0]["pending_transaction_id"]);
    assert_ne!(named, pending);
    let all = bank
        .post(
            "/misbehave/transactions/list",
            json!({"access_token": token}),
        )
        .await;
    let mut all = all["transactions"].as_array().expect("a list").iter();
    assert!(
        all.any(|row| row["transaction_id"] == named.as_str()),
        "it is a real row"
    );
}

#[tokio::test]
async fn a_change_is_announced_unless_it_is_to_be_quiet() {
    let bank = TestBank::ready().await;
    let (receiver, url) = Receiver::start().await;
    let (token, _) = bank.item("user_good", json!({"webhook": url})).await;
    bank.post("/transactions/sync", json!({"access_token": token}))
        .await;
    tick(&bank).await;
    let before = receiver.codes().len();
    deed(
        &bank,
        "transactions/add",
        json!({"access_token": token, "quiet": true}),
    )
    .await;
    tick(&bank).await;
    assert_eq!(receiver.codes().len(), before);
    deed(&bank, "transactions/add", json!({"access_token": token})).await;
    tick(&bank).await;
    let mut new = receiver.codes().split_off(before);
    new.sort();
    assert_eq!(new, ["DEFAULT_UPDATE", "SYNC_UPDATES_AVAILABLE"]);
}

#[tokio::test]
async fn what_was_made_is_there_after_a_restart() {
    let (bank, token, cursor) = settled().await;
    deed(
        &bank,
        "transactions/add",
        json!({"access_token": token, "amount": "7.77"}),
    )
    .await;
    let bank = bank.reopen().await;
    let (told, _) = news(&bank, &token, &cursor).await;
    assert_eq!(told["added"][0]["amount"], json!(7.77));
}

#[tokio::test]
async fn amounts_that_are_none_are_refused() {
    let (bank, token, _) = settled().await;
    for amount in [json!("much"), json!(""), json!("1e999"), json!(12.5)] {
        let new = json!({"access_token": token, "amount": amount});
        assert_eq!(
            bank.refused("/misbehave/transactions/add", new).await.2,
            "INVALID_FIELD"
        );
    }
}
