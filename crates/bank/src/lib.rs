//! The built-in bank: a seeded world that speaks Plaid's wire, MX's, and those of exchange-rate sources and identity
//! providers.
//!
//! The product reaches it over HTTP only. The bank imports nothing of the product but the clock and `routes`, which
//! know no wire, so that two independent readings of each wire keep each other honest.

pub mod api;
pub mod bank;
mod connect;
mod document;
mod identity;
pub mod link;
pub mod panel;
mod store;
#[cfg(test)]
mod tests;
pub mod world;

use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use routes::Routes;
use tokio_util::sync::CancellationToken;
use url::Url;

use bank::Bank;
use domain::clock::Clock;

/// The settings of the built-in bank.
#[derive(Clone)]
pub struct SandboxConfig {
    /// The folder of its file, `sandbox.db`.
    pub data_dir: PathBuf,
    /// Where a browser reaches its pages, without a trailing slash: `http://127.0.0.1:3000/sandbox`.
    pub faces_url: Url,
    /// The environment's name in tokens and webhooks.
    pub environment: &'static str,
    /// How soon a new Item gets its rows.
    pub pace: Pace,
    /// The only client id and secret that are accepted; `None` accepts any that are not empty.
    pub credentials: Option<Credentials>,
    /// Whether calls above Plaid's Sandbox limits are answered with 429.
    pub enforce_rate_limits: bool,
}

impl SandboxConfig {
    /// Returns the default settings: any credentials, Plaid's limits, rows within five seconds.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>, faces_url: Url) -> Self {
        Self {
            data_dir: data_dir.into(),
            faces_url,
            environment: "sandbox",
            pace: Pace::default(),
            credentials: None,
            enforce_rate_limits: true,
        }
    }
}

/// A client id and its secret. It has no `Debug`, so that neither reaches a log.
#[derive(Clone)]
pub struct Credentials {
    /// Plaid's `client_id`.
    pub client_id: String,
    /// Plaid's `secret`.
    pub secret: String,
}

/// How soon after its creation a new Item has its rows.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// The delay until the last 30 days are there.
    pub initial: Duration,
    /// The delay until all history is there; never before the first 30 days.
    pub historical: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            initial: Duration::from_secs(1),
            historical: Duration::from_secs(5),
        }
    }
}

impl Pace {
    /// Returns the pace at which everything is there at once.
    #[must_use]
    pub fn at_once() -> Self {
        Self {
            initial: Duration::ZERO,
            historical: Duration::ZERO,
        }
    }
}

/// The reasons why the bank cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Its folder cannot be created or written.
    #[error("the built-in bank's folder cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    /// Its file cannot be opened or belongs to a newer version of the program.
    #[error("the built-in bank's file cannot be opened: {0}")]
    File(#[from] bank::BankError),
}

/// The built-in bank, open. Clones share the same bank.
#[derive(Clone)]
pub struct Sandbox {
    bank: Bank,
}

impl Sandbox {
    /// Opens the bank's file. Creates the file and its signing key when there is none.
    pub async fn open(config: SandboxConfig, clock: Clock) -> Result<Self, SandboxError> {
        tokio::fs::create_dir_all(&config.data_dir).await?;
        let bank = Bank::open(config, clock).await?;
        Ok(Self { bank })
    }

    /// Returns the bank itself, for its own pages and for tests.
    #[must_use]
    pub fn bank(&self) -> &Bank {
        &self.bank
    }

    /// Returns the routes of all wires: Plaid's (`POST /link/token/create` and the rest), MX's (`/users`,
    /// `/institutions`), those of exchange-rate sources (`/query`, `/products`, `/v1`) and of identity providers
    /// (`/identity`).
    pub fn api_router(&self) -> Router {
        api::router(self.bank.clone())
    }

    /// Returns the pages for a browser: the Link script and its pages, MX's Connect, and the sign-in pages of identity
    /// providers. The caller mounts them at `faces_url`.
    pub fn faces_router(&self) -> Routes {
        link::router(self.bank.clone())
            .merge(connect::router(self.bank.clone()))
            .merge(identity::router(&self.bank))
    }

    /// Returns the panel, on which people make the bank misbehave. The caller mounts it at `faces_url` and
    /// authenticates visitors, with a [`panel::Visitor`] in the request's extensions.
    pub fn panel_router(&self) -> Routes {
        panel::router(self.bank.clone())
    }

    /// Moves Items through their stages and delivers webhooks until it is stopped.
    pub async fn run(self, stop: CancellationToken) {
        self.bank.run(stop).await;
    }

    /// Does all work that is due now and returns, for tests that move the clock themselves.
    pub async fn tick(&self) -> Result<(), bank::BankError> {
        self.bank.tick().await
    }
}
