//! Rows from the bank that cannot be read.

use jiff::SignedDuration;
use serde_json::json;

use crate::app::ADA;
use crate::model::bank;
use crate::model::dice::Dice;
use crate::model::tested::{Face, ModelledApp};

const ROWS: &str = "SELECT COUNT(*) FROM bank_transaction";
const ASIDE: &str = "SELECT set_aside_rows FROM connection";

#[tokio::test]
async fn a_row_that_cannot_be_read_holds_up_no_other_and_is_told() {
    let tested = ModelledApp::open(Face::Plaid).await;
    let file = bank::file(&mut Dice::of(1), false, "one", None);
    let link = tested.link(0, &file).await;
    tested.sync(&link).await;
    let before = tested.books.number(ROWS).await;
    let token = &link.token;
    let add = json!({"access_token": token, "amount": "12.00", "quiet": true});
    let row = tested.ask("/misbehave/transactions/add", add.clone()).await;
    let change = |amount: &str| json!({"access_token": token, "transaction_id": row["transaction_id"], "amount": amount});
    // More than an amount can be here.
    let absurd = change("99999999999999999999");
    tested.ask("/misbehave/transactions/modify", absurd).await;
    tested.ask("/misbehave/transactions/add", add).await;
    tested.sync(&link).await;
    assert_eq!(tested.books.number(ROWS).await, before + 1);
    assert_eq!(tested.books.number(ASIDE).await, 1);
    let kept = tested.books.texts("SELECT raw FROM set_aside_row").await;
    assert!(kept[0].contains("99999999999999999999"), "{kept:?}");
    let mut ada = tested.app.logged_in(&ADA).await;
    let page = ada.get("/").await;
    let told = page.text(".attention p");
    assert!(told.contains("1 transaction that can’t be read"), "{told}");

    tested
        .ask("/misbehave/transactions/modify", change("13.00"))
        .await;
    tested.sync(&link).await;
    assert_eq!(tested.books.number(ROWS).await, before + 2);
    assert_eq!(tested.books.number(ASIDE).await, 0);
    assert_eq!(ada.get("/").await.count(".attention"), 0);

    // If the answer was broken and not the row, the bank would never report the row again: after a day everything is
    // requested again.
    let lost = "INSERT INTO set_aside_row SELECT connection_id, provider_id, 'broken', '', 0, (SELECT MAX(last_synced_at) FROM connection)
        FROM bank_transaction ORDER BY seq LIMIT 1";
    let gone =
        "DELETE FROM bank_transaction WHERE provider_id IN (SELECT row_key FROM set_aside_row)";
    for sql in [lost, gone, "UPDATE connection SET set_aside_rows = 1"] {
        let done = sqlx::query(sql).execute(&tested.books.pool).await;
        done.expect("written");
    }
    tested.sync(&link).await;
    assert_eq!(tested.books.number(ROWS).await, before + 1);
    tested.app.pass(SignedDuration::from_hours(25));
    tested.sync(&link).await;
    assert_eq!(tested.books.number(ROWS).await, before + 2);
    assert_eq!(tested.books.number(ASIDE).await, 0);
}
