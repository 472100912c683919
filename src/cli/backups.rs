//! The commands `backup` and `restore`.

use std::collections::BTreeMap;
use std::io::{IsTerminal, stderr, stdin, stdout};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::ExitCode;

use tokio_util::sync::CancellationToken;

use super::serving::stop_signal;
use super::{aside, config, explained, fail, say};
use crate::config::Config;
use crate::server::{
    self, BackupError, Destination, Encryption, Opening, RestoreError, RestoreFailure, Restored,
    StartError, Summary, WantedBackup, passphrase_in,
};
use domain::clock::Clock;
use domain::secret::Secret;
use domain::wording;

/// The arguments of `passbook backup`.
#[derive(Debug, clap::Args)]
pub(super) struct BackupArguments {
    /// A new file, or - for standard output; without it, a new file in PASSBOOK_BACKUP_DIR
    file: Option<PathBuf>,
    /// Encrypt to this age public key (age1…) instead of what the settings say; may be repeated
    #[arg(long = "recipient", value_name = "KEY", conflicts_with_all = ["passphrase_file", "unencrypted"])]
    recipients: Vec<String>,
    /// Encrypt with the passphrase in the first line of this file
    #[arg(long, value_name = "PATH", conflicts_with = "unencrypted")]
    passphrase_file: Option<PathBuf>,
    /// Do not encrypt: only for an encrypted disk, or a program that encrypts the backup itself
    #[arg(long)]
    unencrypted: bool,
    /// Include the key file, so that a restore needs nothing else
    #[arg(long, conflicts_with = "unencrypted")]
    with_key: bool,
}

/// The arguments of `passbook restore`.
#[derive(Debug, clap::Args)]
pub(super) struct RestoreArguments {
    /// The backup, or - for standard input; with --check and no file, the newest one in PASSBOOK_BACKUP_DIR
    #[arg(required_unless_present = "check")]
    file: Option<PathBuf>,
    /// Restore nothing: unpack the backup into a temporary folder (TMPDIR), check it there, and say whether it is good
    #[arg(long)]
    check: bool,
    /// A file with the age private key that decrypts it, as age-keygen writes it
    #[arg(long, value_name = "PATH")]
    identity: Option<PathBuf>,
    /// A file whose first line is the passphrase that decrypts it; without it, the command asks for it
    #[arg(long, value_name = "PATH")]
    passphrase_file: Option<PathBuf>,
    /// Passbook's key file, if it is neither in the backup nor where PASSBOOK_KEY_FILE says; it is copied there
    #[arg(long, value_name = "PATH")]
    key_file: Option<PathBuf>,
}

/// Runs work to its end. When the program receives a stop signal, it cancels the token and waits for the work.
async fn until_told_to_stop<T>(work: impl AsyncFnOnce(&CancellationToken) -> T) -> T {
    let stop = CancellationToken::new();
    let signal = stop_signal();
    let mut work = pin!(work(&stop));
    tokio::select! {
        done = &mut work => return done,
        () = signal => stop.cancel(),
    }
    work.await
}

