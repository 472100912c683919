//! `/transactions/sync`: pages, cursors, stages and changes.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{TestBank, code};

/// A client that stores the rows it receives.
#[derive(Default)]
pub struct Client {
    pub rows: BTreeMap<String, Value>,
    pub cursor: String,
}

impl Client {
    /// Does one whole run. Restarts it whenever the bank reports a mutation.
    pub async fn sync(&mut self, bank: &TestBank, token: &str, count: u16) -> String {
        'run: loop {
            let mut rows = self.rows.clone();
            let mut cursor = self.cursor.clone();
            loop {
                let body = json!({"access_token": token, "cursor": cursor, "count": count});
                let (status, text) = bank.post_text("/transactions/sync", body.to_string()).await;
                let page: Value = serde_json::from_str(&text).expect("JSON");
                if page["error_code"] == "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION" {
                    continue 'run;
                }
                assert_eq!(status, 200, "{text}");
                apply(&mut rows, &page, count);
                cursor = page["next_cursor"].as_str().expect("a cursor").to_owned();
                if page["has_more"] == false {
                    self.rows = rows;
                    self.cursor = cursor;
                    return page["transactions_update_status"]
                        .as_str()
                        .expect("a status")
                        .to_owned();
                }
            }
        }
    }
}

/// Applies a page. Added rows must be new; modified and removed rows must be known.
fn apply(rows: &mut BTreeMap<String, Value>, page: &Value, count: u16) {
    let list = |name: &str| page[name].as_array().expect("a list").clone();
    let id = |row: &Value| row["transaction_id"].as_str().expect("an id").to_owned();
    let total = list("added").len() + list("modified").len() + list("removed").len();
    assert!(total <= usize::from(count));
    for row in list("added") {
        assert!(rows.insert(id(&row), row).is_none(), "added twice");
    }
    for row in list("modified") {
        assert!(
            rows.insert(id(&row), row).is_some(),
            "modified before it was added"
        );
    }
    for row in list("removed") {
        assert!(
            rows.remove(&id(&row)).is_some(),
            "removed before it was added"
        );
    }
}

/// Returns the bank's rows by `/transactions/get`.
async fn current(bank: &TestBank, token: &str) -> BTreeMap<String, Value> {
    let mut rows = BTreeMap::new();
    loop {
        let body = json!({
            "access_token": token, "start_date": "2000-01-01", "end_date": "2030-01-01",
            "options": {"count": 500, "offset": rows.len()},
        });
        let page = bank.post("/transactions/get", body).await;
        for row in page["transactions"].as_array().expect("a list") {
            rows.insert(
                row["transaction_id"].as_str().expect("an id").to_owned(),
                row.clone(),
            );
        }
        if rows.len() == page["total_transactions"].as_u64().expect("a number") as usize {
            return rows;
        }
    }
}

#[tokio::test]
async fn pages_hold_every_row_once_and_a_finished_cursor_has_nothing_new() {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_good", json!({})).await;
    let mut client = Client::default();
    assert_eq!(
        client.sync(&bank, &token, 7).await,
        "HISTORICAL_UPDATE_COMPLETE"
    );
    assert!(client.rows.len() > 100, "{} rows", client.rows.len());
    assert_eq!(client.rows, current(&bank, &token).await);
    let again = bank
        .post(
            "/transactions/sync",
            json!({"access_token": token, "cursor": client.cursor}),
        )
        .await;
    assert_eq!(again["added"], json!([]));
    assert_eq!(again["accounts"], json!([]));
    assert_eq!(again["next_cursor"], client.cursor.as_str());
}

