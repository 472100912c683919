//! Passbook with Plaid's keys, against a bank on its own origin that the tests also query directly.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::activity::token_of;
use crate::app::{ADA, TestApp, browsers};

#[tokio::test]
async fn what_the_bank_s_own_api_lists_is_what_the_books_hold() {
    let (app, _, _) = TestApp::build().plaid().linked().await;

    let token = token_of(&app).await;
    let _ = browsers();
    let mut listed: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    let mut offset = 0;
    loop {
        let question = json!({
            "access_token": token, "start_date": "2000-01-01", "end_date": "2030-01-01",
            "options": {"count": 500, "offset": offset},
        });
        let answer = app.bank().ask("/transactions/get", question).await;
        let rows = answer["transactions"].as_array().expect("rows").clone();
        for row in &rows {
            let sum = listed.entry(key(row)).or_default();
            *sum = (sum.0 + 1, sum.1 - cents(row));
        }
        offset += rows.len();
        if rows.is_empty()
            || offset
                >= usize::try_from(answer["total_transactions"].as_u64().expect("a number"))
                    .expect("it fits")
        {
            break;
        }
    }
    let kept: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT a.provider_id || ' ' || t.currency, COUNT(*),
             SUM(t.amount * CASE t.exponent WHEN 0 THEN 100 ELSE 1 END)
         FROM bank_transaction t JOIN account a ON a.id = t.account_id GROUP BY a.provider_id, t.currency",
    )
    .fetch_all(&app.books().await.pool)
    .await
    .expect("sums");
    let kept: BTreeMap<String, (i64, i64)> = kept
        .into_iter()
        .map(|(key, rows, sum)| (key, (rows, sum)))
        .collect();
    assert!(offset > 500, "{offset} rows say little");
    assert_eq!(kept, listed);
}

#[tokio::test]
async fn with_plaid_s_keys_there_is_no_built_in_bank() {
    let app = TestApp::build().plaid().start().await;
    let mut browser = app.signed_up(&ADA).await;
    assert_eq!(
        browser
            .get("/sandbox/link/v2/stable/link-initialize.js")
            .await
            .status,
        404
    );
    assert!(!app.folder.path().join("sandbox.db").exists());
    assert_eq!(browser.get("/").await.count(".demo-badge, .tries"), 0);
}

fn key(row: &Value) -> String {
    let text = |name: &str| row[name].as_str().expect("text").to_owned();
    format!("{} {}", text("account_id"), text("iso_currency_code"))
}

fn cents(row: &Value) -> i64 {
    let amount: Decimal = row["amount"].to_string().parse().expect("an amount");
    i64::try_from((amount * Decimal::from(100)).round()).expect("it fits")
}
