//! The log: to standard error, readable, or JSON for machines.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// What is logged unless `RUST_LOG` says otherwise.
const DEFAULT: &str = "warn,passbook=info";

/// Sets the log up, once, at the start of the program.
pub fn init() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let json = std::env::var("PASSBOOK_LOG").is_ok_and(|format| format == "json");
    // A log that cannot be set up was set up already.
    let _ = if json {
        log.json().try_init()
    } else {
        log.with_target(false).try_init()
    };
}
