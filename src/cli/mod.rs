//! The command line.

mod apps;
mod backups;
mod dotenv;
mod healthcheck;
mod operating;
mod serving;
mod version;

use std::io::{ErrorKind, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use crate::config::{Config, unknown_settings};
use crate::server::{StartError, explained};
use crate::telemetry;
use apps::app;
use backups::{BackupArguments, RestoreArguments, backup, restore};
use domain::access::Scope;
use domain::text::spelled_out;
use healthcheck::healthcheck;
use operating::{admin, doctor, fsck, invite, rotate_key};
use serving::{sandbox, serve};
use version::version;

/// A self-hosted passbook for all your bank accounts.
///
/// Without a command it serves. Without a provider's credentials it uses a built-in bank, so that everything works offline
/// from the first minute.
#[derive(Debug, Parser)]
#[command(name = "passbook", version = version(), after_help = SETTINGS)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve Passbook (the default)
    Serve {
        /// Create a demo person with two linked banks: only with the built-in bank, on loopback
        #[arg(long)]
        demo: bool,
    },
    /// Serve only the built-in bank, at the root, for other programs that use Plaid's API
    Sandbox {
        /// The address to listen on; port 0 picks a free one
        #[arg(long, default_value = "127.0.0.1:4000")]
        listen: SocketAddr,
    },
    /// Print an invitation with which one person can sign up, valid for a week
    Invite,
    /// Ask the running Passbook with these settings whether it works
    ///
    /// The exit code is 0 if it answers and can write to its database, and 1 if not. For containers and monitors.
    Healthcheck,
    /// Check Passbook's setup: say what is wrong, and what to change
    ///
    /// Makes the checks of the page /admin, and a few more: it reads the whole database and opens every sealed secret.
    /// It calls no bank and writes nothing. It works while Passbook is running, stopped, damaged or not set up yet. Run
    /// it with Passbook's own settings. The exit code is 0 if nothing is wrong, and 1 if something is.
    Doctor,
    /// Compare the stored transactions with the banks'
    ///
    /// Fetches each bank's list from its beginning and compares it with the stored transactions. Writes nothing, and
    /// works while Passbook is running. The exit code is 0 if they are equal, 1 if they differ, and 2 if they could not
    /// be compared.
    Fsck {
        /// One connection, by the id in the address of its page; without it, all
        connection: Option<String>,
    },
    /// Replace the key that seals the secrets in the database
    ///
    /// Makes a new key, seals every secret in the database with it (banks' access tokens, webhook secrets, the keys
    /// that sign programs' tokens), and removes the old key from the key file. No bank has to be linked again, no
    /// program needs a new token or secret, and everyone stays logged in.
    ///
    /// Stop Passbook first, because it holds the old key. If the command is interrupted, Passbook still starts, and
    /// running the command again finishes the change.
    ///
    /// Afterwards back up the new key, separately from the database. An older backup of the database opens only with
    /// the old key: keep your copy of that key with it, or save it with --keep-old.
    RotateKey {
        /// Save the old key to this file, which must not exist yet; to use an older backup of the database, set
        /// PASSBOOK_KEY_FILE to it
        #[arg(long, value_name = "PATH")]
        keep_old: Option<PathBuf>,
    },
    /// Back up everything that Passbook keeps into one encrypted file
    ///
    /// Works while Passbook is running. The database is copied as it is at one moment; the copy is checked, compressed
    /// and encrypted in the age format. `age --decrypt FILE | tar xz` opens it without Passbook (with -i KEYFILE for a
    /// public key). The key file is included only with --with-key; otherwise keep a copy of it apart from the backups,
    /// which cannot be restored without it.
    ///
    /// Example: passbook backup /mnt/usb/passbook.age
    Backup(BackupArguments),
    /// Restore a backup into an empty data directory
    ///
    /// Everything is unpacked and checked first: that nothing is missing or changed, that the database is intact, and
    /// that the key opens its sealed secrets. Only then does it take effect: if anything is wrong, or the command is
    /// interrupted, nothing is restored. Passbook must not be running.
    ///
    /// Example: passbook restore /mnt/usb/passbook.age --key-file /mnt/other/passbook.key
    Restore(RestoreArguments),
    /// Manage the admins: the people who may open the pages under /admin
    Admin {
        #[command(subcommand)]
        what: Admin,
    },
    /// Manage the apps that may send people here to log in (OAuth 2.0)
    App {
        #[command(subcommand)]
        what: App,
    },
}