#[tokio::test]
async fn a_new_item_is_not_ready_then_has_thirty_days_then_all() {
    let bank = TestBank::with(|_| {}).await;
    let (token, _) = bank.item("user_good", json!({})).await;
    let mut client = Client::default();
    assert_eq!(client.sync(&bank, &token, 500).await, "NOT_READY");
    assert_eq!((client.cursor.as_str(), client.rows.len()), ("", 0));
    let get = json!({"access_token": token, "start_date": "2026-01-01", "end_date": "2026-03-10"});
    assert_eq!(
        code(bank.refused("/transactions/get", get).await),
        (400, "PRODUCT_NOT_READY".into())
    );
    bank.advance_secs(1);
    assert_eq!(
        client.sync(&bank, &token, 500).await,
        "INITIAL_UPDATE_COMPLETE"
    );
    let first = client.rows.clone();
    assert!(!first.is_empty());
    assert!(
        first
            .values()
            .all(|row| row["date"].as_str() >= Some("2026-02-08")),
        "30 days"
    );
    bank.advance_secs(4);
    assert_eq!(
        client.sync(&bank, &token, 500).await,
        "HISTORICAL_UPDATE_COMPLETE"
    );
    assert!(client.rows.len() > first.len());
    assert_eq!(client.rows, current(&bank, &token).await);
}

#[tokio::test]
async fn a_change_between_two_pages_is_said_and_the_run_begins_again() {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_transactions_dynamic", json!({})).await;
    let first = bank
        .post(
            "/transactions/sync",
            json!({"access_token": token, "count": 5}),
        )
        .await;
    assert_eq!(first["has_more"], true);
    bank.post("/transactions/refresh", json!({"access_token": token}))
        .await;
    let next = json!({"access_token": token, "count": 5, "cursor": first["next_cursor"]});
    assert_eq!(
        bank.refused("/transactions/sync", next).await,
        (
            400,
            "TRANSACTIONS_ERROR".into(),
            "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION".into()
        )
    );
    let mut client = Client::default();
    client.sync(&bank, &token, 5).await;
    assert_eq!(client.rows, current(&bank, &token).await);
}

#[tokio::test]
async fn a_refresh_of_a_dynamic_customer_settles_adds_and_modifies() {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_transactions_dynamic", json!({})).await;
    let mut client = Client::default();
    client.sync(&bank, &token, 500).await;
    for _ in 0..2 {
        let pending: Vec<String> = client
            .rows
            .iter()
            .filter(|(_, row)| row["pending"] == true)
            .map(|(id, _)| id.clone())
            .collect();
        bank.post("/transactions/refresh", json!({"access_token": token}))
            .await;
        let page = bank
            .post(
                "/transactions/sync",
                json!({"access_token": token, "cursor": client.cursor, "count": 500}),
            )
            .await;
        assert_eq!(page["modified"].as_array().map(Vec::len), Some(1));
        assert_eq!(
            page["removed"].as_array().map(Vec::len),
            Some(pending.len())
        );
        let added = page["added"].as_array().expect("a list");
        assert!(added.iter().any(|row| row["pending"] == true));
        for id in &pending {
            assert!(
                added
                    .iter()
                    .any(|row| row["pending_transaction_id"] == id.as_str()),
                "settled"
            );
        }
        client.sync(&bank, &token, 3).await;
        assert_eq!(client.rows, current(&bank, &token).await);
    }
}

#[tokio::test]
async fn a_pending_row_is_posted_when_its_day_comes() {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_good", json!({})).await;
    let mut client = Client::default();
    client.sync(&bank, &token, 500).await;
    let (id, row) = client
        .rows
        .iter()
        .find(|(_, row)| row["pending"] == true)
        .map(|(id, row)| (id.clone(), row.clone()))
        .expect("a pending row");
    bank.advance_days(10);
    client.sync(&bank, &token, 500).await;
    assert!(!client.rows.contains_key(&id));
    let posted = client
        .rows
        .values()
        .find(|row| row["pending_transaction_id"] == id.as_str())
        .expect("the posted row");
    assert_eq!(
        (&posted["amount"], &posted["pending"]),
        (&row["amount"], &json!(false))
    );
    assert_eq!(client.rows, current(&bank, &token).await);
}

