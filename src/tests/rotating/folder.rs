//! A data directory with secrets of every kind and no running program.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use domain::secret::Secret;
use passbook::vault::Vault;
use sqlx::SqlitePool;
use store::{Store, TOKEN_KEY_OWNER};
use tempfile::TempDir;

use crate::books::Books;
use crate::process::output;

/// Rows with secrets, by table; every secret is bound to the row's id and to its person, if it has one.
const ROWS: [(&str, usize, &str); 7] = [
    ("connection", 40, "INSERT INTO connection (id, person_id, provider, item_id, institution_name, sealed_token, created_at)
        VALUES ($1, 'ada', 'plaid', $1, 'Bank', $2, 0)"),
    ("link_attempt", 1, "INSERT INTO link_attempt (id, person_id, chooses_accounts, created_at, expires_at, sealed_public_token)
        VALUES ($1, 'ada', 0, 0, 0, $2)"),
    ("link_attempt.token", 0, "UPDATE link_attempt SET sealed_token = $2 WHERE id = $1"),
    ("link_attempt.hosted", 0, "UPDATE link_attempt SET sealed_hosted_url = $2 WHERE id = $1"),
    ("outbound_endpoint", 2, "INSERT INTO outbound_endpoint (id, person_id, url, description, sealed_secret, created_at, told_place)
        VALUES ($1, 'ada', 'https://example.org', '', $2, 0, 0)"),
    ("previous", 0, "UPDATE outbound_endpoint SET sealed_previous = $2 WHERE id = $1"),
    ("token_key", 2, "INSERT INTO token_key (id, sealed_key, created_at) VALUES ($1, $2, 0)"),
];

pub struct KeyedFolder {
    dir: TempDir,
}

impl KeyedFolder {
    pub async fn filled() -> Self {
        let folder = Self {
            dir: tempfile::tempdir().expect("a folder"),
        };
        std::fs::create_dir(folder.data()).expect("a folder");
        let store = Store::open(&folder.data().join("passbook.db")).await;
        store.expect("a database").close().await;
        let vault = Vault::open(&folder.key(), true).expect("a key");
        let pool = folder.pool().await;
        let person = "INSERT INTO person (id, email, email_folded, first_name, last_name, password_hash, created_at)
            VALUES ('ada', 'a@b.c', 'a@b.c', 'Ada', 'Byron', 'none', 0)";
        sqlx::query(person).execute(&pool).await.expect("somebody");
        for (table, rows, sql) in ROWS {
            // One row can hold several secrets.
            let (of, rows) = match table {
                "previous" => ("outbound_endpoint", 1),
                "link_attempt.token" | "link_attempt.hosted" => ("link_attempt", 1),
                _ => (table, rows),
            };
            let owner = if table == "token_key" {
                TOKEN_KEY_OWNER
            } else {
                "ada"
            };
            for row in 0..rows {
                let id = format!("{:0>26}", format!("{}{row}", of.replace('_', "")));
                let sealed = vault.seal(&Secret::new(format!("{table} {row}")), &id, owner);
                let done = sqlx::query(sql).bind(&id).bind(sealed.expect("sealed"));
                done.execute(&pool).await.expect("a row");
            }
        }
        // A connection that has ended holds no secret.
        let ended = "UPDATE connection SET sealed_token = X'' WHERE id LIKE '%connection39'";
        sqlx::query(ended).execute(&pool).await.expect("it ends");
        pool.close().await;
        folder
    }

    /// Returns the folder in which programs are started.
    pub fn dir(&self) -> &TempDir {
        &self.dir
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub fn key(&self) -> PathBuf {
        self.data().join("passbook.key")
    }

    pub fn key_text(&self) -> String {
        std::fs::read_to_string(self.key()).expect("the key")
    }

    /// Returns the number of each key in the file.
    pub fn keys(&self) -> Vec<String> {
        let text = self.key_text();
        let numbers = text.lines().filter_map(|line| line.split(' ').next());
        numbers.map(str::to_owned).collect()
    }

    pub fn key_mode(&self) -> u32 {
        let found = self.key().metadata().expect("the key");
        found.permissions().mode() & 0o777
    }

    /// Returns every name in the data directory, except files that belong to an open database.
    pub fn names(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.data()).expect("a folder");
        let name = |file: std::fs::DirEntry| file.file_name().to_string_lossy().into_owned();
        let mut names: Vec<String> = files.map(|file| name(file.expect("a file"))).collect();
        names.retain(|name| !name.starts_with("passbook.db-") && name != "passbook.lock");
        names.sort();
        names
    }

    pub async fn pool(&self) -> SqlitePool {
        Books::open(&self.data()).await.pool
    }

    /// Runs a statement on the database.
    pub async fn write(&self, sql: &'static str) {
        let pool = self.pool().await;
        sqlx::query(sql).execute(&pool).await.expect("it is SQL");
        pool.close().await;
    }

    /// Returns every secret in the clear, with its place; `None` if a key file does not open one.
    pub async fn opened_with(&self, key: &Path) -> Option<Vec<String>> {
        let vault = Vault::open(key, false).ok()?;
        let values = self.sealed().await;
        let open = |value: &store::SealedValue| {
            let secret = vault.unseal(&value.sealed, &value.row, &value.owner).ok()?;
            let (table, column) = (value.column.table, value.column.column);
            Some(format!(
                "{table}.{column} {} {}",
                value.row,
                secret.expose()
            ))
        };
        values.iter().map(open).collect()
    }

    pub async fn opened(&self) -> Option<Vec<String>> {
        self.opened_with(&self.key()).await
    }

    /// Returns the sealed values as they are stored.
    pub async fn sealed(&self) -> Vec<store::SealedValue> {
        let store = Store::open(&self.data().join("passbook.db")).await;
        let store = store.expect("a database");
        let values = store.sealed_values().await.expect("it answers");
        store.close().await;
        values
    }

    /// Returns the numbers of the keys that secrets are sealed with.
    pub async fn sealed_with(&self) -> Vec<u32> {
        let number = |value: store::SealedValue| {
            let number = value.sealed.first_chunk::<4>().expect("a number");
            u32::from_be_bytes(*number)
        };
        let mut numbers: Vec<u32> = self.sealed().await.into_iter().map(number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Runs the command to its end; returns its exit code and all its output.
    pub async fn rotate(&self, more: &[&str]) -> (Option<i32>, String) {
        let arguments = [&["rotate-key"], more].concat();
        let ended: Output = output(self.dir.path(), &arguments, &[]).await;
        let said = [ended.stdout, ended.stderr].concat();
        (
            ended.status.code(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    }
}