pub(super) async fn backup(arguments: BackupArguments) -> Result<ExitCode, StartError> {
    let config = config()?;
    match make(&config, &arguments).await {
        Ok((made, to)) => {
            let words = made_words(&config, &made, &to, arguments.with_key);
            match to {
                Destination::Stdout => aside(&words),
                Destination::File(_) => say(&words)?,
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(why) => Ok(fail(&why)),
    }
}

async fn make(
    config: &Config,
    arguments: &BackupArguments,
) -> Result<(Summary, Destination), String> {
    let (to, clock) = (destination(arguments)?, Clock::system());
    let (with_key, encrypted) = (arguments.with_key, !arguments.unencrypted);
    let wanted = WantedBackup::new(config, &clock, to, with_key, encrypted).await;
    let wanted = wanted.map_err(failure_sentence)?;
    let encryption = encryption(config, arguments)?;
    let made = until_told_to_stop(async |stop| wanted.make(&clock, &encryption, stop).await);
    Ok((made.await.map_err(failure_sentence)?, wanted.to))
}

/// Formats a failure as a sentence.
fn failure_sentence(error: BackupError) -> String {
    format!("{}.", explained(&error))
}

fn destination(arguments: &BackupArguments) -> Result<Option<Destination>, String> {
    match &arguments.file {
        Some(file) if file == Path::new("-") && stdout().is_terminal() => {
            Err("a backup is binary, so redirect it to a file or pipe it into a program.".into())
        }
        Some(file) if file == Path::new("-") => Ok(Some(Destination::Stdout)),
        Some(file) => Ok(Some(Destination::File(file.clone()))),
        None => Ok(None),
    }
}

fn encryption(config: &Config, arguments: &BackupArguments) -> Result<Encryption, String> {
    if arguments.unencrypted {
        return Ok(Encryption::None);
    }
    if !arguments.recipients.is_empty() {
        return Ok(Encryption::Recipients(arguments.recipients.clone()));
    }
    if let Some(file) = &arguments.passphrase_file {
        let passphrase = passphrase_in(file)
            .map_err(|error| failure_sentence(BackupError::PassphraseFile(file.clone(), error)))?;
        return Encryption::with_passphrase(passphrase).map_err(failure_sentence);
    }
    match Encryption::of_settings(&config.backups).map_err(failure_sentence)? {
        Some(set) => Ok(set),
        None if stdin().is_terminal() && stderr().is_terminal() => {
            let first = asked("Passphrase for the backup: ")?;
            let chosen = Encryption::with_passphrase(first.clone()).map_err(failure_sentence)?;
            match first.expose() == asked("Repeat the passphrase: ")?.expose() {
                true => Ok(chosen),
                false => Err("the passphrases do not match.".into()),
            }
        }
        None => Err("choose how to encrypt the backup: use --recipient, --passphrase-file or --unencrypted, or set PASSBOOK_BACKUP_RECIPIENTS or PASSBOOK_BACKUP_PASSPHRASE_FILE.".into()),
    }
}

fn asked(question: &str) -> Result<Secret, String> {
    let typed = rpassword::prompt_password(question);
    typed
        .map(Secret::new)
        .map_err(|error| format!("the passphrase could not be read: {error}."))
}

fn made_words(config: &Config, made: &Summary, to: &Destination, with_key: bool) -> String {
    let place = match to {
        Destination::File(path) => format!(" to {}", path.display()),
        Destination::Stdout => String::new(),
    };
    let (held, size) = (held(&made.rows), wording::size(made.bytes));
    let key = match with_key {
        true => "The key is included, so you need nothing else to restore it.".to_owned(),
        false => format!(
            "The key is not included: keep a separate copy of {}.",
            config.key_file.display()
        ),
    };
    format!(
        "Backed up{place}: {held} (schema {}, {size}).\n{key}",
        made.schema
    )
}

pub(super) async fn restore(arguments: RestoreArguments) -> Result<ExitCode, StartError> {
    let config = config()?;
    let mut opening = Opening {
        identity: arguments.identity.clone(),
        passphrase: None,
    };
    let is_stdin = arguments.file.as_deref() == Some(Path::new("-"));
    let mut done = match is_stdin {
        // Standard input can be read only once.
        true => match passphrase(&config, &arguments) {
            Ok(passphrase) => {
                opening.passphrase = passphrase;
                attempt(&config, &arguments, &opening).await
            }
            Err(why) => return Ok(fail(&why)),
        },
        false => attempt(&config, &arguments, &opening).await,
    };
    if let Err(RestoreFailure::Restore(RestoreError::PassphraseNeeded(_))) = &done
        && !is_stdin
    {
        match passphrase(&config, &arguments) {
            Ok(None) if stderr().is_terminal() => match asked("Passphrase for the backup: ") {
                Ok(typed) => opening.passphrase = Some(typed),
                Err(why) => return Ok(fail(&why)),
            },
            Ok(found) => opening.passphrase = found,
            Err(why) => return Ok(fail(&why)),
        }
        done = attempt(&config, &arguments, &opening).await;
    }
    match done {
        Ok(words) => say(&words).map(|()| ExitCode::SUCCESS),
        Err(error) => Ok(fail(&not_restored(&arguments, &error))),
    }
}

/// Returns the passphrase from the file named on the command line, or from the one in the settings.
fn passphrase(config: &Config, arguments: &RestoreArguments) -> Result<Option<Secret>, String> {
    let file = arguments.passphrase_file.as_ref();
    let Some(file) = file.or(config.backups.passphrase_file.as_ref()) else {
        return Ok(None);
    };
    let read = passphrase_in(file).map(Some);
    read.map_err(|error| failure_sentence(BackupError::PassphraseFile(file.clone(), error)))
}

fn not_restored(arguments: &RestoreArguments, error: &RestoreFailure) -> String {
    let why = explained(error);
    let why = why.trim_end_matches('.');
    let is_restored = matches!(error, RestoreFailure::Restore(RestoreError::Unfinished(..)));
    match arguments.check || is_restored {
        true => format!("{why}."),
        false => format!("{why}. Nothing was restored."),
    }
}

async fn attempt(
    config: &Config,
    arguments: &RestoreArguments,
    opening: &Opening,
) -> Result<String, RestoreFailure> {
    let key = arguments.key_file.as_deref();
    match &arguments.file {
        Some(file) if !arguments.check => {
            let restored = until_told_to_stop(async |stop| {
                server::restore_backup(config, file, opening, key, stop).await
            });
            let dir = config.data_dir.display();
            Ok(format!(
                "Restored to {dir}: {}\nNow start Passbook: passbook serve",
                restored_words(&restored.await?)
            ))
        }
        file => {
            let (file, clock) = (file.as_deref(), Clock::system());
            let checked = until_told_to_stop(async |stop| {
                server::check_backup(config, &clock, file, opening, key, stop).await
            });
            let (file, good) = checked.await?;
            Ok(format!(
                "{} is good: {}",
                file.display(),
                restored_words(&good)
            ))
        }
    }
}

fn restored_words(restored: &Restored) -> String {
    let secrets = restored.secrets;
    let secrets = match &restored.key {
        Some(_) if restored.has_key => {
            format!("Its key opens all {secrets} sealed secrets.")
        }
        Some(key) => format!(
            "The key in {} opens all {secrets} sealed secrets.",
            key.display()
        ),
        None => "It has no sealed secrets.".to_owned(),
    };
    format!(
        "{} as of {} (schema {}). {secrets}",
        held(&restored.rows),
        restored.made_at.strftime("%-d %B %Y, %H:%M:%S UTC"),
        restored.schema
    )
}

/// Formats counts as `2 people, 1 connection, 3 accounts, 480 transactions`.
fn held(rows: &BTreeMap<String, i64>) -> String {
    let kinds = [
        ("person", ["person", "people"]),
        ("connection", ["connection", "connections"]),
        ("account", ["account", "accounts"]),
        ("bank_transaction", ["transaction", "transactions"]),
    ];
    let counted = kinds.map(|(table, nouns)| {
        wording::counted_as(rows.get(table).copied().unwrap_or_default(), nouns)
    });
    counted.join(", ")
}
