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

/// A self-hosted passbook for every bank account a person has.
///
/// Without a command it serves. With no Plaid credentials set it runs on a bank of its own, built in, so
/// that everything works offline from the first minute.
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
        /// Have a demo person with two banks linked: built-in bank and loopback only
        #[arg(long)]
        demo: bool,
    },
    /// Serve the built-in bank alone, at the root, for other programs that speak to Plaid
    Sandbox {
        /// Where to listen; port 0 takes a free one
        #[arg(long, default_value = "127.0.0.1:4000")]
        listen: SocketAddr,
    },
    /// Print a link with which one person can sign up, good for a week
    Invite,
    /// Ask the Passbook that runs with these settings whether it can work
    ///
    /// The exit code is 0 when it answers and can write to its database, and 1 when not. For containers and monitors.
    Healthcheck,
    /// Say what is wrong with how Passbook is set up, and what to change
    ///
    /// Makes the checks of the page /admin, and some more: the whole database is read, and every sealed secret is
    /// opened. Asks no bank, writes nothing, and works while Passbook is running and while it is stopped, damaged or
    /// not there yet. Run it with the settings that Passbook has. The exit code is 0 when nothing is wrong and 1 when
    /// something is.
    Doctor,
    /// Compare the kept rows with all that the banks have
    ///
    /// Fetches each bank's list from its beginning and compares it with the kept rows. Writes nothing, and
    /// works while Passbook is running. The exit code is 0 when all is equal, 1 when something is not, and 2
    /// when it could not be compared.
    Fsck {
        /// One connection, by the id in the address of its page; without it, all
        connection: Option<String>,
    },
    /// Seal everything that is sealed with a new key
    ///
    /// Makes a new key, seals with it all that the database keeps sealed (access tokens of banks, secrets of
    /// webhooks, the keys that sign tokens of programs), and takes the old key out of the key file. No bank has to
    /// be linked again, no program gets another token or secret, and nobody is logged out.
    ///
    /// Stop Passbook first: it holds the old key. When this is cut short, Passbook starts as it is, and running
    /// this again finishes it.
    ///
    /// Afterwards back up the new key, apart from the database. A backup of the database from before opens with
    /// the old key only: keep your copy of that with it, or have it kept with --keep-old.
    RotateKey {
        /// Keep the old key in this file, which must not exist yet; with PASSBOOK_KEY_FILE set to it, a backup of
        /// the database from before can be used
        #[arg(long, value_name = "PATH")]
        keep_old: Option<PathBuf>,
    },
    /// Back up everything that Passbook keeps into one encrypted file
    ///
    /// Works while Passbook is running. The database is copied as it is at one moment, the copy is checked, compressed and
    /// encrypted in the age format: `age --decrypt FILE | tar xz` opens it without Passbook (with -i KEYFILE for a public
    /// key). The key file is in it only with --with-key; otherwise keep a copy of that apart from the backups, which cannot
    /// be restored without it.
    ///
    /// Example: passbook backup /mnt/usb/passbook.age
    Backup(BackupArguments),
    /// Restore a backup into an empty data directory
    ///
    /// Everything is unpacked and checked first: that nothing is missing or changed, that the database is whole, and that
    /// the key opens what is sealed in it. Only then does it take effect: if anything is wrong, or the command is
    /// interrupted, nothing is restored. Passbook must not be running.
    ///
    /// Example: passbook restore /mnt/usb/passbook.age --key-file /mnt/other/passbook.key
    Restore(RestoreArguments),
    /// Say who runs this Passbook: who may open its pages under /admin
    Admin {
        #[command(subcommand)]
        what: Admin,
    },
    /// Say which apps may send people here to log in (OAuth 2.0)
    App {
        #[command(subcommand)]
        what: App,
    },
}

#[derive(Debug, Subcommand)]
enum App {
    /// Register an app, and print its secret
    ///
    /// The secret is all that is printed on standard output, and it is printed this once. The client ID is told on
    /// standard error, and by `passbook app list`.
    Add {
        /// What people read when they are asked to allow it
        #[arg(long)]
        name: String,
        /// Where it is sent its people back to, exactly; may be given ten times
        #[arg(long = "redirect-uri", value_name = "ADDRESS", required = true)]
        redirect_uris: Vec<String>,
        /// The most that it may ask for: read, sync and manage, with commas between them
        #[arg(
            long,
            required = true,
            value_delimiter = ',',
            hide_possible_values = true,
            value_parser = Scope::ALL.map(Scope::word)
        )]
        scopes: Vec<String>,
        /// It runs in a browser or on a phone, and has no secret
        #[arg(long)]
        public: bool,
    },
    /// List the apps
    List,
    /// Switch an app off, which ends all its tokens at once
    Disable {
        /// Its client ID
        id: String,
    },
    /// Switch an app on again; people have to allow it again
    Enable {
        /// Its client ID
        id: String,
    },
    /// Give an app another secret, and print it; the one before is good for nothing any more
    Secret {
        /// Its client ID
        id: String,
    },
}

