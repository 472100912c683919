//! Why a backup could not be made or restored, in sentences that give the remedy.

use std::path::PathBuf;

use store::StoreError;

use crate::vault::VaultError;

/// Why no backup was made. A failed attempt leaves nothing behind.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is no database in the data directory.
    #[error("{0} does not exist: set PASSBOOK_DATA_DIR to the folder of the Passbook to back up")]
    NoDatabase(PathBuf),
    /// Another backup of the same data directory is being made.
    #[error("another backup of {0} is being made: try again when it is done")]
    Busy(PathBuf),
    /// No file was named, and no folder is set.
    #[error("name the file to write to (or - for standard output), or set PASSBOOK_BACKUP_DIR")]
    NoDestination,
    /// A backup without encryption or with the key was asked for, and no file was named.
    #[error(
        "name the file to write to: in PASSBOOK_BACKUP_DIR every backup is encrypted and none holds the key"
    )]
    NotForTheFolder,
    /// The destination exists.
    #[error("{0} already exists and will not be overwritten: name a new file")]
    Occupied(PathBuf),
    /// The folder of backups is missing.
    #[error(
        "the folder {0} (PASSBOOK_BACKUP_DIR) cannot be read. Create it, or mount the disk that it is on"
    )]
    NoFolder(PathBuf, #[source] std::io::Error),
    /// The database cannot be copied.
    #[error(
        "the database could not be copied into {0}. If the disk is full, free as much space there as the database takes"
    )]
    Copy(PathBuf, #[source] Box<StoreError>),
    /// The database is damaged.
    #[error(
        "the database is damaged, so no backup was made. Keep your last good backup, and restore it"
    )]
    Damaged(#[source] Box<StoreError>),
    /// The database belongs to another program, or a newer version.
    #[error("{0} cannot be backed up by this program")]
    NotOurs(PathBuf, #[source] Box<StoreError>),
    /// The file cannot be written.
    #[error("{0} cannot be written. Check that its folder exists, is writable and has free space")]
    Write(PathBuf, #[source] std::io::Error),
    /// A file of the data directory cannot be read or written.
    #[error("{0} cannot be used")]
    File(PathBuf, #[source] std::io::Error),
    /// The folder for copies cannot be used; another account may have left it there.
    #[error("{0}")]
    Denied(String),
    /// The key was to be included, but there is none, or it does not open the database's secrets.
    #[error(
        "the key in {0} does not open the secrets in the database, so it was not backed up. Set PASSBOOK_KEY_FILE to the right key"
    )]
    Key(PathBuf),
    /// The backup would hold the key unencrypted.
    #[error(
        "a backup that holds the key has to be encrypted: anyone who found it could read everything"
    )]
    KeyInTheClear,
    /// The passphrase file cannot be read.
    #[error("the passphrase cannot be read from {0}")]
    PassphraseFile(PathBuf, #[source] std::io::Error),
    /// The passphrase has too few characters.
    #[error("the passphrase is too short: use {0} characters or more, for example four words")]
    ShortPassphrase(usize),
    /// A recipient is not a public age key.
    #[error("{0} is not an age public key (age1…)")]
    Recipient(String),
    /// The settings do not say how to encrypt.
    #[error(
        "PASSBOOK_BACKUP_DIR needs PASSBOOK_BACKUP_RECIPIENTS or PASSBOOK_BACKUP_PASSPHRASE_FILE, because backups are encrypted"
    )]
    NoEncryption,
    /// The backup cannot be encrypted.
    #[error("the backup cannot be encrypted: {0}")]
    Encryption(String),
    /// The work was cancelled.
    #[error("it was stopped before it finished")]
    Stopped,
}

