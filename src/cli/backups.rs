//! Backups and the way back from them.

use std::collections::BTreeMap;
use std::io::{IsTerminal, stderr, stdin, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{aside, config, explained, fail, say};
use crate::config::Config;
use crate::server::{
    self, Destination, Encryption, Opening, RestoreError, RestoreFailure, Restored, StartError,
    Summary, WantedBackup, passphrase_in,
};
use domain::clock::Clock;
use domain::secret::Secret;

/// Fewer characters are tried by machine in no time.
const SHORTEST_PASSPHRASE: usize = 12;

/// What `passbook backup` was given.
#[derive(Debug, clap::Args)]
pub(super) struct BackupArguments {
    /// A file that does not exist yet, or - for standard output; without it, a new file in PASSBOOK_BACKUP_DIR
    file: Option<PathBuf>,
    /// Encrypt it to this public key of age (age1…), and not as the settings say; may be given several times
    #[arg(long = "recipient", value_name = "KEY", conflicts_with_all = ["passphrase_file", "unencrypted"])]
    recipients: Vec<String>,
    /// Encrypt it with the passphrase that is the first line of this file
    #[arg(long, value_name = "PATH", conflicts_with = "unencrypted")]
    passphrase_file: Option<PathBuf>,
    /// Do not encrypt it: for a disk that is encrypted, or a program that encrypts it
    #[arg(long)]
    unencrypted: bool,
    /// Put the key file into it, so that it is all that a restore needs
    #[arg(long, conflicts_with = "unencrypted")]
    with_key: bool,
}

/// What `passbook restore` was given.
#[derive(Debug, clap::Args)]
pub(super) struct RestoreArguments {
    /// The backup, or - for standard input; with --check and without it, the newest one in PASSBOOK_BACKUP_DIR
    #[arg(required_unless_present = "check")]
    file: Option<PathBuf>,
    /// Restore nothing: unpack it into a temporary folder (TMPDIR), prove it there, and say whether it is good
    #[arg(long)]
    check: bool,
    /// A file with the private key of age that opens it, as age-keygen writes it
    #[arg(long, value_name = "PATH")]
    identity: Option<PathBuf>,
    /// A file whose first line is the passphrase that opens it; otherwise it is asked for
    #[arg(long, value_name = "PATH")]
    passphrase_file: Option<PathBuf>,
    /// Passbook's key file, if it is not in the backup and not where PASSBOOK_KEY_FILE says; it is copied there
    #[arg(long, value_name = "PATH")]
    key_file: Option<PathBuf>,
}

pub(super) async fn backup(arguments: BackupArguments) -> Result<ExitCode, StartError> {
    let config = config()?;
    let wanted = match wanted(&config, &arguments) {
        Ok(wanted) => wanted,
        Err(why) => return Ok(fail(&why)),
    };
    Ok(
        match server::make_backup(&config, &Clock::system(), wanted).await {
            Ok((made, to)) => {
                let words = made_words(&config, &made, &to, arguments.with_key);
                match to {
                    Destination::Stdout => aside(&words),
                    Destination::File(_) => say(&words)?,
                }
                ExitCode::SUCCESS
            }
            Err(error) => fail(&explained(&error)),
        },
    )
}

fn wanted(config: &Config, arguments: &BackupArguments) -> Result<WantedBackup, String> {
    let to = match &arguments.file {
        Some(file) if file == Path::new("-") => {
            if stdout().is_terminal() {
                return Err("a backup is no text: send it into a file or a program".into());
            }
            Some(Destination::Stdout)
        }
        Some(file) => Some(Destination::File(file.clone())),
        None => None,
    };
    Ok(WantedBackup {
        to,
        encryption: encryption(config, arguments)?,
        with_key: arguments.with_key,
    })
}

fn encryption(config: &Config, arguments: &BackupArguments) -> Result<Encryption, String> {
    if arguments.unencrypted {
        return Ok(Encryption::None);
    }
    if !arguments.recipients.is_empty() {
        return Ok(Encryption::Recipients(arguments.recipients.clone()));
    }
    if let Some(file) = &arguments.passphrase_file {
        let passphrase = passphrase_in(file).map_err(|error| explained(&error))?;
        return Ok(Encryption::Passphrase(passphrase));
    }
    let set = Encryption::of_settings(&config.backups).map_err(|error| explained(&error))?;
    match set {
        Some(set) => Ok(set),
        None if stdin().is_terminal() && stderr().is_terminal() => {
            Ok(Encryption::Passphrase(new_passphrase()?))
        }
        None => Err("say how the backup is encrypted: --recipient, --passphrase-file or --unencrypted, or set PASSBOOK_BACKUP_RECIPIENTS".into()),
    }
}

fn new_passphrase() -> Result<Secret, String> {
    let first = asked("Passphrase for the backup: ")?;
    if first.expose().chars().count() < SHORTEST_PASSPHRASE {
        return Err(format!(
            "the passphrase is too short: {SHORTEST_PASSPHRASE} characters or more, for example four words"
        ));
    }
    let second = asked("The same again: ")?;
    match first.expose() == second.expose() {
        true => Ok(first),
        false => Err("the two passphrases are not the same".into()),
    }
}

fn asked(question: &str) -> Result<Secret, String> {
    let typed = rpassword::prompt_password(question);
    typed
        .map(Secret::new)
        .map_err(|error| format!("no passphrase could be read: {error}"))
}

fn made_words(config: &Config, made: &Summary, to: &Destination, with_key: bool) -> String {
    let place = match to {
        Destination::File(path) => format!(" in {}", path.display()),
        Destination::Stdout => String::new(),
    };
    let (held, megabytes) = (held(&made.rows), made.bytes as f64 / 1e6);
    let key = match with_key {
        true => "The key is in it: who opens it needs nothing else.".to_owned(),
        false => format!(
            "The key is not in it: keep a copy of {} apart from it.",
            config.key_file.display()
        ),
    };
    format!(
        "Backed up{place}: {held} (schema {}, {megabytes:.1} MB).\n{key}",
        made.schema
    )
}

pub(super) async fn restore(arguments: RestoreArguments) -> Result<ExitCode, StartError> {
    let config = config()?;
    let passphrase_file = arguments.passphrase_file.as_ref();
    let passphrase_file = passphrase_file.or(config.backups.passphrase_file.as_ref());
    let passphrase = match passphrase_file.map(|file| passphrase_in(file)).transpose() {
        Ok(passphrase) => passphrase,
        Err(error) => return Ok(fail(&explained(&error))),
    };
    let mut opening = Opening {
        identity: arguments.identity.clone(),
        passphrase,
    };
    let mut done = attempt(&config, &arguments, &opening).await;
    if let Err(RestoreFailure::Restore(RestoreError::PassphraseNeeded(_))) = &done
        && arguments.file.as_deref() != Some(Path::new("-"))
        && stderr().is_terminal()
    {
        match asked("Passphrase of the backup: ") {
            Ok(passphrase) => opening.passphrase = Some(passphrase),
            Err(why) => return Ok(fail(&why)),
        }
        done = attempt(&config, &arguments, &opening).await;
    }
    match done {
        Ok(words) => say(&words).map(|()| ExitCode::SUCCESS),
        Err(error) => {
            let why = explained(&error);
            let why = why.trim_end_matches('.');
            Ok(fail(&match arguments.check {
                true => format!("{why}."),
                false => format!("{why}. Nothing was restored."),
            }))
        }
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
            let restored = server::restore_backup(config, file, opening, key).await?;
            let dir = config.data_dir.display();
            Ok(format!(
                "Restored to {dir}: {}\nStart Passbook again: passbook serve",
                restored_words(&restored)
            ))
        }
        file => {
            let (file, good) = server::check_backup(config, file.as_deref(), opening, key).await?;
            let file = file.display();
            Ok(format!("{file} is good: {}", restored_words(&good)))
        }
    }
}

fn restored_words(restored: &Restored) -> String {
    let secrets = match &restored.key {
        Some(key) => format!(
            "The key in {} opens all {} sealed secrets.",
            key.display(),
            restored.secrets
        ),
        None => "Nothing in it is sealed.".to_owned(),
    };
    format!(
        "{} as of {} (schema {}). {secrets}",
        held(&restored.rows),
        restored.made_at.strftime("%-d %B %Y, %H:%M:%S UTC"),
        restored.schema
    )
}

/// `2 people, 1 connection, 3 accounts, 480 transactions`.
fn held(rows: &BTreeMap<String, i64>) -> String {
    let kinds = [
        ("person", "person", "people"),
        ("connection", "connection", "connections"),
        ("account", "account", "accounts"),
        ("bank_transaction", "transaction", "transactions"),
    ];
    let counted =
        kinds.map(
            |(table, one, several)| match rows.get(table).copied().unwrap_or_default() {
                1 => format!("1 {one}"),
                n => format!("{n} {several}"),
            },
        );
    counted.join(", ")
}
