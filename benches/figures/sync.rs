//! A first sync of 10,000 transactions, from the bank's responses to the last commit, against inserting the same rows
//! into the same schema.

use std::path::Path;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use passbook::jobs;
use passbook::queue;
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use store::Store;

use crate::Outcome;
use crate::books;
use crate::report::{Figure, heading};

const ROWS: usize = 10_000;
const PAGE: usize = 500;
const ROUNDS: usize = 7;

/// Takes the figures.
pub fn measure() -> Outcome<()> {
    heading(
        "A first sync of 10,000 transactions, against putting the same rows into the same schema",
    );
    let (mut synced, mut each, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    crate::runtime()?.block_on(async {
        let bank = bank().await?;
        for _ in 0..ROUNDS {
            let folder = tempfile::tempdir_in(books::home()?)?;
            let from = folder.path().join("passbook.db");
            synced.push(sync_once(folder.path(), &bank).await?);
            each.push(put(&from, &folder.path().join("each.db"), "seq = $1", ROWS).await?);
            whole.push(put(&from, &folder.path().join("whole.db"), "seq >= $1", 1).await?);
        }
        Outcome::Ok(())
    })?;
    let over = |raw: &[Duration]| -> Vec<f64> {
        let pairs = synced.iter().zip(raw);
        pairs
            .map(|(a, b)| a.as_secs_f64() / b.as_secs_f64())
            .collect()
    };
    let millis = |takes: &[Duration]| takes.iter().map(|t| t.as_secs_f64() * 1_000.0).collect();
    for (name, unit, takes) in [
        (
            "sync: 22 calls over HTTP, JSON, one transaction",
            "ms",
            millis(&synced),
        ),
        (
            "insert, a statement a row, one transaction",
            "ms",
            millis(&each),
        ),
        ("insert, one statement", "ms", millis(&whole)),
        ("sync ÷ insert, a statement a row", "", over(&each)),
        ("sync ÷ insert, one statement", "", over(&whole)),
    ] {
        Figure {
            name,
            unit,
            takes,
            target: None,
        }
        .tell();
    }
    Ok(())
}

async fn sync_once(folder: &Path, bank: &str) -> Outcome<Duration> {
    let ctx = books::context(folder, bank).await?;
    let (user, _) = books::person_with_a_bank(&ctx).await?;
    let began = Instant::now();
    let ran = queue::run_due(&ctx, jobs::run).await?;
    let took = began.elapsed();
    let connections = ctx.store.connections(&user.id).await?;
    let rows = connections.first().map(|connection| connection.seen_rows);
    ctx.store.close().await;
    if !ran || rows != Some(i64::try_from(ROWS)?) {
        return Err(format!("the sync wrote {rows:?} rows").into());
    }
    Ok(took)
}

/// Inserts the rows of a synced database into a new one, with this many statements in one transaction.
async fn put(from: &Path, to: &Path, which: &str, times: usize) -> Outcome<Duration> {
    Store::open(to).await?.close().await;
    let mut database: SqliteConnection = SqliteConnectOptions::new()
        .filename(to)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-16000")
        .connect()
        .await?;
    sqlx::query("ATTACH $1 AS from_sync")
        .bind(from.to_str().ok_or("no path")?)
        .execute(&mut database)
        .await?;
    for owner in [
        "INSERT INTO person SELECT * FROM from_sync.person",
        "INSERT INTO connection SELECT * FROM from_sync.connection",
        "INSERT INTO account SELECT * FROM from_sync.account",
    ] {
        sqlx::query(owner).execute(&mut database).await?;
    }
    // Without the generated columns.
    let columns = "SELECT group_concat(name, ', ') FROM pragma_table_info('bank_transaction')";
    let columns: String = sqlx::query_scalar(columns).fetch_one(&mut database).await?;
    let statement = format!(
        "INSERT INTO bank_transaction ({columns}) SELECT {columns} FROM from_sync.bank_transaction WHERE {which}"
    );
    let began = Instant::now();
    let mut transaction = database.begin_with("BEGIN IMMEDIATE").await?;
    for seq in 1..=times {
        sqlx::query(sqlx::AssertSqlSafe(statement.as_str()))
            .bind(i64::try_from(seq)?)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    let took = began.elapsed();
    let rows: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM bank_transaction")
        .fetch_one(&mut database)
        .await?;
    database.close().await?;
    if rows != i64::try_from(ROWS)? {
        return Err(format!("{rows} rows were put").into());
    }
    Ok(took)
}

/// Starts a bank that has all of its responses ready.
async fn bank() -> Outcome<String> {
    let answers: Vec<Bytes> = (0..ROWS / PAGE).map(page).collect();
    let item = json!({
        "item": {"item_id": "bench", "institution_id": null, "error": null, "webhook": null},
        "status": {"transactions": {"last_successful_update": "2026-11-21T06:00:00Z"}},
        "request_id": "bench",
    });
    let listed = json!({"accounts": [account()], "item": {}, "request_id": "bench"});
    let router = Router::new()
        .route("/item/get", ready(&item))
        .route("/accounts/get", ready(&listed))
        .route("/transactions/sync", post(answer))
        .with_state(answers);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(url)
}

fn ready(answer: &Value) -> axum::routing::MethodRouter<Vec<Bytes>> {
    let body = answer.to_string();
    post(async move || ([(CONTENT_TYPE, "application/json")], body.clone()))
}

async fn answer(
    State(answers): State<Vec<Bytes>>,
    axum::Json(request): axum::Json<Value>,
) -> impl IntoResponse {
    let cursor = request["cursor"]
        .as_str()
        .and_then(|text| text.parse().ok());
    let body = answers.get(cursor.unwrap_or(0_usize)).cloned();
    (
        [(CONTENT_TYPE, "application/json")],
        body.unwrap_or_default(),
    )
}

fn page(number: usize) -> Bytes {
    let rows: Vec<Value> = (number * PAGE..(number + 1) * PAGE).map(row).collect();
    let page = json!({
        "transactions_update_status": "HISTORICAL_UPDATE_COMPLETE",
        "accounts": [account()],
        "added": rows,
        "modified": [],
        "removed": [],
        "next_cursor": (number + 1).to_string(),
        "has_more": (number + 1) * PAGE < ROWS,
        "request_id": "bench",
    });
    Bytes::from(page.to_string())
}

fn account() -> Value {
    json!({
        "account_id": "account", "name": "Everyday", "official_name": null, "mask": "0000",
        "type": "depository", "subtype": "checking",
        "balances": {
            "available": 100.5, "current": 110.25, "limit": null, "iso_currency_code": "USD",
            "unofficial_currency_code": null,
        },
    })
}

/// Returns everything that Plaid says of an ordinary row.
fn row(at: usize) -> Value {
    let day = format!(
        "{}-{:02}-{:02}",
        2026 - at / 5_040,
        12 - at / 420 % 12,
        28 - at / 15 % 28
    );
    let cents = at * 131 % 25_000;
    let amount: Value = format!("{}.{:02}", cents / 100, cents % 100)
        .parse::<f64>()
        .map_or(Value::Null, Value::from);
    json!({
        "transaction_id": format!("transaction-{at:025}"), "account_id": "account", "amount": amount,
        "iso_currency_code": "USD", "unofficial_currency_code": null, "date": day, "authorized_date": day,
        "authorized_datetime": null, "datetime": null, "name": format!("CORNER COFFEE {at:05} SPRINGFIELD CA"),
        "original_description": format!("POS CORNER COFFEE {at:05} SPRINGFIELD CA"),
        "merchant_name": "Corner Coffee", "merchant_entity_id": "0kR2nQ1x", "logo_url": null, "website": null,
        "pending": false, "pending_transaction_id": null, "account_owner": null, "check_number": null,
        "payment_channel": "in store", "transaction_code": null, "transaction_type": "place",
        "category": null, "category_id": null,
        "personal_finance_category": {
            "primary": "FOOD_AND_DRINK", "detailed": "FOOD_AND_DRINK_COFFEE", "confidence_level": "VERY_HIGH",
        },
        "personal_finance_category_icon_url": "https://bank.example/icons/food.png",
        "location": {
            "address": "100 Main Street", "city": "Springfield", "region": "CA", "postal_code": "94000",
            "country": "US", "lat": 37.1, "lon": -122.2, "store_number": "0423",
        },
        "payment_meta": {
            "reference_number": null, "ppd_id": null, "payee": null, "by_order_of": null, "payer": null,
            "payment_method": null, "payment_processor": null, "reason": null,
        },
        "counterparties": [{
            "name": "Corner Coffee", "type": "merchant", "entity_id": "0kR2nQ1x", "website": null,
            "logo_url": null, "confidence_level": "VERY_HIGH", "phone_number": null,
        }],
    })
}
