//! `passbook doctor`: the checks of the page /admin from the command line, for a Passbook that is running, stopped, or
//! unable to start. It writes nothing and makes no calls. The exception is SQLite's index beside a database that is
//! open or was not closed (`passbook.db-shm`), where readers record what they read.

mod database;
mod text;

use super::connections::Limits;
use super::{assets, denied};
use crate::config::Config;
use crate::operator::view::{Check, Tone};
use crate::operator::{self, Facts};
use database::Database;
use domain::clock::Clock;

/// The doctor's findings.
#[derive(Debug)]
pub struct Diagnosis {
    /// The report, for a terminal of 80 columns.
    pub text: String,
    /// How many checks found something wrong.
    pub wrong: usize,
}

/// Makes every check. `problems` are the invalid settings, which count as unset in `config`; `unknown` are the
/// variables that look like settings but are not, each in a sentence.
pub async fn doctor(
    config: &Config,
    clock: &Clock,
    problems: &[String],
    unknown: &[String],
) -> Diagnosis {
    let Database {
        checks,
        told,
        begun,
        two_keys,
    } = database::examine(config, clock).await;
    let facts = Facts {
        config,
        clock,
        providers: database::providers(config),
        untrusted_proxy: told.as_ref().and_then(|told| told.untrusted_proxy),
        told,
        begun,
        two_keys,
        islands: assets::has_islands(),
        // The output gets pasted elsewhere.
        shows_secret_address: false,
    };
    let mut found = vec![settings(problems, unknown)];
    found.extend(access(config));
    found.push(open_files(config));
    found.extend(checks);
    found.extend(operator::checks(&facts));
    operator::worst_first(&mut found);
    let wrong = found.iter().filter(|it| it.state.tone == Tone::Wrong);
    Diagnosis {
        wrong: wrong.count(),
        text: text::text(&found),
    }
}

/// Not on the page: a Passbook with invalid settings does not start, and its environment may have changed since it did.
fn settings(problems: &[String], unknown: &[String]) -> Check {
    let what = "Settings";
    match (problems, unknown) {
        ([], []) => Check::good(what, "All settings are valid."),
        ([], unknown) => Check::warn(what, unknown.join("\n")),
        (problems, unknown) => {
            let so = "Passbook won’t start with this. This report ignores it.".to_owned();
            let all = [problems, &[so], unknown].concat();
            Check::wrong(what, all.join("\n"))
        }
    }
}

/// Not on the page: a running Passbook can use its files.
fn access(config: &Config) -> Option<Check> {
    let refused = denied::refuse_untouched(config).err()?;
    Some(Check::wrong("File access", refused.to_string()))
}

/// Not on the page: a Passbook with more connections than files does not start. The limit is that of the account that
/// runs the doctor; a unit or a container may have another.
fn open_files(config: &Config) -> Check {
    let what = "Open files";
    let files = rlimit::Resource::NOFILE.get_hard().unwrap_or(u64::MAX);
    match Limits::new(&config.network, files) {
        Ok(limits) => Check::good(
            what,
            format!(
                "Up to {files} open files, enough for {} connections.",
                limits.most()
            ),
        ),
        Err(error) => Check::wrong(what, error.to_string()),
    }
}
