//! Databases of earlier versions.

use std::path::Path;

use sqlx::SqlitePool;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;

pub async fn opened(file: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true);
    SqlitePool::connect_with(options).await.expect("a database")
}

/// Creates the database of the version whose last migration was this one.
pub async fn database_of(file: &Path, last: &str) -> SqlitePool {
    let old = tempfile::tempdir().expect("a folder");
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    for entry in std::fs::read_dir(migrations).expect("migrations") {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        if path.is_file() && name[..4] <= *last {
            std::fs::copy(&path, old.path().join(&*name)).expect("a copy");
        }
    }
    let pool = opened(file).await;
    let before = Migrator::new(old.path()).await.expect("migrations");
    before.run(&pool).await.expect("migrated");
    pool
}
