//! What a test starts its program with.

use std::sync::Arc;
use std::time::Duration;

use bank::Pace;
use domain::clock::Clock;
use passbook::config::Config;
use passbook::server::{self, Options, Running, StartError};
use tempfile::TempDir;

use super::{TestApp, browsers, clock_at_start};
use crate::bank::OwnBank;
use crate::log;

/// Settings by name.
pub type Settings = Vec<(String, String)>;

/// A program that has not been started yet. The last value of a setting counts.
pub struct Builder {
    settings: Settings,
    /// What the settings say about the bank on its own origin. Without any there is none.
    of_bank: Vec<fn(&OwnBank) -> Settings>,
    clock: Clock,
    pace: Pace,
    demo: bool,
}

impl Builder {
    /// Begins with the default settings, and a built-in bank that has all its rows at once.
    pub(super) fn new() -> Self {
        Self {
            settings: Vec::new(),
            of_bank: Vec::new(),
            clock: clock_at_start(),
            pace: Pace::at_once(),
            demo: false,
        }
    }

    /// Sets a setting.
    pub fn setting(self, name: &str, value: &str) -> Self {
        self.settings(&[(name, value)])
    }

    /// Sets several settings.
    pub fn settings(mut self, more: &[(&str, &str)]) -> Self {
        self.settings.extend(named(more));
        self
    }

    /// Uses a bank on its own origin as Plaid.
    pub fn plaid(self) -> Self {
        self.with_bank(|bank| named(&bank.plaid_settings()))
    }

    /// Uses a bank on its own origin as MX.
    pub fn mx(self) -> Self {
        self.with_bank(|bank| named(&bank.mx_settings()))
    }

    /// Uses a bank on its own origin, which shares the clock, for what these settings say.
    pub fn with_bank(mut self, settings: fn(&OwnBank) -> Settings) -> Self {
        self.of_bank.push(settings);
        self
    }

    /// Lets everyone sign up, which is not the default when a bank has its own origin.
    pub fn open_to_all(self) -> Self {
        self.setting("PASSBOOK_SIGNUP", "open")
    }

    /// Runs on a clock that is shared with others.
    pub fn clock(mut self, clock: &Clock) -> Self {
        self.clock = clock.clone();
        self
    }

    /// Gives the bank this long to have its rows.
    pub fn paced(mut self, initial: Duration, historical: Duration) -> Self {
        self.pace = Pace {
            initial,
            historical,
        };
        self
    }

    /// Creates the demo person, with identity providers that the built-in bank simulates.
    pub fn demo(mut self) -> Self {
        self.demo = true;
        self
    }

    /// Starts the program in a folder of its own.
    pub async fn start(mut self) -> TestApp {
        log::capture();
        let bank = self.open_bank().await;
        let folder = tempfile::tempdir().expect("a folder");
        // Boxed to keep the futures of the tests small.
        let running = Box::pin(self.run(&folder)).await;
        TestApp {
            clock: self.clock.clone(),
            running: running.expect("it starts"),
            http: browsers(),
            bank,
            folder,
            built: self,
        }
    }

    /// Opens the bank on its own origin if it is used.
    async fn open_bank(&mut self) -> Option<Arc<OwnBank>> {
        if self.of_bank.is_empty() {
            return None;
        }
        let bank = OwnBank::paced(&self.clock, self.pace).await;
        let settings = self.of_bank.iter().flat_map(|settings| settings(&bank));
        // What a test sets itself comes last.
        self.settings = settings.chain(self.settings.clone()).collect();
        Some(Arc::new(bank))
    }

    /// Starts the program on a folder.
    pub async fn run(&self, folder: &TempDir) -> Result<Running, StartError> {
        let data_dir = folder.path().display().to_string();
        let config = Config::from_source(|name| {
            let set = self.settings.iter().rev().find(|(key, _)| key == name);
            match (set, name) {
                (Some((_, value)), _) => Some(value.clone()),
                (None, "PASSBOOK_LISTEN") => Some("127.0.0.1:0".to_owned()),
                (None, "PASSBOOK_DATA_DIR") => Some(data_dir.clone()),
                // Only the tests about rates fetch them.
                (None, "PASSBOOK_RATES") => Some("off".to_owned()),
                _ => None,
            }
        });
        let options = Options {
            config: config.expect("good settings"),
            clock: self.clock.clone(),
            pace: self.pace,
            demo: self.demo,
        };
        server::start(options).await
    }
}

/// Returns settings with names and values of their own.
pub fn named(settings: &[(&str, &str)]) -> Settings {
    let each = settings.iter();
    each.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}
