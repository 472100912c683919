//! A database from before reasons: each row gets the reason that its provider code maps to now.

use domain::problem::{Problem, Reason};
use domain::usage::HELD_BACK;
use providers::plaid::problem;
use sqlx::SqlitePool;
use store::Store;

use super::former::{database_of, opened};

/// Every code known then, below its type.
const CODES: &str = include_str!("../../../crates/providers/src/plaid/problems/as_before.txt");
const LAST_WITHOUT: &str = "0019";

fn expected(error_type: &str, code: &str) -> Reason {
    let ours = |reason: &&Reason| Problem::ours(**reason).code == code;
    match Reason::ALL.iter().find(ours) {
        Some(reason) => *reason,
        None if code == HELD_BACK => Reason::HeldBack,
        None => problem(error_type, code, None).reason,
    }
}

/// Returns the code and reason of every problem known then, except those that only their type would decide.
fn known() -> Vec<(&'static str, Reason)> {
    let codes = CODES.lines().filter_map(|line| line.strip_prefix("  "));
    let codes = codes.flat_map(str::split_whitespace);
    let codes = codes.filter_map(|both| both.split_once(':'));
    let codes = codes.filter(|both| *both != ("RATE_LIMIT_EXCEEDED", "SOMETHING_NEW"));
    let known = codes.map(|(error_type, code)| (code, expected(error_type, code)));
    known
        .chain([("A_NEW_LIMIT", Reason::RateLimited)])
        .collect()
}

async fn write(pool: &SqlitePool, place: usize, code: &str, remedy: &str) {
    let place = i64::try_from(place).expect("a number");
    for sql in [
        "INSERT INTO connection (id, person_id, provider, item_id, institution_name, sealed_token, created_at,
             problem_code, problem_remedy, problem_message)
             VALUES ('c' || $1, 'ada', 'plaid', 'i' || $1, 'Bank', X'', 0, $2, $3, 'is away.')",
        "INSERT INTO connection_event (person_id, place, connection_id, kind, problem_code, problem_remedy, happened_at)
             VALUES ('ada', 1000 + $1, 'c' || $1, 'problem', $2, $3, 0)",
        "INSERT INTO connection_event (person_id, place, connection_id, kind, problem_code, happened_at)
             VALUES ('ada', 2000 + $1, 'c' || $1, 'repaired', $2, 0)",
        "INSERT INTO job_run (job_id, fence, started_at, outcome, error_code) VALUES ('job', $1, 0, 'failed', $2)",
        "INSERT INTO provider_call (provider, endpoint, started_at, duration_ms, outcome)
             VALUES ('plaid', '/item/get', 0, 1, $2)",
    ] {
        sqlx::query(sql)
            .bind(place)
            .bind(code)
            .bind(remedy)
            .execute(pool)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

async fn pairs(pool: &SqlitePool, sql: &'static str) -> Vec<(String, Option<String>)> {
    sqlx::query_as(sql).fetch_all(pool).await.expect("rows")
}

#[tokio::test]
async fn every_code_that_is_stored_gets_the_reason_that_it_would_have_now() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("passbook.db");
    let pool = database_of(&file, LAST_WITHOUT).await;
    for sql in [
        "INSERT INTO person (id, email, email_folded, first_name, last_name, password_hash, created_at)
             VALUES ('ada', 'a@b.c', 'a@b.c', 'Ada', 'Byron', 'none', 0)",
        "INSERT INTO job (id, kind, subject) VALUES ('job', 'sync', 'c0')",
    ] {
        sqlx::query(sql).execute(&pool).await.expect("a row");
    }
    let known = known();
    assert!(known.len() > 90, "{}", known.len());
    for (place, (code, reason)) in known.iter().enumerate() {
        write(&pool, place, code, reason.remedy().as_str()).await;
    }
    for sql in [
        "INSERT INTO connection_note (connection_id, kind, told_at, reason)
             VALUES ('c0', 'disconnect', 0, 'INSTITUTION_MIGRATION'), ('c1', 'disconnect', 0, 'SOMETHING_ELSE')",
        "INSERT INTO provider_call (provider, endpoint, started_at, duration_ms, outcome)
             VALUES ('plaid', '/item/get', 0, 1, 'ok'), ('plaid', '/item/get', 0, 1, 'GIVEN_UP')",
    ] {
        sqlx::query(sql).execute(&pool).await.expect("a row");
    }
    let events = "SELECT COUNT(*) FROM connection_event";
    let told: i64 = sqlx::query_scalar(events)
        .fetch_one(&pool)
        .await
        .expect("a number");
    pool.close().await;
    let store = Store::open(&file).await.expect("it is brought up to date");
    store.close().await;

    let pool = opened(&file).await;
    let now: i64 = sqlx::query_scalar(events)
        .fetch_one(&pool)
        .await
        .expect("a number");
    assert_eq!(now, told, "nobody is told anew of an old problem");
    let wanted: Vec<_> = known
        .iter()
        .map(|(code, reason)| ((*code).to_owned(), Some(reason.as_str().to_owned())))
        .collect();
    let sql = "SELECT problem_code, problem_reason FROM connection ORDER BY rowid";
    assert_eq!(pairs(&pool, sql).await, wanted);
    let sql = "SELECT problem_code, problem_reason FROM connection_event WHERE place BETWEEN 1000 AND 1999 ORDER BY place";
    assert_eq!(pairs(&pool, sql).await, wanted);
    // These rows have no remedy, so an unknown code is "unclear".
    let by_code: Vec<_> = wanted
        .into_iter()
        .map(|(code, reason)| match code.as_str() {
            "SOMETHING_NEW" => (code, Some("unclear".to_owned())),
            _ => (code, reason),
        })
        .collect();
    let sql = "SELECT problem_code, problem_reason FROM connection_event WHERE place >= 2000 ORDER BY place";
    assert_eq!(pairs(&pool, sql).await, by_code);
    let sql = "SELECT error_code, reason FROM job_run ORDER BY fence";
    assert_eq!(pairs(&pool, sql).await, by_code);
    let mut of_calls = by_code;
    of_calls.extend(["ok", "GIVEN_UP"].map(|outcome| (outcome.to_owned(), None)));
    let sql = "SELECT outcome, reason FROM provider_call ORDER BY id";
    assert_eq!(pairs(&pool, sql).await, of_calls);
    let sql = "SELECT connection_id, reason FROM connection_note ORDER BY connection_id";
    let why = [
        ("c0".to_owned(), Some("log_in_changes".to_owned())),
        ("c1".to_owned(), None),
    ];
    assert_eq!(pairs(&pool, sql).await, why);
}
