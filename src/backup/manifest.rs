//! The manifest of a backup: the first file in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The name of the manifest in the archive.
pub(super) const MANIFEST: &str = "manifest.json";
/// The archive format that this version writes, and the newest that it reads.
pub(super) const FORMAT: u32 = 1;

/// The contents of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The archive format.
    pub format: u32,
    /// The version of Passbook that made it, for people.
    pub passbook: String,
    /// When it was made, in Unix seconds.
    pub made_at: i64,
    /// The databases in it, by file name.
    pub databases: BTreeMap<String, Database>,
}

/// A database in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Database {
    /// The size of its file in bytes. No more than this is unpacked.
    pub bytes: u64,
    /// The number of its last migration.
    pub schema: Option<i64>,
    /// The number of rows of each table.
    pub rows: BTreeMap<String, i64>,
}
