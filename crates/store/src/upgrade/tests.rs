//! Tests future migrations on a database that contains data.

use std::os::unix::fs::PermissionsExt;

use sqlx::Executor;
use tempfile::TempDir;

use super::*;

const GOOD: &str =
    "CREATE TABLE later (text TEXT); INSERT INTO later SELECT version FROM _sqlx_migrations;";
const BAD: &str = "DROP TABLE later; DELETE FROM institution; INSERT INTO nowhere VALUES (1);";

/// A database that contains data, with a folder of future migrations.
struct Desk {
    folder: TempDir,
    file: PathBuf,
    migrations: PathBuf,
}

impl Desk {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, migrations) = (folder.path().join("books.db"), folder.path().join("sql"));
        fs::create_dir(&migrations).expect("a folder");
        let known = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
        for entry in fs::read_dir(known).expect("migrations") {
            let path = entry.expect("a file").path();
            if let Some(name) = path.file_name().filter(|_| path.is_file()) {
                fs::copy(&path, migrations.join(name)).expect("a copy");
            }
        }
        let desk = Self {
            folder,
            file,
            migrations,
        };
        let store = Store::open(&desk.file).await.expect("a database");
        let row = "INSERT INTO institution (provider, provider_id, name, fetched_at) VALUES ('plaid', '1', 'kept', 0)";
        store.write.execute(row).await.expect("a row");
        store.close().await;
        desk
    }

    fn add(&self, version: i64, sql: &str) {
        let name = format!("{version:04}_later.sql");
        fs::write(self.migrations.join(name), sql).expect("written");
    }

    /// Opens the database as a version that has all these migrations would.
    async fn upgrade(&self) -> Result<(), StoreError> {
        let migrations = Migrator::new(self.migrations.clone()).await;
        let pool = pool_of(&self.file).await;
        let done = upgrade(&pool, &self.file, &migrations.expect("migrations")).await;
        pool.close().await;
        done
    }

    /// The copies, oldest first.
    fn copies(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.folder.path()).expect("a folder");
        let paths = entries.map(|entry| entry.expect("a file").path());
        let mut copies: Vec<_> = paths
            .filter(|path| path.to_string_lossy().contains("-before-"))
            .collect();
        copies.sort();
        copies
    }
}

async fn pool_of(file: &Path) -> SqlitePool {
    let options = crate::options(file).create_if_missing(false);
    let pool = crate::pool(1).connect_with(options).await;
    pool.expect("a database")
}

async fn kept(file: &Path) -> Option<i64> {
    let pool = pool_of(file).await;
    let kept = sqlx::query_scalar("SELECT COUNT(*) FROM institution WHERE name = 'kept'")
        .fetch_one(&pool)
        .await;
    pool.close().await;
    kept.ok()
}

#[tokio::test]
async fn a_copy_is_made_before_and_the_last_three_are_kept() {
    let desk = Desk::open().await;
    assert!(desk.copies().is_empty(), "a new database needs none");
    Store::open(&desk.file)
        .await
        .expect("as it is")
        .close()
        .await;
    assert!(desk.copies().is_empty(), "nothing is migrated");
    for version in 9001..9006 {
        desk.add(
            version,
            &format!("CREATE TABLE later_{version} (text TEXT);"),
        );
        desk.upgrade().await.expect("it is brought up to date");
    }
    let copies = desk.copies();
    assert_eq!(copies.len(), COPIES, "{copies:?}");
    for (copy, version) in copies.iter().zip(9003..) {
        let name = copy.file_name().expect("a name").to_string_lossy();
        let begins = format!("books-before-{version}-20");
        assert!(
            name.starts_with(&begins) && name.ends_with("Z.db"),
            "{name}"
        );
        let mode = copy.metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(kept(copy).await, Some(1));
        let pool = pool_of(copy).await;
        let newest = applied(&pool).await.expect("versions").into_iter().max();
        assert_eq!(newest, Some(version - 1), "as it was before");
    }
}

#[tokio::test]
async fn migrations_of_which_one_fails_leave_the_file_to_the_version_before() {
    let desk = Desk::open().await;
    desk.add(9001, GOOD);
    desk.add(9002, BAD);
    for _ in 0..2 {
        let failed = desk.upgrade().await.expect_err("the second fails");
        assert!(matches!(failed, StoreError::Migrate(_)), "{failed}");
        let old = Store::open(&desk.file).await.expect("the version before");
        old.prove_writable().await.expect("it works");
        old.close().await;
        assert_eq!(kept(&desk.file).await, Some(1));
    }
    assert_eq!(kept(desk.copies().last().expect("a copy")).await, Some(1));

    desk.add(9002, "DROP TABLE later;");
    desk.upgrade().await.expect("the mended version");
    let newer = Store::open(&desk.file).await.expect_err("an old version");
    assert!(
        matches!(
            newer,
            StoreError::Newer {
                migration: 9002,
                ..
            }
        ),
        "{newer}"
    );
}

#[tokio::test]
async fn without_a_copy_nothing_is_migrated() {
    let desk = Desk::open().await;
    desk.add(9001, GOOD);
    // The folder for the copy does not exist.
    let migrations = Migrator::new(desk.migrations.clone()).await;
    let gone = desk.folder.path().join("gone/books.db");
    let pool = pool_of(&desk.file).await;
    let failed = upgrade(&pool, &gone, &migrations.expect("migrations")).await;
    assert!(matches!(failed, Err(StoreError::NoCopy(..))), "{failed:?}");
    pool.close().await;
    Store::open(&desk.file)
        .await
        .expect("the version before")
        .close()
        .await;
}

#[tokio::test]
async fn what_kills_left_of_copies_goes() {
    let desk = Desk::open().await;
    let part = desk
        .folder
        .path()
        .join("books-before-0002-20200101T000000Z.part");
    fs::write(&part, "half").expect("written");
    desk.add(9001, GOOD);
    desk.upgrade().await.expect("it is brought up to date");
    assert!(!part.exists());
    assert_eq!(desk.copies().len(), 1);
}

/// The schema of a database: every table, index and trigger with its SQL.
async fn made_of(file: &Path) -> Vec<(String, String, Option<String>)> {
    let pool = pool_of(file).await;
    let made = sqlx::query_as("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")
        .fetch_all(&pool)
        .await
        .expect("a schema");
    pool.close().await;
    made
}

/// Migrations never change once a version with them is released, so these are the databases that those versions made.
#[tokio::test]
async fn a_database_of_every_earlier_version_becomes_what_a_new_one_is() {
    let new = Desk::open().await;
    let wanted = made_of(&new.file).await;
    let mut files: Vec<_> = fs::read_dir(&new.migrations)
        .expect("migrations")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    for known in 1..files.len() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, migrations) = (folder.path().join("books.db"), folder.path().join("sql"));
        fs::create_dir(&migrations).expect("a folder");
        for path in &files[..known] {
            fs::copy(path, migrations.join(path.file_name().expect("a name"))).expect("a copy");
        }
        fs::write(&file, b"").expect("a file");
        let pool = pool_of(&file).await;
        let before = Migrator::new(migrations).await.expect("migrations");
        before.run(&pool).await.expect("migrated");
        let row = "INSERT INTO institution (provider, provider_id, name, fetched_at) VALUES ('plaid', '1', 'kept', 0)";
        pool.execute(row).await.expect("a row");
        pool.close().await;
        let store = Store::open(&file).await.expect("it is brought up to date");
        store.close().await;
        assert_eq!(kept(&file).await, Some(1), "from {known}");
        assert_eq!(made_of(&file).await, wanted, "from {known}");
    }
}
