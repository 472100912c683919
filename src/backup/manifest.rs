//! What a backup says of itself: the first file in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The name of the manifest in the archive.
pub(super) const MANIFEST: &str = "manifest.json";
/// The form of the archive that this version writes, and the newest that it reads.
pub(super) const FORMAT: u32 = 1;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The form of the archive.
    pub format: u32,
    /// The version of Passbook that made it, for people.
    pub passbook: String,
    /// When it was made: seconds since the epoch.
    pub made_at: i64,
    /// Each database in it, by the name of its file.
    pub databases: BTreeMap<String, Database>,
}

/// A database in a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Database {
    /// The size of its file in bytes. More is not unpacked.
    pub bytes: u64,
    /// The number of its last migration.
    pub schema: Option<i64>,
    /// The number of rows of each table.
    pub rows: BTreeMap<String, i64>,
}
