//! The database: the only room that speaks SQL.

/// Why the database could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite or the file system failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

/// The database.
#[derive(Clone)]
pub struct Store;
