//! Unusable databases, and the checks that still run.

use sqlx::AssertSqlSafe;

use super::{Said, doctor, everything, stopped};
use crate::books::Books;
use crate::process::Process;

async fn run(process: &Process, sql: &str) {
    let books = Books::open(&process.data()).await;
    let done = sqlx::query(AssertSqlSafe(sql)).execute(&books.pool).await;
    done.expect("written");
    books.pool.close().await;
}

/// Asserts that the checks that need no database have run.
fn says_the_rest(said: &Said) {
    for what in ["Clock", "Key file", "Disk space", "Settings", "Public URL"] {
        said.of("Good", what);
    }
    assert!(!said.text.contains("SQLite: Version"), "{}", said.text);
}

#[tokio::test]
async fn a_damaged_database_is_told_whatever_is_damaged() {
    let process = stopped().await;
    let file = process.data().join("passbook.db");
    let whole = std::fs::read(&file).expect("a database");

    // Damage in a table that is not read on opening.
    let books = Books::open(&process.data()).await;
    let page = "SELECT rootpage FROM sqlite_schema WHERE name = 'bank_transaction'";
    let end = usize::try_from(books.number(page).await).expect("a page") * 4_096;
    books.pool.close().await;
    let mut bytes = whole.clone();
    bytes[end - 4_096..end].fill(0x5a);
    std::fs::write(&file, &bytes).expect("written");
    let told = doctor(process.folder(), &[]).await.wrong("Database");
    for part in ["It’s damaged (quick_check: ", "passbook-before-….db"] {
        assert!(told.contains(part), "{told}");
    }

    // Damage in the header: the database cannot be opened.
    for bytes in [&b"no database at all"[..], &whole[100..]] {
        std::fs::write(&file, bytes).expect("written");
        let said = doctor(process.folder(), &[]).await;
        let told = said.wrong("Database");
        assert!(told.contains("is not a database, or is damaged"), "{told}");
        says_the_rest(&said);
    }
}

#[tokio::test]
async fn a_database_of_another_version_or_program_is_told_and_left_alone() {
    let process = stopped().await;
    let newer = "INSERT INTO _sqlx_migrations SELECT 9999, description, installed_on, success, checksum, execution_time
        FROM _sqlx_migrations LIMIT 1";
    let older = "DELETE FROM _sqlx_migrations WHERE version > 20";
    let foreign = "UPDATE _sqlx_migrations SET checksum = X'00'";
    for (sql, sentence) in [
        (
            newer,
            "was written by a newer version of Passbook (migration 9999). Start that version",
        ),
        (
            older,
            "is of another version of Passbook: start this one once",
        ),
        (foreign, "is a database, but not one that Passbook made"),
    ] {
        run(&process, sql).await;
        let before = everything(&process.data());
        let said = doctor(process.folder(), &[]).await;
        let told = said.wrong("Database");
        assert!(told.contains(sentence), "{told}");
        says_the_rest(&said);
        assert_eq!(everything(&process.data()), before);
        run(
            &process,
            "DELETE FROM _sqlx_migrations WHERE version = 9999",
        )
        .await;
    }
}

#[tokio::test]
async fn a_log_of_another_database_is_told() {
    let (mut process, _, _) = Process::linked(&[]).await;
    process.kill();
    let mark = process.data().join("passbook.db-mark");
    assert!(mark.exists());
    std::fs::write(&mark, "00000000 00000000\n").expect("written");
    let told = doctor(process.folder(), &[]).await.wrong("Database");
    assert!(told.contains("was left by another database"), "{told}");
}

#[tokio::test]
async fn a_database_that_was_lost_is_told_by_its_key() {
    let process = stopped().await;
    for name in ["passbook.db", "passbook.db-mark"] {
        let _ = std::fs::remove_file(process.data().join(name));
    }
    let said = doctor(process.folder(), &[]).await;
    let told = said.wrong("Database");
    assert!(
        told.contains("is missing or empty. Put the database back"),
        "{told}"
    );
    said.of("Good", "Key file");
    std::fs::write(process.data().join("passbook.db"), "").expect("written");
    doctor(process.folder(), &[]).await.wrong("Database");
}

#[tokio::test]
async fn a_database_without_a_write_ahead_log_is_looked_at() {
    let process = stopped().await;
    doctor(process.folder(), &[]).await.of("Good", "SQLite");
    run(&process, "PRAGMA journal_mode = DELETE").await;
    let told = doctor(process.folder(), &[]).await.warns("SQLite");
    assert!(told.contains("without a write-ahead log"), "{told}");
}

#[tokio::test]
async fn refused_keys_and_silent_banks_are_told_from_what_the_database_keeps() {
    let process = stopped().await;
    let settings = [
        ("PLAID_CLIENT_ID", "id"),
        ("PLAID_SECRET", "hush-hush"),
        ("PASSBOOK_PUBLIC_URL", "https://money.example.org"),
        ("MX_CLIENT_ID", "id"),
        ("MX_API_KEY", "hush-hush"),
        ("MX_WEBHOOK_PASSWORD", "hush-hush-hush-hush"),
    ];
    let call = |outcome: &str, reason: &str| {
        format!(
            "INSERT INTO provider_call (provider, endpoint, started_at, duration_ms, outcome, reason)
             VALUES ('plaid', '/item/get', 1000 * unixepoch(), 1, '{outcome}', {reason})"
        )
    };
    run(&process, &call("ok", "NULL")).await;
    let said = doctor(process.folder(), &settings).await;
    said.of("Good", "Plaid’s keys");
    said.of("Note", "MX’s keys");
    let heard = said.of("Good", "Last webhook");
    assert!(heard.contains("Received "), "{heard}");

    run(&process, &call("INVALID_API_KEYS", "'keys'")).await;
    // This call got no answer, so it says nothing about the keys.
    run(&process, &call("TIMEOUT", "'timeout'")).await;
    run(
        &process,
        "UPDATE webhook_delivery SET last_received_at = last_received_at - 8 * 86400000",
    )
    .await;
    let said = doctor(process.folder(), &settings).await;
    let told = said.wrong("Plaid’s keys");
    for part in [
        "INVALID_API_KEYS",
        "PLAID_CLIENT_ID",
        "PLAID_SECRET",
        "PLAID_ENV=sandbox",
    ] {
        assert!(told.contains(part), "{told}");
    }
    let told = said.warns("Last webhook");
    for part in [
        "from Plaid for 8 days",
        "https://money.example.org/webhooks/plaid",
    ] {
        assert!(told.contains(part), "{told}");
    }
    let secret = passbook::config::webhook_path(&domain::secret::Secret::new(settings[5].1));
    for secret in ["hush-hush", secret.expose()] {
        assert!(!said.text.contains(secret), "{}", said.text);
    }

    run(&process, &call("ok", "NULL")).await;
    doctor(process.folder(), &settings)
        .await
        .of("Good", "Plaid’s keys");
}
