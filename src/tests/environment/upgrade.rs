//! A version with new migrations, started on the database of the version before.

use std::path::Path;

use sqlx::SqlitePool;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;

use super::{told, with_small_files};
use crate::process::output;

/// Creates the database of the version before, with a person and a megabyte in it.
async fn of_the_version_before(folder: &Path) {
    let old = tempfile::tempdir().expect("a folder");
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let files = std::fs::read_dir(migrations).expect("migrations");
    let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    files.retain(|file| file.is_file());
    files.sort();
    files.pop();
    for file in files {
        let name = file.file_name().expect("a name");
        std::fs::copy(&file, old.path().join(name)).expect("a copy");
    }
    std::fs::create_dir(folder.join("data")).expect("a folder");
    let options = SqliteConnectOptions::new()
        .filename(folder.join("data/passbook.db"))
        .create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await.expect("a database");
    let before = Migrator::new(old.path()).await.expect("migrations");
    before.run(&pool).await.expect("migrated");
    for sql in [
        "INSERT INTO person (id, email, email_folded, first_name, last_name, password_hash, created_at)
            VALUES ('ada', 'a@b.c', 'a@b.c', 'Ada', 'Byron', 'none', 0)",
        "INSERT INTO institution (provider, provider_id, name, logo, fetched_at)
            VALUES ('plaid', '1', 'Bank', zeroblob(1000000), 0)",
    ] {
        sqlx::query(sql).execute(&pool).await.expect("a row");
    }
    pool.close().await;
}

fn copies(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder.join("data")).expect("a folder");
    let names = files.map(|file| file.expect("a file").file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| name.contains("before")).collect()
}

#[tokio::test]
async fn a_copy_is_made_first_and_named_and_without_room_for_it_nothing_happens() {
    let folder = tempfile::tempdir().expect("a folder");
    of_the_version_before(folder.path()).await;
    let commands: [&[&str]; 3] = [&["serve"], &["invite"], &["admin", "list"]];
    for arguments in commands {
        let ended = with_small_files(folder.path(), 500_000, arguments);
        let said = told(&ended);
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(said.contains("Make room there"), "{said}");
        assert!(copies(folder.path()).is_empty(), "nothing is left of it");
    }
    let ended = output(folder.path(), &["admin", "list"], &[]).await;
    let said = told(&ended);
    assert_eq!(ended.status.code(), Some(0), "{said}");
    let copies = copies(folder.path());
    let [copy] = copies.as_slice() else {
        panic!("one copy: {copies:?}")
    };
    assert!(
        said.contains(copy.as_str()),
        "{copy} is not in the log: {said}"
    );
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("data").join(copy))
        .read_only(true);
    let pool = SqlitePool::connect_with(options).await.expect("a database");
    let somebody: String = sqlx::query_scalar("SELECT id FROM person")
        .fetch_one(&pool)
        .await
        .expect("somebody");
    assert_eq!(somebody, "ada");
}
