//! The program, started for one test with its own folder, its own bank and a clock that the test moves.

mod build;
mod linked;
mod people;
mod waiting;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use domain::clock::Clock;
use passbook::context::Ctx;
use passbook::server::Running;
use routes::Declared;
use tempfile::TempDir;

use crate::bank::OwnBank;
use crate::books::Books;
pub use build::{Builder, Settings, named};
pub use people::{ADA, EVE, GRACE, Person};
pub use waiting::{START, clock_at_start, eventually};

/// A running program.
pub struct TestApp {
    pub clock: Clock,
    pub folder: TempDir,
    bank: Option<Arc<OwnBank>>,
    built: Builder,
    running: Running,
    http: reqwest::Client,
}

impl TestApp {
    /// Returns what a program is started with, to be changed before it starts.
    pub fn build() -> Builder {
        Builder::new()
    }

    /// Starts with the default settings and a built-in bank that has all its rows at once.
    pub async fn start() -> Self {
        Self::build().start().await
    }

    /// Starts with these settings.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::build().settings(settings).start().await
    }

    /// Stops and restarts on the same folder.
    pub async fn restarted(self) -> Self {
        self.restarted_with(&[]).await
    }

    /// Stops and restarts with additional settings.
    pub async fn restarted_with(mut self, settings: &[(&str, &str)]) -> Self {
        self.built = self.built.settings(settings);
        self.restarted_after(async {}).await
    }

    /// Stops, waits for `meanwhile`, and restarts.
    pub async fn restarted_after(self, meanwhile: impl Future<Output = ()>) -> Self {
        self.running.stop().await;
        meanwhile.await;
        // Boxed to keep the futures of the tests small.
        let running = Box::pin(self.built.run(&self.folder)).await;
        Self {
            running: running.expect("it starts again"),
            http: browsers(),
            ..self
        }
    }

    /// Returns the context that use-cases take.
    pub fn ctx(&self) -> &Ctx {
        &self.running.ctx
    }

    /// Returns the bank on its own origin, which a test asks for when it builds the program.
    pub fn bank(&self) -> Arc<OwnBank> {
        let bank = self.bank.as_ref().expect("a bank on its own origin");
        Arc::clone(bank)
    }

    /// Returns every route.
    pub fn routes(&self) -> &Declared {
        self.running.routes()
    }

    /// Returns the code that the program prints while it has no admin.
    pub fn operator_code(&self) -> Option<&str> {
        self.running
            .operator_code
            .as_ref()
            .map(|code| code.expose())
    }

    /// Returns the listener's real address, whatever the public address is.
    pub fn address(&self) -> SocketAddr {
        self.ctx().config.listen
    }

    /// Returns the name of the session cookie.
    pub fn session_cookie(&self) -> String {
        passbook::auth::cookies::session(self.ctx())
    }

    /// Returns the name of the device cookie.
    pub fn device_cookie(&self) -> String {
        passbook::auth::cookies::device(self.ctx())
    }

    /// Opens the database file.
    pub async fn books(&self) -> Books {
        Books::open(self.folder.path()).await
    }

    /// Reads a number from the database file.
    pub async fn number(&self, sql: &'static str) -> i64 {
        self.books().await.number(sql).await
    }

    /// Reads a number from the database file with a statement that the test composes.
    pub async fn count(&self, sql: &str) -> i64 {
        self.books().await.count(sql).await
    }

    /// Reads a column of texts from the database file.
    pub async fn texts(&self, sql: &'static str) -> Vec<String> {
        self.books().await.texts(sql).await
    }

    /// Returns whether a file of the data directory contains a text.
    pub fn is_kept(&self, text: &str) -> bool {
        let files = std::fs::read_dir(self.folder.path()).expect("the folder");
        let files = files.filter_map(|file| std::fs::read(file.expect("a file").path()).ok());
        files.into_iter().any(|bytes| {
            let mut parts = bytes.windows(text.len());
            parts.any(|part| part == text.as_bytes())
        })
    }
}

/// Returns the HTTP client of the browsers: it follows no redirects and uses no proxy.
pub fn browsers() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(waiting::PATIENCE)
        .build()
        .expect("a client")
}