#[derive(Debug, Subcommand)]
enum App {
    /// Register an app, and print its secret
    ///
    /// Standard output receives only the secret, which is never shown again. The client ID is printed on standard
    /// error, and listed by `passbook app list`.
    Add {
        /// The name that people see when they are asked to allow it
        #[arg(long)]
        name: String,
        /// The exact address that people are sent back to; may be given up to ten times
        #[arg(long = "redirect-uri", value_name = "ADDRESS", required = true)]
        redirect_uris: Vec<String>,
        /// The scopes that it may ask for at most: read, sync and manage, separated by commas
        #[arg(
            long,
            required = true,
            value_delimiter = ',',
            hide_possible_values = true,
            value_parser = Scope::ALL.map(Scope::word)
        )]
        scopes: Vec<String>,
        /// It runs in a browser or on a phone, and so has no secret
        #[arg(long)]
        public: bool,
    },
    /// List the apps
    List,
    /// Disable an app, which revokes all its tokens at once
    Disable {
        /// Its client ID
        id: String,
    },
    /// Enable an app again; people have to allow it again
    Enable {
        /// Its client ID
        id: String,
    },
    /// Replace an app's secret, and print the new one; the old one stops working at once
    Secret {
        /// Its client ID
        id: String,
    },
}

#[derive(Debug, Subcommand)]
enum Admin {
    /// Make a person who has signed up an admin
    Grant {
        /// The e-mail address that the person signed up with
        email: String,
    },
    /// Remove an admin, effective from their next request
    Revoke {
        /// The admin's e-mail address
        email: String,
    },
    /// List the admins
    List,
    /// Print a code with which a person who forgot their password can set a new one, valid for 30 minutes
    ///
    /// Make sure first that it is them who asks. Two-step verification stays on.
    ResetPassword {
        /// The e-mail address that the person signed up with
        email: String,
    },
    /// Turn off two-step verification for a person who lost their authenticator app and recovery codes
    ///
    /// Make sure first that it is them who asks. They are logged out everywhere, and can log in with their password.
    ResetFactors {
        /// The e-mail address that the person signed up with
        email: String,
    },
}

