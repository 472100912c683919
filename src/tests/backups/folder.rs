//! A folder with a Passbook in it, and the contents of its database.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

use sqlx::AssertSqlSafe;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tempfile::TempDir;

use crate::app::eventually;
use crate::books::Books;
use crate::process::{Process, output};

/// An age key pair for these tests.
pub struct Keys {
    /// The public key.
    pub recipient: String,
    /// The file with the private key.
    pub identity: PathBuf,
}

impl Keys {
    /// Creates a pair and writes its file into this folder.
    pub fn make(folder: &Path) -> Self {
        use age::secrecy::ExposeSecret;
        let key = age::x25519::Identity::generate();
        let recipient = key.to_public().to_string();
        let identity = folder.join("identity.txt");
        let text = format!("# made by a test\n{}\n", key.to_string().expose_secret());
        std::fs::write(&identity, text).expect("written");
        Self {
            recipient,
            identity,
        }
    }

    /// Returns the arguments with which `passbook restore` decrypts.
    pub fn opening(&self) -> [String; 2] {
        ["--identity".into(), self.identity.display().to_string()]
    }
}

/// Starts a program with a person whose bank is linked and synced.
pub async fn with_a_bank(settings: &[(&str, &str)]) -> Process {
    let (process, _, _) = Process::linked(settings).await;
    let books = Books::open(&process.data()).await;
    eventually("that all is fetched", || async {
        let running = "SELECT COUNT(*) FROM connection WHERE history_complete_at IS NULL";
        let rows = books.number("SELECT COUNT(*) FROM bank_transaction").await;
        (rows > 100 && books.number(running).await == 0).then_some(())
    })
    .await;
    books.pool.close().await;
    process
}

/// Returns every row of every table, as SQLite quotes values.
pub async fn contents(database: &Path) -> BTreeMap<String, Vec<String>> {
    let options = SqliteConnectOptions::new().filename(database);
    let pool = SqlitePool::connect_with(options).await.expect("it opens");
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name",
    )
    .fetch_all(&pool)
    .await
    .expect("tables");
    let mut all = BTreeMap::new();
    for table in tables {
        let row = row_of(&pool, &table, "").await;
        let rows = format!("SELECT {row} AS row FROM \"{table}\" ORDER BY row");
        let rows = sqlx::query_scalar(AssertSqlSafe(rows)).fetch_all(&pool);
        all.insert(table, rows.await.expect("rows"));
    }
    pool.close().await;
    all
}

/// Fails at the first table that differs.
pub fn same(found: &BTreeMap<String, Vec<String>>, wanted: &BTreeMap<String, Vec<String>>) {
    assert!(found.keys().eq(wanted.keys()), "other tables");
    for (table, rows) in wanted {
        assert_eq!(&found[table], rows, "{table}");
    }
}

/// Returns an SQL expression for all columns of a row; `of` is put in front of each.
pub async fn row_of(pool: &SqlitePool, table: &str, of: &str) -> String {
    let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)")
        .bind(table)
        .fetch_all(pool)
        .await
        .expect("columns");
    let quoted = columns.iter().map(|name| format!("quote({of}\"{name}\")"));
    quoted.collect::<Vec<_>>().join("||','||")
}

/// Runs the program in a folder and asserts that it succeeds; returns its output.
pub async fn done(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> String {
    let ended = output(folder, arguments, settings).await;
    assert_eq!(ended.status.code(), Some(0), "{}", told(&ended));
    String::from_utf8_lossy(&ended.stdout).into_owned()
}

/// Runs the program in a folder and asserts that it refuses; returns its message.
pub async fn refused(folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> String {
    let ended = output(folder, arguments, settings).await;
    let said = told(&ended);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

pub fn told(ended: &Output) -> String {
    String::from_utf8_lossy(&ended.stderr).into_owned()
}

/// Returns the names of all files in a folder's data directory, except the lock and SQLite's own files. Empty when
/// there is no data directory.
pub fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder.join("data")) else {
        return Vec::new();
    };
    let mut names: Vec<_> = entries
        .map(|entry| {
            let name = entry.expect("an entry").file_name();
            name.to_string_lossy().into_owned()
        })
        .filter(|name| name != "passbook.lock" && !name.contains(".db-"))
        .collect();
    names.sort();
    names
}

/// Creates a folder with the key of another one and nothing else.
pub fn with_the_key_of(data: &Path) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let into = folder.path().join("data");
    std::fs::create_dir(&into).expect("a folder");
    std::fs::copy(data.join("passbook.key"), into.join("passbook.key")).expect("the key");
    folder
}