#[tokio::test]
async fn cursors_of_others_and_garbled_ones_are_refused() {
    let bank = TestBank::ready().await;
    let (one, _) = bank.item("user_good", json!({})).await;
    let (two, _) = bank.item("user_good", json!({})).await;
    let mut client = Client::default();
    client.sync(&bank, &one, 500).await;
    for cursor in [client.cursor.as_str(), "garbled", "bm93", "=="] {
        let body = json!({"access_token": two, "cursor": cursor});
        assert_eq!(
            code(bank.refused("/transactions/sync", body).await),
            (400, "INVALID_FIELD".into())
        );
    }
    let account = bank
        .post("/accounts/get", json!({"access_token": one}))
        .await["accounts"][0]["account_id"]
        .clone();
    let body =
        json!({"access_token": one, "cursor": client.cursor, "options": {"account_id": account}});
    assert_eq!(
        code(bank.refused("/transactions/sync", body).await),
        (400, "INVALID_FIELD".into())
    );
}

#[tokio::test]
async fn a_cursor_outlives_a_restart() {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_transactions_dynamic", json!({})).await;
    let mut client = Client::default();
    client.sync(&bank, &token, 500).await;
    let bank = bank.reopen().await;
    bank.post("/transactions/refresh", json!({"access_token": token}))
        .await;
    client.sync(&bank, &token, 4).await;
    assert_eq!(client.rows, current(&bank, &token).await);
}

#[tokio::test]
async fn created_rows_come_with_their_exact_amount() {
    let bank = TestBank::ready().await;
    let (token, _) = bank.item("user_transactions_dynamic", json!({})).await;
    let mut client = Client::default();
    client.sync(&bank, &token, 500).await;
    let body = format!(
        r#"{{"access_token":"{token}","transactions":[{{"date_transacted":"2026-03-08","date_posted":"2026-03-09",
            "amount":123456789012.10,"description":"EXACT"}}]}}"#
    );
    let (status, text) = bank.post_text("/sandbox/transactions/create", body).await;
    assert_eq!(status, 200, "{text}");
    let body = json!({"access_token": token, "cursor": client.cursor});
    let (_, text) = bank.post_text("/transactions/sync", body.to_string()).await;
    assert!(text.contains(r#""amount":123456789012.10,"#), "{text}");
    let late = json!({"access_token": token, "transactions": [
        {"date_transacted": "2026-02-01", "date_posted": "2026-03-09", "amount": 1, "description": "x"}]});
    assert_eq!(
        code(bank.refused("/sandbox/transactions/create", late).await),
        (400, "INVALID_FIELD".into())
    );
}

/// What can happen to an Item between two runs of its client.
#[derive(Clone, Debug)]
enum Step {
    Refresh,
    Create(i64),
    Days(i64),
    Sync(u16),
    HalfSync(u16),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Refresh),
        (-500_i64..500).prop_map(Step::Create),
        (1_i64..4).prop_map(Step::Days),
        (1_u16..40).prop_map(Step::Sync),
        (1_u16..40).prop_map(Step::HalfSync),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_a_client_ends_with_what_the_bank_has(
        steps in prop::collection::vec(step(), 1..12), count in 1_u16..60,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let bank = TestBank::ready().await;
            let (token, _) = bank.item("user_transactions_dynamic", json!({})).await;
            let mut client = Client::default();
            for step in steps {
                take(&bank, &token, &mut client, step).await;
            }
            client.sync(&bank, &token, count).await;
            assert_eq!(client.rows, current(&bank, &token).await);
        });
    }
}

async fn take(bank: &TestBank, token: &str, client: &mut Client, step: Step) {
    match step {
        Step::Refresh => {
            bank.post("/transactions/refresh", json!({"access_token": token}))
                .await;
        }
        Step::Create(amount) => {
            let today = bank.clock.today().to_string();
            let body = json!({"access_token": token, "transactions": [
                {"date_transacted": today, "date_posted": today, "amount": amount, "description": "made"}]});
            bank.post("/sandbox/transactions/create", body).await;
        }
        Step::Days(days) => bank.advance_days(days),
        Step::Sync(count) => {
            client.sync(bank, token, count).await;
        }
        // A run that is abandoned after its first page has no effect.
        Step::HalfSync(count) => {
            let body = json!({"access_token": token, "cursor": client.cursor, "count": count});
            bank.post("/transactions/sync", body).await;
        }
    }
}