const SETTINGS: &str = "\
Settings are environment variables. A .env file in the current folder, or a folder above it, works too:
  PASSBOOK_LISTEN           where to listen (127.0.0.1:3000)
  PASSBOOK_METRICS_LISTEN   where to serve /metrics for Prometheus, without a log-in, like 127.0.0.1:9464 (nowhere)
  PASSBOOK_DATA_DIR         where the database and the key are stored (./data)
  PASSBOOK_PUBLIC_URL       how browsers and banks reach Passbook, like https://money.example.org
  PASSBOOK_KEY_FILE         the key that seals secrets (passbook.key in the data directory)
  PASSBOOK_SIGNUP           open, invite or closed (open; with a provider's keys closed after the first person)
  PASSBOOK_TWO_STEP         required makes everyone set up two-step verification (optional)
  PASSBOOK_TRUSTED_PROXIES  addresses and ranges of proxies whose X-Forwarded-For and -Proto are trusted
  PASSBOOK_HOSTS            host names to answer to besides the public URL's, like passbook.lan
  PASSBOOK_HSTS             Strict-Transport-Security for an https public URL (max-age=31536000), or off
  PASSBOOK_MAX_CONNECTIONS  connections at a time (4096, or what the open file limit allows)
  PASSBOOK_MAX_CONNECTIONS_PER_ADDRESS
                            the same per address, except for proxies and this machine (256; 0 for no limit)
  PASSBOOK_WEBHOOKS_TO_PRIVATE
                            on allows webhook URLs in your own network (off)
  PASSBOOK_API_ORIGINS      web apps that may call the API from a browser, like https://app.example.org
  PASSBOOK_API_RATE         API calls per minute for each caller (600; 0 for no limit)
  PLAID_CLIENT_ID, PLAID_SECRET
                            Plaid's keys; without any provider's keys, Passbook uses the built-in demo bank
  PLAID_ENV                 sandbox or production (sandbox)
  PLAID_BASE_URL            to use another server, such as `passbook sandbox`
  PLAID_REDIRECT_URI        sent only when set; it must be registered with Plaid
  PLAID_COUNTRY_CODES       countries to offer banks from (US); the demo bank offers all of its own
  PLAID_LANGUAGE            the language of Plaid Link (en)
  PLAID_PAID_REFRESH        on shows a button for calls that cost money (off)
  MX_CLIENT_ID, MX_API_KEY  MX's keys
  MX_ENV                    integration or production (integration)
  MX_BASE_URL               to use another server, such as `passbook sandbox`
  MX_WEBHOOK_PASSWORD       the password for MX's webhooks; see their address at /admin
  PASSBOOK_RATES            where exchange rates come from: builtin, live or off (builtin with the demo bank;
                            otherwise live with an Alpha Vantage key, and off without)
  PASSBOOK_RATE_PAIRS       which currency pairs, like BTC/USD,EUR/USD (BTC/USD)
  ALPHAVANTAGE_API_KEY      Alpha Vantage's key; without it, rates come from Coinbase and Frankfurter only
  ALPHAVANTAGE_BASE_URL, COINBASE_BASE_URL, FRANKFURTER_BASE_URL
                            to use other servers with PASSBOOK_RATES=live, like your own Frankfurter
  GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET
                            log-in with Google; FACEBOOK_CLIENT_ID, FACEBOOK_CLIENT_SECRET with Facebook
  OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET
                            log-in with another OpenID Connect issuer, like https://id.example.org
  OIDC_NAME                 the name people see (its host)
  OIDC_CLIENT_AUTH          basic or post: how to send the client secret (what the issuer supports)
  GOOGLE_BIRTHDAY, FACEBOOK_BIRTHDAY
                            on asks for the birthday too, which needs a review by Google or Facebook (off)
  FACEBOOK_GRAPH_VERSION    the Facebook Graph API version (v26.0)
  GOOGLE_ISSUER, GOOGLE_PEOPLE_URL, FACEBOOK_SITE_URL, FACEBOOK_GRAPH_URL
                            to use another server, such as `passbook sandbox`
  PASSBOOK_BACKUP_DIR       a folder for automatic backups; without it, none are made
  PASSBOOK_BACKUP_HOURS, PASSBOOK_BACKUP_KEEP
                            hours between backups (24), and how many to keep (14)
  PASSBOOK_BACKUP_RECIPIENTS
                            age public keys to encrypt backups to, like age1…,age1…
  PASSBOOK_BACKUP_PASSPHRASE_FILE
                            or a file with the passphrase to encrypt them with
  SMTP_URL, SMTP_FROM       the mail server and the sender of emails, like smtps://user:password@mail.example.org:465
                            and passbook@example.org; without them Passbook sends no email
  TZ                        the time zone for dates (the machine's), like America/Los_Angeles
  RUST_LOG, PASSBOOK_LOG    what to log (warn,passbook=info), and json for machine-readable logs";

/// Runs the program.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(told) => return tell(&told),
    };
    // The file may set what is logged.
    let dotenv = dotenv::load();
    let mut bad: Vec<String> = telemetry::init().err().into_iter().collect();
    match dotenv {
        Ok(Some(file)) if dotenv::from_above(&file) => tracing::info!(
            "settings were read from {}, which is not in the current folder",
            file.display()
        ),
        Ok(_) => {}
        Err(line) => bad.push(line),
    }
    let command = arguments.command.unwrap_or(Command::Serve { demo: false });
    match bad.first() {
        // The doctor reports all of them itself.
        Some(first) if !matches!(command, Command::Doctor) => fail(first),
        _ => execute(command, bad),
    }
}

