//! Copying databases for backups, and verifying copies. Both work on a file path: a backup is made beside a running
//! Passbook and verified without one.

use std::collections::BTreeMap;
use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};

use crate::sealed::{self, SealedValue};
use crate::{StoreError, schema, to_read, upgrade};

/// The contents of a database, for comparison with its backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The number of the last migration that was run on it; `None` in a database that is not Passbook's.
    pub schema: Option<i64>,
    /// The number of rows of each table, without the internal tables of the search index.
    pub rows: BTreeMap<String, i64>,
}

/// Writes a copy of a snapshot of the database, while other connections read and write it. The copy is durable when
/// this returns. An existing target file must be empty.
///
/// # Errors
/// If the database cannot be read or the copy cannot be written; a partial copy may remain.
pub async fn copy_database(from: &Path, to: &Path) -> Result<(), StoreError> {
    let mut connection = open(from, to_read(from)).await?;
    let copied = upgrade::vacuum_into(&mut connection, to).await;
    connection.close().await?;
    copied.map_err(|e| upgrade::named(e, from))
}

/// Verifies that a copy is an intact database by reading its pages, indexes and foreign keys in full, and returns its
/// contents. The copy is not changed, and no other program may use it.
///
/// # Errors
/// [`StoreError::NotADatabase`], [`StoreError::Broken`].
pub async fn prove_copy(copy: &Path) -> Result<Contents, StoreError> {
    let mut connection = open_copy(copy).await?;
    let contents = prove(&mut connection, copy).await;
    connection.close().await?;
    contents
}

/// Every sealed secret of a copy of Passbook's database, of any schema.
pub async fn sealed_values_of_copy(copy: &Path) -> Result<Vec<SealedValue>, StoreError> {
    let mut connection = open_copy(copy).await?;
    let values = sealed::values_there(&mut connection).await;
    connection.close().await?;
    values
}

/// The random id of the Passbook that a database belongs to ([`crate::Store::instance`]).
pub async fn instance_of(database: &Path) -> Result<String, StoreError> {
    let mut connection = open(database, to_read(database)).await?;
    let id = sqlx::query_scalar("SELECT id FROM instance").fetch_one(&mut connection);
    let id = id.await;
    connection.close().await?;
    id.map_err(|e| upgrade::named(e, database))
}

/// Refuses a copy that this program could not start with.
///
/// # Errors
/// [`StoreError::NewerCopy`]; [`StoreError::Foreign`] if Passbook did not make the database.
pub async fn refuse_copy_of_another_program(
    copy: &Path,
    contents: &Contents,
) -> Result<(), StoreError> {
    let mut connection = open_copy(copy).await?;
    let ours = upgrade::refuse_foreign(&mut connection, copy).await;
    connection.close().await?;
    ours?;
    match contents.schema {
        Some(theirs) if theirs > schema() => Err(StoreError::NewerCopy(theirs, schema())),
        _ => Ok(()),
    }
}

/// Opened as immutable: a copy in a folder of its own has no write-ahead log, and reading must not create one.
async fn open_copy(copy: &Path) -> Result<SqliteConnection, StoreError> {
    open(copy, to_read(copy).immutable(true)).await
}

async fn open(file: &Path, options: SqliteConnectOptions) -> Result<SqliteConnection, StoreError> {
    options.connect().await.map_err(|e| upgrade::named(e, file))
}

async fn prove(connection: &mut SqliteConnection, copy: &Path) -> Result<Contents, StoreError> {
    let named = |e| upgrade::named(e, copy);
    // One finding is enough.
    let found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_all(&mut *connection)
        .await
        .map_err(named)?;
    if found != ["ok"] {
        return Err(StoreError::Broken(copy.to_owned(), found.join("; ")));
    }
    let lost: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check")
            .fetch_all(&mut *connection)
            .await
            .map_err(named)?;
    if !lost.is_empty() {
        let what = format!("rows refer to rows that are missing: {}", lost.join(", "));
        return Err(StoreError::Broken(copy.to_owned(), what));
    }
    let rows = count_rows(connection).await.map_err(named)?;
    let known = rows.contains_key("_sqlx_migrations");
    let schema = match known {
        true => {
            sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations WHERE success")
                .fetch_one(&mut *connection)
                .await?
        }
        false => None,
    };
    Ok(Contents { schema, rows })
}

async fn count_rows(
    connection: &mut SqliteConnection,
) -> Result<BTreeMap<String, i64>, sqlx::Error> {
    // The rows of a virtual table are in its shadow tables, which VACUUM may lay out differently.
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut rows = BTreeMap::new();
    for table in tables {
        let quoted = table.replace('"', "\"\"");
        let count = AssertSqlSafe(format!("SELECT COUNT(*) FROM \"{quoted}\""));
        let count = sqlx::query_scalar(count)
            .fetch_one(&mut *connection)
            .await?;
        rows.insert(table, count);
    }
    Ok(rows)
}