/// Why a backup was not restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The data directory is not empty.
    #[error(
        "{0} is not empty (it contains {1}), and nothing will be overwritten. Move its contents away, or set PASSBOOK_DATA_DIR to a new folder"
    )]
    NotEmpty(PathBuf, String),
    /// No backup was named, and no folder is set.
    #[error("name the backup to check, or set PASSBOOK_BACKUP_DIR")]
    NoneNamed,
    /// There is no backup in the folder.
    #[error("there is no backup in {0}")]
    NoBackups(PathBuf),
    /// The newest backup is too old: none has been made for a while.
    #[error(
        "the latest backup in {0} is {1} hours old, and one should be made every {2} hours. To find out why, see /admin/jobs or run `passbook doctor`"
    )]
    TooOld(PathBuf, i64, u32),
    /// The file is not a backup.
    #[error("{0} is not a backup that Passbook made: {1}")]
    NotABackup(String, String),
    /// The file is truncated or modified.
    #[error("{0} is damaged or incomplete: {1}. Use another backup")]
    Damaged(String, String),
    /// The backup is encrypted with a passphrase, and none was given.
    #[error(
        "{0} is encrypted with a passphrase: name the file that holds it with --passphrase-file"
    )]
    PassphraseNeeded(String),
    /// The backup is encrypted to recipients, and no identity was given.
    #[error(
        "{0} is encrypted to a public key: name the file with the matching private key with --identity"
    )]
    IdentityNeeded(String),
    /// A file holds no private keys.
    #[error("{0} is not a file with age private keys, as written by age-keygen")]
    NoIdentity(PathBuf),
    /// The passphrase or private key does not open the backup.
    #[error("{0} cannot be decrypted: this is not its passphrase or private key")]
    DoesNotOpen(String),
    /// A newer version made the backup or its database.
    #[error("{0} cannot be restored by this program: {1}")]
    Newer(String, String),
    /// The number of rows in a table differs from the manifest.
    #[error(
        "{file} is damaged: its manifest says {table} has {said} rows, but there are {found}. Use another backup"
    )]
    Counts {
        /// The backup.
        file: String,
        /// The table.
        table: String,
        /// The number of rows in the manifest.
        said: i64,
        /// The number of rows found.
        found: i64,
    },
    /// There are sealed secrets and no key.
    #[error(
        "{0} holds {1} sealed secrets but not the key that opens them, and there is no key at {2}. Put your copy of the key there, or name it with --key-file"
    )]
    NoKey(String, usize, PathBuf),
    /// The key does not open every secret.
    #[error(
        "{unreadable} of {all} sealed secrets cannot be opened with the key in {key}, which is not the key that sealed them. Name the right one with --key-file"
    )]
    WrongKey {
        /// How many secrets do not open.
        unreadable: usize,
        /// How many secrets there are.
        all: usize,
        /// The key file.
        key: PathBuf,
    },
    /// A different key is in the place of the one that opens the secrets.
    #[error(
        "{0} holds a different key than the backup needs, and will not be overwritten. Move it away, or set PASSBOOK_KEY_FILE to another path"
    )]
    KeyInPlace(PathBuf),
    /// The key's folder is missing or not writable.
    #[error(
        "Passbook's key belongs in {0} (PASSBOOK_KEY_FILE), which cannot be written. Create its folder, or set a different path"
    )]
    KeyFolder(PathBuf, #[source] std::io::Error),
    /// A key file cannot be used.
    #[error(transparent)]
    Key(#[from] VaultError),
    /// A file cannot be read.
    #[error("{0} cannot be read. Check the path and its permissions")]
    Read(PathBuf, #[source] std::io::Error),
    /// Files cannot be written.
    #[error("{0} cannot be written. Check that there is free space")]
    Write(PathBuf, #[source] std::io::Error),
    /// The database cannot be read.
    #[error("the copy of the database cannot be read")]
    Store(#[from] StoreError),
    /// The restore has taken effect, but a file could not be moved to its place; the next start tries again.
    #[error(
        "the backup is restored, but {0} could not be moved to {1}. Fix that, then start Passbook to finish the restore"
    )]
    Unfinished(PathBuf, PathBuf, #[source] std::io::Error),
    /// The work was cancelled.
    #[error("it was stopped before it finished")]
    Stopped,
}
