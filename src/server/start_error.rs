//! Why the program cannot start, in words that give the remedy.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::auth::operators::OperatorError;
use crate::backup::RestoreError;
use crate::vault::VaultError;
use store::StoreError;

/// Why the program cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory cannot be used.
    #[error("{0} cannot be used: {1}")]
    DataDir(String, #[source] std::io::Error),
    /// Another Passbook uses the data directory.
    #[error(
        "another Passbook is running on {0}. Stop it first, or set PASSBOOK_DATA_DIR to another folder."
    )]
    InUse(String),
    /// The system does not let Passbook use a file.
    #[error("{0}")]
    Denied(String),
    /// The address is taken or not on this machine.
    #[error("{0} cannot be listened on: {1}. Set PASSBOOK_LISTEN to another address.")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The address for metrics is taken or not on this machine.
    #[error(
        "{0} cannot be listened on for metrics: {1}. Set PASSBOOK_METRICS_LISTEN to another address, or leave it out."
    )]
    MetricsListen(SocketAddr, #[source] std::io::Error),
    /// The database cannot be used.
    #[error("the database cannot be opened")]
    Store(#[from] StoreError),
    /// Others can read a file or write to the data directory, and Passbook cannot change that.
    #[error(
        "others on this machine can get at {0}, and Passbook cannot change that: {1}. Run this as root, or as the owner: {2}"
    )]
    Open(String, #[source] std::io::Error, String),
    /// There is a key, but no database that it belongs to.
    #[error(
        "there is a key in {key}, but the database {database} is missing or empty: it was lost, or it is somewhere else. Put the database back, or set PASSBOOK_DATA_DIR to the folder that it is in. To begin a new Passbook without it, move the key file away first; Passbook makes a new key."
    )]
    DatabaseLost {
        /// The key file.
        key: PathBuf,
        /// Where the database should be.
        database: PathBuf,
    },
    /// The key cannot be used, and nothing is sealed yet.
    #[error(
        "{}. Nothing is sealed yet: set PASSBOOK_KEY_FILE to a file that does not exist yet and that Passbook may make.",
        with_cause(.0)
    )]
    Key(#[source] VaultError),
    /// The key that sealed the secrets is missing, or a different one is in its place.
    #[error(
        "{}. The database holds secrets that only the key that sealed them opens: put that key file back, or set PASSBOOK_KEY_FILE to where it is.",
        with_cause(.0)
    )]
    Vault(#[from] VaultError),
    /// A restore was begun, and could not be finished.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// A restore into the data directory is running.
    #[error("a backup is being restored to {0}: wait until that is done")]
    BeingRestored(String),
    /// The built-in bank cannot be opened.
    #[error("the built-in bank cannot be opened")]
    Sandbox(#[from] ::bank::SandboxError),
    /// The code for the first operator cannot be made.
    #[error("the code for the first operator cannot be made")]
    Operator(#[from] OperatorError),
    /// The command succeeded, but its result cannot be printed.
    #[error("it was done, but what there is to say of it could not be printed: {0}")]
    Unsaid(#[source] std::io::Error),
    /// A setting is wrong, or does not fit the others.
    #[error("{0}")]
    Settings(String),
}

pub use domain::text::with_causes as explained;

/// Formats an error with its cause, to continue the same sentence.
fn with_cause(error: &VaultError) -> String {
    use std::error::Error;
    let cause = error.source();
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}
