//! Upgrades the file: makes a copy first, then runs all missing migrations in one transaction. If a migration fails
//! or is killed, the version that wrote the file can still use it.

#[cfg(test)]
mod tests;

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool};

use crate::{Store, StoreError};

/// The number of copies that are kept; older ones are deleted.
const COPIES: usize = 3;

/// SQLite's primary result codes; `ERROR` also stands for a missing table.
const ERROR: i32 = 1;
const CORRUPT: i32 = 11;
const NOT_A_DATABASE: i32 = 26;

impl Store {
    /// Whether the file has no tables yet: it is missing, empty, or a first start was killed before it created them.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn is_new(file: &Path) -> Result<bool, StoreError> {
        match std::fs::metadata(file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(sqlx::Error::Io(error).into()),
            Ok(found) if found.len() == 0 => return Ok(true),
            Ok(_) => {}
        }
        // Not read-only, because a write-ahead log left by a kill must be recovered first.
        let options = SqliteConnectOptions::new()
            .filename(file)
            .busy_timeout(Duration::from_secs(5));
        let mut connection = options.connect().await.map_err(|e| named(e, file))?;
        let tables = tables(&mut connection, file).await;
        connection.close().await?;
        Ok(tables? == 0)
    }
}

/// The number of entries in the file's schema.
async fn tables(connection: &mut SqliteConnection, file: &Path) -> Result<i64, StoreError> {
    let tables: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_schema")
        .fetch_one(&mut *connection)
        .await
        .map_err(|e| named(e, file))?;
    if tables > 0 {
        refuse_foreign(connection, file).await?;
    }
    Ok(tables)
}

/// Refuses a database that has tables but was not made by our first migration.
///
/// # Errors
/// [`StoreError::Foreign`], or if the file cannot be read.
pub(crate) async fn refuse_foreign(
    connection: &mut SqliteConnection,
    file: &Path,
) -> Result<(), StoreError> {
    let first = crate::MIGRATIONS.iter().next();
    let first = first.map(|migration| (migration.version, migration.checksum.as_ref()));
    let made = sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations ORDER BY version");
    let made: Result<Option<(i64, Vec<u8>)>, _> = made.fetch_optional(&mut *connection).await;
    match made {
        Ok(Some((version, sum))) if first == Some((version, sum.as_slice())) => Ok(()),
        Ok(_) => Err(StoreError::Foreign(file.to_owned())),
        Err(sqlx::Error::Database(error)) if code(error.as_ref()) == Some(ERROR) => {
            Err(StoreError::Foreign(file.to_owned()))
        }
        Err(error) => Err(named(error, file)),
    }
}

/// Maps SQLite's codes for an invalid file (sqlite.org/rescode.html) to [`StoreError::NotADatabase`] with the file's
/// name.
pub(crate) fn named(error: sqlx::Error, file: &Path) -> StoreError {
    let code = error.as_database_error().and_then(code);
    match code {
        Some(CORRUPT | NOT_A_DATABASE) => StoreError::NotADatabase(file.to_owned()),
        _ => error.into(),
    }
}

fn code(error: &dyn DatabaseError) -> Option<i32> {
    // The lowest byte is the primary result code; the others detail it.
    Some(error.code()?.parse::<i32>().ok()? & 0xff)
}

/// Runs the missing migrations.
///
/// # Errors
/// If a newer version wrote the file, it cannot be copied, or a migration fails; the file is then unchanged.
pub(crate) async fn upgrade(
    pool: &SqlitePool,
    file: &Path,
    migrations: &Migrator,
) -> Result<(), StoreError> {
    let applied = applied(pool).await?;
    refuse_newer(&applied, file, migrations)?;
    let mut lacking = migrations.iter().map(|migration| migration.version);
    let Some(first) = lacking.find(|version| !applied.contains(version)) else {
        // Only compares the migrations with those that were run.
        return Ok(migrations.run(pool).await?);
    };
    if !applied.is_empty() {
        let copy = copy(pool, file, first).await;
        let copy = copy.map_err(|error| StoreError::NoCopy(folder_of(file).to_owned(), error))?;
        tracing::info!(
            copy = %copy.display(),
            "the database is brought up to date; a copy of it as it was is kept"
        );
        if let Err(error) = delete_old_copies(file) {
            tracing::warn!(%error, "old copies of the database could not be deleted");
        }
    }
    Store::forget_mark(file)?;
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    migrations.run_direct(None, &mut *tx, false).await?;
    Ok(tx.commit().await?)
}

