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
    #[error("Passbook cannot listen on {0}: {1}. Set PASSBOOK_LISTEN to another address.")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The address for metrics is taken or not on this machine.
    #[error(
        "Passbook cannot serve metrics on {0}: {1}. Set PASSBOOK_METRICS_LISTEN to another address, or remove it."
    )]
    MetricsListen(SocketAddr, #[source] std::io::Error),
    /// The database cannot be used.
    #[error("the database cannot be opened")]
    Store(#[from] StoreError),
    /// Others can read a file or write to the data directory, and Passbook cannot change that.
    #[error(
        "other users on this machine can access {0}, and Passbook cannot change that: {1}. Run this as root, or as the owner: {2}"
    )]
    Open(String, #[source] std::io::Error, String),
    /// There is a key, but no database that it belongs to.
    #[error(
        "there is a key in {key}, but the database {database} is missing or empty. Put the database back, or set PASSBOOK_DATA_DIR to its folder. To start over without it, move the key file away first, and Passbook will create a new key."
    )]
    DatabaseLost {
        /// The key file.
        key: PathBuf,
        /// Where the database should be.
        database: PathBuf,
    },
    /// The key cannot be used, and nothing is sealed yet.
    #[error(
        "{}. Nothing is sealed yet: set PASSBOOK_KEY_FILE to a new file that Passbook can create.",
        with_cause(.0)
    )]
    Key(#[source] VaultError),
    /// The key that sealed the secrets is missing, or a different one is in its place.
    #[error(
        "{}. The database holds secrets that only their own key can open: put that key file back, or set PASSBOOK_KEY_FILE to its path.",
        with_cause(.0)
    )]
    Vault(#[from] VaultError),
    /// A restore was begun, and could not be finished.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// A restore into the data directory is running.
    #[error("a backup is being restored to {0}: wait until it has finished")]
    BeingRestored(String),
    /// The built-in bank cannot be opened.
    #[error("the built-in bank cannot be opened")]
    Sandbox(#[from] ::bank::SandboxError),
    /// The code for the first operator cannot be made.
    #[error("the code for the first admin cannot be created")]
    Operator(#[from] OperatorError),
    /// The command succeeded, but its result cannot be printed.
    #[error("the command succeeded, but its output could not be printed: {0}")]
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
