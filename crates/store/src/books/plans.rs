//! Tests the query plans of the pages: an index is used, no table is scanned in full, and nothing is sorted that an
//! index already orders. This detects a slow plan before users feel it.

use jiff::civil::date;
use rust_decimal::Decimal;
use sqlx::{AssertSqlSafe, Row};

use crate::access::browser_sessions::LIVE;
use crate::books::transactions::page_query;
use crate::oversight::activity::activity_query;
use crate::oversight::calls::calls_query;
use crate::oversight::health::HEALTH;
use crate::{CallNarrowing, Narrowing, Place, Position, Store};
use domain::id::{AccountId, ConnectionId, TransactionId, UserId};

/// The steps of a query plan, in SQLite's words.
async fn plan(store: &Store, sql: &str) -> Vec<String> {
    let explained = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
    let rows = explained.fetch_all(&store.read).await.expect("it is SQL");
    rows.iter()
        .map(|row| row.get::<String, _>("detail"))
        .collect()
}

async fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("passbook.db")).await;
    (folder, store.expect("a database"))
}

/// The steps of the plan for a page of transactions.
async fn page_plan(store: &Store, narrowing: &Narrowing, place: &Place) -> Vec<String> {
    let query = page_query(&UserId::generate(), narrowing, place, 51, false);
    plan(store, query.sql().as_str()).await
}

/// Every filter of a list, with the index that is used to find its rows.
fn narrowings() -> Vec<(Narrowing, &'static str)> {
    let any = Narrowing::default;
    let by_day = "bank_transaction_by_day (person_id=?";
    let by_account = "bank_transaction_by_account (account_id=?";
    let by_category = "bank_transaction_by_category (person_id=? AND <expr>=?";
    let pending = "bank_transaction_pending (person_id=?";
    let tagged = "bank_transaction_tagged (person_id=?";
    let account = Some(AccountId::generate());
    let category = Some("FOOD_AND_DRINK".to_owned());
    let (from, to) = (Some(date(2026, 1, 1)), Some(date(2026, 11, 21)));
    let (min, max) = (Some(Decimal::ONE), Some(Decimal::TEN));
    let words = vec!["coffee".to_owned()];
    #[rustfmt::skip]
    let narrowings = vec![
        (any(), by_day),
        (Narrowing { words: words.clone(), ..any() }, by_day),
        (Narrowing { from, ..any() }, by_day),
        (Narrowing { to, ..any() }, by_day),
        (Narrowing { from, to, ..any() }, by_day),
        (Narrowing { min, max, ..any() }, by_day),
        (Narrowing { pending: Some(false), ..any() }, by_day),
        (Narrowing { pending: Some(true), ..any() }, pending),
        (Narrowing { pending: Some(true), account: account.clone(), ..any() }, pending),
        (Narrowing { tag: Some("work".into()), ..any() }, tagged),
        (Narrowing { tag: Some("work".into()), from, to, ..any() }, tagged),
        (Narrowing { account: account.clone(), ..any() }, by_account),
        (Narrowing { account: account.clone(), from, to, min, max, ..any() }, by_account),
        (Narrowing { account, words, ..any() }, by_account),
        (Narrowing { category: category.clone(), ..any() }, by_category),
        (Narrowing { category: category.clone(), from, to, ..any() }, by_category),
        (Narrowing { category: category.clone(), from, ..any() }, by_category),
        (Narrowing { category, pending: Some(false), ..any() }, by_category),
    ];
    narrowings
}

#[tokio::test]
async fn every_page_of_transactions_walks_along_an_index() {
    let (_folder, store) = open().await;
    for (narrowing, index) in narrowings() {
        let at = Position {
            day: date(2026, 11, 20),
            id: TransactionId::generate(),
        };
        for place in [Place::First, Place::After(at.clone()), Place::Before(at)] {
            let steps = page_plan(&store, &narrowing, &place).await;
            let told = format!("{narrowing:?}, {place:?}: {steps:#?}");
            assert_eq!(steps.len(), 3, "{told}");
            let along = format!("SEARCH t USING INDEX {index}");
            assert!(steps[0].starts_with(&along), "{told}");
            assert!(steps[1].starts_with("SEARCH a USING INDEX"), "{told}");
            assert!(steps[2].starts_with("SEARCH s USING PRIMARY KEY"), "{told}");
            // Another page starts at its position, not at the newest or the oldest row.
            let bounds: &[&str] = match place {
                Place::First => &[""],
                Place::After(_) => &["(day,id)<(?,?)", "day<?"],
                Place::Before(_) => &["(day,id)>(?,?)", "day>?"],
            };
            assert!(
                bounds.iter().any(|bound| steps[0].contains(bound)),
                "{told}"
            );
        }
    }
}

