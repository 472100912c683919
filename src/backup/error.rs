//! Why a backup could not be made or restored, in sentences that say what to do.

use std::path::PathBuf;

use store::StoreError;

use crate::vault::VaultError;

/// Why no backup was made. A destination that was there before is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is no database in the data directory.
    #[error("{0} does not exist: set PASSBOOK_DATA_DIR to the folder of the Passbook to back up")]
    NoDatabase(PathBuf),
    /// Another backup of the same data directory is being made.
    #[error("another backup of {0} is being made: wait until it is done")]
    Busy(PathBuf),
    /// No file is named, and no folder is set.
    #[error("name the file to write to (or - for standard output), or set PASSBOOK_BACKUP_DIR")]
    NoDestination,
    /// The destination exists.
    #[error("{0} is there already, and nothing is overwritten: name a file that does not exist")]
    Occupied(PathBuf),
    /// The database cannot be copied, most likely for want of room.
    #[error(
        "no copy of the database could be made in {0}. It needs free space there for a file as large as the database"
    )]
    Copy(PathBuf, #[source] StoreError),
    /// A copy is no whole database: the original is damaged.
    #[error(
        "the database itself is damaged, so no backup was made of it. Keep your last good backup"
    )]
    Damaged(#[source] StoreError),
    /// Files cannot be written or read.
    #[error("{0} cannot be used")]
    File(PathBuf, #[source] std::io::Error),
    /// The key should be in the backup, and there is none, or it is not the one that sealed the secrets.
    #[error("the key file cannot be put into the backup")]
    Key(#[source] Box<RestoreError>),
    /// The backup would hold the key in the clear.
    #[error("a backup with the key in it has to be encrypted: who found it could read everything")]
    KeyInTheClear,
    /// It cannot be encrypted.
    #[error("the backup cannot be encrypted: {0}")]
    Encryption(String),
    /// The work was given up.
    #[error("the backup was given up: Passbook stops")]
    Stopped,
}

/// Why nothing was restored. The data directory is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The data directory holds something.
    #[error(
        "{0} is not empty ({1} is in it), and nothing is overwritten. Move what is there away, or set PASSBOOK_DATA_DIR to a new folder"
    )]
    NotEmpty(PathBuf, String),
    /// No backup is named, and no folder is set.
    #[error("name the backup to check, or set PASSBOOK_BACKUP_DIR")]
    NoneNamed,
    /// There is no backup in the folder.
    #[error("there is no backup in {0}")]
    NoBackups(PathBuf),
    /// The file is no backup.
    #[error("{0} is not a backup that Passbook made: {1}")]
    NotABackup(String, String),
    /// The file is cut short or changed.
    #[error("{0} is damaged or not complete: {1}. Use another backup")]
    Damaged(String, String),
    /// It is encrypted with a passphrase, and none was given.
    #[error("{0} is encrypted with a passphrase: give it with --passphrase-file")]
    PassphraseNeeded(String),
    /// It is encrypted to recipients, and no identity was given.
    #[error(
        "{0} is encrypted to a public key: give the file with the private key that belongs to it with --identity"
    )]
    IdentityNeeded(String),
    /// What was given does not open it.
    #[error("{0} does not open: the passphrase or the private key is another one")]
    DoesNotOpen(String),
    /// A newer version made it, or what is in it.
    #[error("{0} cannot be restored by this version: {1}")]
    Newer(String, String),
    /// A row count is another than when the backup was made.
    #[error(
        "{file} is damaged: its manifest counts {said} rows of {table}, and there are {found}. Use another backup"
    )]
    Counts {
        /// The backup.
        file: String,
        /// The table.
        table: String,
        /// How many rows there should be.
        said: i64,
        /// How many there are.
        found: i64,
    },
    /// There are sealed secrets and no key.
    #[error(
        "{0} holds {1} sealed secrets and not the key that opens them, and there is no key in {2}. Put your copy of the key there, or name it with --key-file"
    )]
    NoKey(String, usize, PathBuf),
    /// The key is another one.
    #[error(
        "{unreadable} of {all} sealed secrets do not open with the key in {key}: it is not the key that sealed them. Name the right one with --key-file"
    )]
    WrongKey {
        /// How many do not open.
        unreadable: usize,
        /// Of how many.
        all: usize,
        /// The key file.
        key: PathBuf,
    },
    /// A key file cannot be used.
    #[error(transparent)]
    Key(#[from] VaultError),
    /// Files cannot be written or read.
    #[error("{0} cannot be used")]
    File(PathBuf, #[source] std::io::Error),
    /// The database cannot be read.
    #[error("the copy of the database cannot be read")]
    Store(#[from] StoreError),
    /// The work was given up.
    #[error("the work was given up: Passbook stops")]
    Stopped,
}
