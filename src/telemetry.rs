//! Logging to standard error, as readable text or as JSON.

use std::env::VarError;
use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;

/// The log filter unless `RUST_LOG` sets another. tower-sessions warns of "possibly suspicious activity" whenever a
/// browser sends the cookie of an ended session, which happens after every log-out.
const DEFAULT: &str = "warn,passbook=info,tower_sessions_core::session=error";

/// Sets up logging, once, at the start of the program.
///
/// # Errors
/// Names the setting that is invalid, in a line with the remedy.
pub fn init() -> Result<(), String> {
    let filter = filter(std::env::var("RUST_LOG"))?;
    let json = as_json(std::env::var("PASSBOOK_LOG"))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Drop what cannot be written because the log's disk is full or its reader is gone. By default it is reported
        // with `eprintln!`, which panics when standard error cannot be written.
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal());
    // Fails only if a log is already set up.
    let _ = if json {
        log.json().try_init()
    } else {
        log.with_target(false).try_init()
    };
    Ok(())
}

fn filter(set: Result<String, VarError>) -> Result<EnvFilter, String> {
    let wanted = "RUST_LOG must be levels like info or warn,passbook=debug.";
    let said = match set {
        Ok(said) if !said.trim().is_empty() => said,
        Ok(_) | Err(VarError::NotPresent) => DEFAULT.to_owned(),
        Err(VarError::NotUnicode(_)) => return Err(wanted.into()),
    };
    // Parsed one by one, because parsing them as a whole would silently drop what is invalid.
    let parts = said.split(',').map(str::trim).filter(|it| !it.is_empty());
    let parts: Vec<&str> = parts.collect();
    for part in &parts {
        part.parse::<Directive>().map_err(|_| wanted.to_owned())?;
    }
    EnvFilter::try_new(parts.join(",")).map_err(|_| wanted.to_owned())
}

fn as_json(set: Result<String, VarError>) -> Result<bool, String> {
    match set.as_deref().map(str::trim) {
        Ok("json") => Ok(true),
        Ok("" | "text") | Err(VarError::NotPresent) => Ok(false),
        _ => Err("PASSBOOK_LOG must be json or text.".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_told() {
        for bad in ["[[[", "passbook=loud", "warn,=,"] {
            assert!(filter(Ok(bad.into())).is_err(), "{bad}");
        }
        for good in [
            "",
            "info",
            "warn, passbook=debug",
            "warn,passbook::sync=trace",
        ] {
            assert!(filter(Ok(good.into())).is_ok(), "{good}");
        }
        assert!(filter(Err(VarError::NotPresent)).is_ok());
        assert_eq!(as_json(Ok("json".into())), Ok(true));
        assert_eq!(as_json(Ok(String::new())), Ok(false));
        assert_eq!(as_json(Err(VarError::NotPresent)), Ok(false));
        assert!(as_json(Ok("xml".into())).is_err());
    }
}