#[tokio::test]
async fn words_are_looked_up() {
    let (_folder, store) = open().await;
    let narrowing = Narrowing {
        words: vec!["coffee".to_owned()],
        ..Narrowing::default()
    };
    let query = page_query(&UserId::generate(), &narrowing, &Place::First, 51, true);
    let steps = plan(&store, query.sql().as_str()).await;
    assert!(
        steps[0].starts_with("SCAN w VIRTUAL TABLE INDEX"),
        "{steps:#?}"
    );
    assert!(steps[0].contains('M'), "with MATCH: {steps:#?}");
    assert!(
        steps[1].starts_with("SEARCH t USING INTEGER PRIMARY KEY"),
        "{steps:#?}"
    );
    assert!(steps[2].starts_with("SEARCH a USING INDEX"), "{steps:#?}");
}

#[tokio::test]
async fn the_log_and_the_record_of_calls_walk_along_their_index() {
    let (_folder, store) = open().await;
    let (user, connection) = (UserId::generate(), ConnectionId::generate());
    let by = |index: &str| format!("SEARCH activity USING INDEX {index}=? AND id<?)");
    for (bank, index) in [
        (None, by("activity_by_person (person_id")),
        (
            Some(&connection),
            by("activity_by_connection (connection_id"),
        ),
    ] {
        let query = activity_query(&user, bank, Some(7), 51);
        let steps = plan(&store, query.sql().as_str()).await;
        assert_eq!(steps, [index], "{bank:?}");
    }
    let any = CallNarrowing::default;
    #[rustfmt::skip]
    let narrowings = [
        (any(), "SEARCH p USING INTEGER PRIMARY KEY (rowid<?)"),
        (CallNarrowing { connection: Some(connection), ..any() }, "SEARCH p USING INDEX provider_call_of_connection"),
        (CallNarrowing { endpoint: Some("/item/get".into()), ..any() }, "SEARCH p USING INDEX provider_call_of_endpoint"),
        (CallNarrowing { failed_only: true, ..any() }, "SEARCH p USING INDEX provider_call_failed"),
    ];
    for (narrowing, index) in narrowings {
        let query = calls_query(&narrowing, Some(7), 51);
        let steps = plan(&store, query.sql().as_str()).await;
        assert_eq!(steps.len(), 2, "{narrowing:?}: {steps:#?}");
        assert!(steps[0].starts_with(index), "{narrowing:?}: {steps:#?}");
    }
}

/// Prometheus scrapes several times a minute, however many rows there are.
#[tokio::test]
async fn what_is_read_for_metrics_goes_through_no_table_that_grows_with_the_rows_of_banks() {
    let (_folder, store) = open().await;
    for (sql, searched) in [
        (
            HEALTH,
            [
                "provider_call_by_time (started_at>?)",
                "webhook_refusal_by_time (received_at>?)",
            ],
        ),
        (
            LIVE,
            [
                "browser_session_by_expiry (expires_at>?)",
                "browser_session_anonymous (expires_at>?)",
            ],
        ),
    ] {
        let steps = plan(&store, sql).await;
        for index in searched {
            assert!(
                steps.iter().any(|step| step.contains(index)),
                "{index}: {steps:#?}"
            );
        }
        let small = [
            "person",
            "connection",
            "job",
            "throttled_log_in",
            "CONSTANT ROW",
        ];
        for step in steps.iter().filter(|step| step.starts_with("SCAN")) {
            let table = step.trim_start_matches("SCAN ").split(" USING").next();
            assert!(table.is_some_and(|table| small.contains(&table)), "{step}");
        }
    }
}