/// Refuses a file of a newer version, which this one can neither read nor upgrade.
fn refuse_newer(applied: &[i64], file: &Path, migrations: &Migrator) -> Result<(), StoreError> {
    let newest = migrations.iter().map(|migration| migration.version).max();
    match applied.iter().max() {
        Some(last) if Some(*last) > newest => Err(StoreError::Newer {
            file: file.to_owned(),
            migration: *last,
            copy: with_name(file, "-before-….db"),
        }),
        _ => Ok(()),
    }
}

/// Refuses a database of another version's schema, or one that is not ours. Writes nothing.
///
/// # Errors
/// [`StoreError::Newer`], [`StoreError::OtherVersion`], [`StoreError::Foreign`], or if the file cannot be read.
pub(crate) async fn refuse_other_version(
    pool: &SqlitePool,
    file: &Path,
    migrations: &Migrator,
) -> Result<(), StoreError> {
    let mut connection = pool.acquire().await.map_err(|e| named(e, file))?;
    // A first start that was killed leaves a file without tables.
    if tables(&mut connection, file).await? == 0 {
        return Err(StoreError::OtherVersion);
    }
    drop(connection);
    let applied = applied(pool).await.map_err(|e| named(e, file))?;
    refuse_newer(&applied, file, migrations)?;
    let mut known = migrations.iter().map(|migration| migration.version);
    match known.all(|version| applied.contains(&version)) {
        true => Ok(()),
        false => Err(StoreError::OtherVersion),
    }
}

/// The versions of the migrations that were run; empty for a new file.
async fn applied(pool: &SqlitePool) -> Result<Vec<i64>, sqlx::Error> {
    let known = "SELECT COUNT(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'";
    let known: i64 = sqlx::query_scalar(known).fetch_one(pool).await?;
    if known == 0 {
        return Ok(Vec::new());
    }
    sqlx::query_scalar("SELECT version FROM _sqlx_migrations")
        .fetch_all(pool)
        .await
}

/// Copies a snapshot of the file beside it. Only a finished copy gets its final name.
async fn copy(pool: &SqlitePool, file: &Path, version: i64) -> Result<PathBuf, sqlx::Error> {
    let time: String = sqlx::query_scalar("SELECT strftime('%Y%m%dT%H%M%SZ', 'now')")
        .fetch_one(pool)
        .await?;
    let copy = with_name(file, &format!("-before-{version:04}-{time}.db"));
    let part = copy.with_extension("part");
    let made = write_copy(pool, &part)
        .await
        .and_then(|()| Ok(fs::rename(&part, &copy)?))
        .and_then(|()| Ok(fs::File::open(folder_of(file))?.sync_all()?));
    if made.is_err() {
        // The partial copy may be what fills the disk.
        let _ = fs::remove_file(&part);
    }
    made.map(|()| copy)
}

async fn write_copy(pool: &SqlitePool, to: &Path) -> Result<(), sqlx::Error> {
    vacuum_into(&mut *pool.acquire().await?, to).await
}

/// Writes a copy of a snapshot of the database and syncs it to disk.
pub(crate) async fn vacuum_into(
    connection: &mut SqliteConnection,
    to: &Path,
) -> Result<(), sqlx::Error> {
    // VACUUM INTO writes only to an empty or missing file, and leaves the mode of an existing one unchanged.
    let made = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(to)?;
    let name = to.to_str().ok_or(std::io::ErrorKind::InvalidFilename);
    sqlx::query("VACUUM INTO $1")
        .bind(name.map_err(std::io::Error::from)?)
        .execute(connection)
        .await?;
    // VACUUM INTO does not sync (sqlite.org/lang_vacuum.html).
    Ok(made.sync_all()?)
}

/// Deletes all copies but the newest, and unfinished ones left by kills.
fn delete_old_copies(file: &Path) -> std::io::Result<()> {
    let prefix = with_name(file, "-before-");
    let mut copies = Vec::new();
    for entry in fs::read_dir(folder_of(file))? {
        let path = entry?.path();
        let is_ours = path
            .to_string_lossy()
            .starts_with(&*prefix.to_string_lossy());
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("db") if is_ours => copies.push((path.metadata()?.modified()?, path)),
            Some("part") if is_ours => fs::remove_file(path)?,
            _ => {}
        }
    }
    copies.sort();
    let too_many = copies.len().saturating_sub(COPIES);
    copies
        .drain(..too_many)
        .try_for_each(|(_, path)| fs::remove_file(path))
}

/// Replaces the extension of `passbook.db` with another ending: `passbook-before-`.
fn with_name(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.file_stem().unwrap_or_default().to_owned();
    name.push(ending);
    folder_of(file).join(name)
}

fn folder_of(file: &Path) -> &Path {
    let folder = file.parent().filter(|path| !path.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}
