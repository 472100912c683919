//! The built-in bank: a seeded world behind faces that speak Plaid's wire, MX's, those of exchange-rate sources and those of
//! identity providers.
//!
//! It is reached over HTTP only and imports nothing of the product but the clock and `routes`, which know no wire, so
//! that two independent readings of it keep each other honest.

pub mod api;
pub mod bank;
mod connect;
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

/// What the built-in bank is told when it opens.
#[derive(Clone)]
pub struct SandboxConfig {
    /// The folder that holds its file, `sandbox.db`.
    pub data_dir: PathBuf,
    /// Where a browser reaches its pages, without a slash at the end: `http://127.0.0.1:3000/sandbox`.
    pub faces_url: Url,
    /// The environment's name in tokens and webhooks.
    pub environment: &'static str,
    /// How quickly a new Item gets its rows.
    pub pace: Pace,
    /// The only client id and secret that are let in; without it, any that are not empty.
    pub credentials: Option<Credentials>,
    /// Whether too many calls are answered with 429, as Plaid's Sandbox does.
    pub enforce_rate_limits: bool,
}

impl SandboxConfig {
    /// The usual bank: any credentials, Plaid's limits, rows within five seconds.
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

/// A client id and its secret. It has no `Debug`, so that it cannot reach a log.
#[derive(Clone)]
pub struct Credentials {
    /// Plaid's `client_id`.
    pub client_id: String,
    /// Plaid's `secret`.
    pub secret: String,
}

/// How long after its creation a new Item has its rows.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Until the last 30 days are there.
    pub initial: Duration,
    /// Until all history is there; not before the first 30 days.
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
    /// Everything is there at once.
    #[must_use]
    pub fn at_once() -> Self {
        Self {
            initial: Duration::ZERO,
            historical: Duration::ZERO,
        }
    }
}

/// The bank could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The folder cannot be made or written.
    #[error("the built-in bank's folder cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    /// Its file cannot be opened or is of a newer program.
    #[error("the built-in bank's file cannot be opened: {0}")]
    File(#[from] bank::BankError),
}

/// The built-in bank, open. Clones are the same bank.
#[derive(Clone)]
pub struct Sandbox {
    bank: Bank,
}

impl Sandbox {
    /// Opens the bank's file, makes it when there is none, and its signing key with it.
    pub async fn open(config: SandboxConfig, clock: Clock) -> Result<Self, SandboxError> {
        tokio::fs::create_dir_all(&config.data_dir).await?;
        let bank = Bank::open(config, clock).await?;
        Ok(Self { bank })
    }

    /// The bank itself, for its own faces and for tests.
    #[must_use]
    pub fn bank(&self) -> &Bank {
        &self.bank
    }

    /// Plaid's wire, `POST /link/token/create` and the rest, MX's, `/users` and `/institutions`, and those of exchange-rate
    /// sources, `/query`, `/products` and `/v1`, and of identity providers, `/identity`.
    pub fn api_router(&self) -> Router {
        api::router(self.bank.clone())
    }

    /// What a browser sees: the Link script and the pages, those of MX's Connect, and those where people sign in. The
    /// caller mounts it where `faces_url` points.
    pub fn faces_router(&self) -> Routes {
        link::router(self.bank.clone())
            .merge(connect::router(self.bank.clone()))
            .merge(identity::router(&self.bank))
    }

    /// The pages on which people make it misbehave. The caller mounts them where `faces_url` points, behind a door
    /// that says who comes in: a [`panel::Visitor`] in the request's extensions.
    pub fn panel_router(&self) -> Routes {
        panel::router(self.bank.clone())
    }

    /// Passes Items through their stages and delivers webhooks, until it is stopped.
    pub async fn run(self, stop: CancellationToken) {
        self.bank.run(stop).await;
    }

    /// Does all that is due now and returns, for tests that move the clock themselves.
    pub async fn tick(&self) -> Result<(), bank::BankError> {
        self.bank.tick().await
    }
}