/// Executes a command. `bad` holds the problems of the settings that are already known.
fn execute(command: Command, bad: Vec<String>) -> ExitCode {
    // On a single core one slow page would hold up all others.
    let cores = std::thread::available_parallelism().map_or(2, |n| n.get().max(2));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("threads cannot be started: {error}")),
    };
    let done = runtime.block_on(async {
        fail_writes_at_the_file_size_limit();
        match command {
            Command::Serve { demo } => serve(demo).await.map(|()| ExitCode::SUCCESS),
            Command::Sandbox { listen } => sandbox(listen).await.map(|()| ExitCode::SUCCESS),
            Command::Invite => invite().await.map(|()| ExitCode::SUCCESS),
            Command::Healthcheck => healthcheck().await.map(|()| ExitCode::SUCCESS),
            Command::Doctor => doctor(bad).await,
            Command::Fsck { connection } => Ok(fsck(connection.as_deref()).await),
            Command::Backup(arguments) => backup(arguments).await,
            Command::Restore(arguments) => restore(arguments).await,
            Command::RotateKey { keep_old } => rotate_key(keep_old.as_deref()).await,
            Command::Admin { what } => admin(what).await.map(|()| ExitCode::SUCCESS),
            Command::App { what } => app(what).await.map(|()| ExitCode::SUCCESS),
        }
    });
    // Work that has not ended by now was told to stop long ago.
    runtime.shutdown_background();
    match done {
        Ok(code) => code,
        Err(error) => fail(&explained(&error)),
    }
}

/// Makes writes fail at a limit on the size of a file (`ulimit -f`, systemd's `LimitFSIZE`), as they do on a full disk.
/// The kernel sends SIGXFSZ at the limit, which ends a program that does not handle it. The handler stays installed.
fn fail_writes_at_the_file_size_limit() {
    if let Err(error) = signal(SignalKind::from_raw(libc::SIGXFSZ)) {
        tracing::warn!(%error, "reaching the file size limit would stop Passbook");
    }
}

fn config() -> Result<Config, StartError> {
    for unknown in unknown() {
        tracing::warn!("{unknown}");
    }
    Config::from_source(|name| std::env::var(name).ok())
        .map_err(|e| StartError::Settings(e.to_string()))
}

/// Returns a sentence for each variable that looks like a setting but is not.
fn unknown() -> Vec<String> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let unknown = unknown_settings(SETTINGS, names).into_iter();
    let told =
        |name| format!("{name} is set, but Passbook has no such setting. See passbook --help");
    unknown.map(told).collect()
}

/// Prints clap's answer: help on standard output, or what is wrong with the arguments.
fn tell(told: &clap::Error) -> ExitCode {
    let code = u8::try_from(told.exit_code()).unwrap_or(2);
    match heard(told.print()) {
        Err(error) if code == 0 => fail(&error.to_string()),
        _ => ExitCode::from(code),
    }
}

/// Prints a command's result. If that fails the command fails, because its result would be lost.
fn say(text: &str) -> Result<(), StartError> {
    let mut out = std::io::stdout();
    heard(writeln!(out, "{text}").and_then(|()| out.flush()))
}

/// Prints a note on standard error, apart from the output that programs read.
fn aside(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn heard(printed: std::io::Result<()>) -> Result<(), StartError> {
    match printed {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(StartError::Unsaid(error)),
        // A reader that closed our output does not want the rest.
        _ => Ok(()),
    }
}

/// Prints an error. Control characters are escaped, because the text may come from a file and a terminal would obey
/// them.
fn fail(text: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "passbook: {}", spelled_out(text));
    ExitCode::FAILURE
}