#[derive(Debug, Subcommand)]
enum Admin {
    /// Make a person who has signed up an operator
    Grant {
        /// The e-mail address that the person signed up with
        email: String,
    },
    /// Make an operator a person like any other, from their next request on
    Revoke {
        /// The operator's e-mail address
        email: String,
    },
    /// List the operators
    List,
}

const SETTINGS: &str = "\
Settings are environment variables. A .env file in the current folder, or a folder above it, works too:
  PASSBOOK_LISTEN           where to listen (127.0.0.1:3000)
  PASSBOOK_METRICS_LISTEN   where to serve /metrics for Prometheus, without a log-in, like 127.0.0.1:9464 (nowhere)
  PASSBOOK_DATA_DIR         where the database and the key are stored (./data)
  PASSBOOK_PUBLIC_URL       how browsers and banks reach Passbook, like https://money.example.org
  PASSBOOK_KEY_FILE         the key that seals secrets (passbook.key in the data directory)
  PASSBOOK_SIGNUP           open, invite or closed (open; with a provider's keys closed after the first person)
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
  TZ                        the time zone for dates (the machine's), like America/Los_Angeles
  RUST_LOG, PASSBOOK_LOG    what to log (warn,passbook=info), and json for machine-readable logs";

/// Runs the program.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(told) => return tell(&told),
    };
    // What is logged may be set there.
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
        // The doctor is asked what is bad.
        Some(first) if !matches!(command, Command::Doctor) => fail(first),
        _ => execute(command, bad),
    }
}

/// Does what a command is there for. `bad` is what is wrong with the settings already.
fn execute(command: Command, bad: Vec<String>) -> ExitCode {
    // A single core would let one slow page hold up all others.
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
    // What does not end by itself has been told to stop long ago.
    runtime.shutdown_background();
    match done {
        Ok(code) => code,
        Err(error) => fail(&explained(&error)),
    }
}

/// At a limit on the size of a file (`ulimit -f`, systemd's `LimitFSIZE`) the kernel sends SIGXFSZ, which ends a program
/// that does not handle it. Handled, it makes the write fail as on a full disk. The handler stays for good.
fn fail_writes_at_the_file_size_limit() {
    if let Err(error) = signal(SignalKind::from_raw(libc::SIGXFSZ)) {
        tracing::warn!(%error, "reaching the file size limit would stop Passbook");
    }
}

fn config() -> Result<Config, StartError> {
    for unknown in unknown() {
        tracing::warn!("{unknown}");
    }
    Config::read(|name| std::env::var(name).ok()).map_err(|e| StartError::Settings(e.to_string()))
}

/// What is set and is no setting, each in a sentence.
fn unknown() -> Vec<String> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let unknown = unknown_settings(SETTINGS, names).into_iter();
    let told =
        |name| format!("{name} is set, but Passbook has no such setting. See passbook --help");
    unknown.map(told).collect()
}

/// What clap has to say instead of a command: help on standard output, or what is wrong with the arguments.
fn tell(told: &clap::Error) -> ExitCode {
    let code = u8::try_from(told.exit_code()).unwrap_or(2);
    match heard(told.print()) {
        Err(error) if code == 0 => fail(&error.to_string()),
        _ => ExitCode::from(code),
    }
}

/// Prints what a command has come to. That it is done is worth little if nobody is told.
fn say(text: &str) -> Result<(), StartError> {
    let mut out = std::io::stdout();
    heard(writeln!(out, "{text}").and_then(|()| out.flush()))
}

/// Says on standard error what goes with it, and is not for a program that reads.
fn aside(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn heard(printed: std::io::Result<()>) -> Result<(), StartError> {
    match printed {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(StartError::Unsaid(error)),
        // Whoever closed our output does not want to read it.
        _ => Ok(()),
    }
}

/// What a file says may be in the text, and a terminal obeys what it is sent.
fn fail(text: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "passbook: {}", spelled_out(text));
    ExitCode::FAILURE
}
