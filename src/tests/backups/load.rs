//! Backups while people and banks write: each is restored, and shows the books at a single moment.
//!
//! Triggers record what the books were: in the transaction that writes a row, they note its new state with an
//! increasing number. A backup holds the notes up to its moment. The notes in Passbook's own database up to the same
//! number say what every row of the backup must be. `PASSBOOK_BACKUPS` is the number of backups (3).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sqlx::AssertSqlSafe;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use super::folder::{Keys, done, row_of, with_the_key_of};
use crate::app::{ADA, browsers};
use crate::browser::Browser;
use crate::kills::KilledApp;
use crate::model::tested::Face;

/// The tables that people and banks write, each with its key.
const TABLES: [(&str, &str); 6] = [
    ("person", "id"),
    ("account", "id"),
    ("connection", "id"),
    ("bank_transaction", "seq"),
    ("browser_session", "id_hash"),
    ("balance_snapshot", "rowid"),
];

async fn opened(database: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(database)
        .busy_timeout(std::time::Duration::from_secs(10));
    SqlitePool::connect_with(options).await.expect("it opens")
}

async fn execute(pool: &SqlitePool, sql: String) {
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(pool).await;
    done.expect("it is SQL");
}

/// Notes the state of every existing row, and installs triggers that note each later state.
async fn note_states(pool: &SqlitePool) {
    let witness = "CREATE TABLE witness (number INTEGER PRIMARY KEY AUTOINCREMENT, of TEXT, key TEXT, state TEXT)";
    execute(pool, witness.into()).await;
    for (table, key) in TABLES {
        let (new, plain) = (
            row_of(pool, table, "NEW.").await,
            row_of(pool, table, "").await,
        );
        let note = format!(
            "INSERT INTO witness (of, key, state) SELECT '{table}', {key}, {plain} FROM {table};
             CREATE TRIGGER witness_{table}_i AFTER INSERT ON {table} BEGIN
                INSERT INTO witness (of, key, state) VALUES ('{table}', NEW.{key}, {new}); END;
             CREATE TRIGGER witness_{table}_u AFTER UPDATE ON {table} BEGIN
                INSERT INTO witness (of, key, state) VALUES ('{table}', NEW.{key}, {new}); END;
             CREATE TRIGGER witness_{table}_d AFTER DELETE ON {table} BEGIN
                INSERT INTO witness (of, key, state) VALUES ('{table}', OLD.{key}, NULL); END;"
        );
        execute(pool, note).await;
    }
}

type States = BTreeMap<(String, String), String>;

/// Returns the state of every row as of this note.
async fn states_at(pool: &SqlitePool, number: i64) -> States {
    let rows: Vec<(String, String, Option<String>)> = sqlx::query_as(
        "SELECT of, CAST(key AS TEXT), state FROM witness WHERE number IN
            (SELECT MAX(number) FROM witness WHERE number <= $1 GROUP BY of, key)",
    )
    .bind(number)
    .fetch_all(pool)
    .await
    .expect("notes");
    let there = rows
        .into_iter()
        .filter_map(|(of, key, state)| Some(((of, key), state?)));
    there.collect()
}

/// Returns the state of every row in a database.
async fn states_of(pool: &SqlitePool) -> States {
    let mut all = States::new();
    for (table, key) in TABLES {
        let state = row_of(pool, table, "").await;
        let sql = format!("SELECT CAST({key} AS TEXT), {state} FROM {table}");
        let rows: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(sql))
            .fetch_all(pool)
            .await
            .expect("rows");
        all.extend(
            rows.into_iter()
                .map(|(key, row)| ((table.to_owned(), key), row)),
        );
    }
    all
}

/// Edits the notes of rows one after the other, and opens the log-in page now and then.
async fn people(mut browser: Browser, rows: Vec<String>, over: &AtomicBool, written: &AtomicU64) {
    for turn in 0_u64.. {
        if over.load(Ordering::Relaxed) {
            return;
        }
        let row = &rows[usize::try_from(turn).expect("it fits") % rows.len()];
        let body = format!("id={row}&note={turn}");
        let answer = browser.post_once("/forms/transaction", body).await;
        // The bank may have removed the row, and this many forms are throttled after a while.
        let is_refused = matches!(answer.status, 404 | 429);
        assert!(
            is_refused || (300..400).contains(&answer.status),
            "{}",
            answer.body
        );
        if turn % 20 == 0 {
            let page = browser.get("/log-in").await;
            assert_eq!(page.status, 200);
        }
        written.fetch_add(1, Ordering::Relaxed);
    }
}

async fn log_ins(address: std::net::SocketAddr, url: String, over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        let mut browser = Browser::new(browsers(), address, &url);
        let page = browser.log_in(ADA.email, ADA.password).await;
        // This many log-ins are throttled after a while.
        assert!(matches!(page.status, 200 | 429), "{}", page.body);
    }
}

async fn banks(killed: &mut KilledApp, over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        killed.change().await;
        killed.ask_for_a_sync().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_backup_under_load_is_the_books_at_one_moment() {
    let wanted = std::env::var("PASSBOOK_BACKUPS").map_or(3, |n| n.parse().expect("a number"));
    let mut killed = KilledApp::open(Face::Plaid, 7).await;
    killed.link(0).await;
    killed.rest().await;
    let live = opened(
        &killed
            .process
            .as_ref()
            .expect("it runs")
            .data()
            .join("passbook.db"),
    )
    .await;
    note_states(&live).await;
    let rows = killed
        .books
        .texts("SELECT id FROM bank_transaction ORDER BY id LIMIT 50")
        .await;
    let process = killed.process.as_ref().expect("it runs");
    let (folder, data) = (process.folder().to_owned(), process.data());
    let (address, url) = (process.address, process.url.clone());
    let keys = Keys::make(&folder);
    let mut person = Browser::new(browsers(), address, &url);
    assert_eq!(person.log_in(ADA.email, ADA.password).await.status, 200);
    let (over, written) = (AtomicBool::new(false), AtomicU64::new(0));
    let backups = async {
        let mut moments = Vec::new();
        for n in 0..wanted {
            let begun = written.load(Ordering::Relaxed);
            let name = format!("backup-{n}");
            let to = ["backup", &name, "--recipient", &keys.recipient];
            done(&folder, &to, &[]).await;
            moments.push(written.load(Ordering::Relaxed) - begun);
        }
        over.store(true, Ordering::Relaxed);
        moments
    };
    let ((), (), (), meanwhile) = tokio::join!(
        people(person, rows, &over, &written),
        log_ins(address, url, &over),
        banks(&mut killed, &over),
        backups
    );
    assert!(
        meanwhile.iter().sum::<u64>() > 0,
        "nobody wrote while backups were made"
    );

    let mut last = 0;
    for n in 0..wanted {
        let other = with_the_key_of(&data);
        let backup = folder.join(format!("backup-{n}")).display().to_string();
        let [identity, file] = keys.opening();
        done(other.path(), &["restore", &backup, &identity, &file], &[]).await;
        let restored = opened(&other.path().join("data/passbook.db")).await;
        let number: i64 = sqlx::query_scalar("SELECT MAX(number) FROM witness")
            .fetch_one(&restored)
            .await
            .expect("notes");
        assert!(number >= last, "time goes on");
        last = number;
        let (found, wanted) = (states_of(&restored).await, states_at(&live, number).await);
        assert_eq!(found.len(), wanted.len(), "backup {n}");
        for (row, state) in &wanted {
            assert_eq!(found.get(row), Some(state), "backup {n}, {row:?}");
        }
        restored.close().await;
    }
    live.close().await;
}
