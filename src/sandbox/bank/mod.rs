//! The bank behind both faces: what it knows of Items, accounts, rows, Link sessions and webhooks.
//!
//! `api` speaks Plaid's wire to programs, `link` shows pages to people; both call this room.

mod accounts;
mod changes;
mod dynamic;
mod ids;
mod items;
mod link_tokens;
mod moment;
mod refusal;
mod rows;
mod sessions;
mod stages;
mod webhooks;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::Notify;
use url::Url;

use crate::clock::Clock;
use crate::sandbox::store::{Store, StoreError};
use crate::sandbox::{Pace, SandboxConfig};

pub use accounts::GetRequest;
pub use changes::{Page, SyncRequest};
pub use dynamic::{CustomRow, not_enabled};
pub(in crate::sandbox) use ids::{hash, request as request_id, token as new_token};
pub use items::{ItemView, NewItem};
pub use link_tokens::{AccountFilter, Hosted, LinkToken, UpdateMode};
pub(in crate::sandbox) use moment::{wire as wire_moment, wire_millis as wire_moment_of};
pub use refusal::Refusal;
pub use sessions::{ItemAddResult, LinkAccount, LinkSuccess, SelectableAccount, SessionRecord};
pub use webhooks::{Event, PublicKey};

/// The bank. Clones are the same bank.
#[derive(Clone)]
pub struct Bank {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    config: SandboxConfig,
    clock: Clock,
    /// Rung when there is something for the background to do.
    bell: Notify,
    signer: webhooks::Signer,
    http: reqwest::Client,
}

/// The bank said no, or could not.
#[derive(Debug, thiserror::Error)]
pub enum BankError {
    /// An answer in Plaid's words.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Its file failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its signing key cannot be made or read.
    #[error("the bank's signing key cannot be used")]
    Key,
    /// No HTTP client could be made for webhooks.
    #[error("webhooks cannot be sent: {0}")]
    Http(#[from] reqwest::Error),
}

impl Bank {
    /// Where a browser reaches the bank's pages.
    #[must_use]
    pub fn faces_url(&self) -> &Url {
        &self.inner.config.faces_url
    }
}

impl Bank {
    fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Opens the bank's file and its signing key.
    pub(super) async fn open(config: SandboxConfig, clock: Clock) -> Result<Self, BankError> {
        let store = Store::open(&config.data_dir).await?;
        let signer = webhooks::Signer::open(&store, clock.now()).await?;
        let http = webhooks::client()?;
        let bell = Notify::new();
        Ok(Self {
            inner: Arc::new(Inner {
                store,
                config,
                clock,
                bell,
                signer,
                http,
            }),
        })
    }

    /// The clock that the bank goes by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    fn today(&self) -> Date {
        self.inner.clock.today()
    }

    /// The environment's name in tokens and webhooks.
    #[must_use]
    pub fn environment(&self) -> &'static str {
        self.inner.config.environment
    }

    /// What the bank was told when it opened.
    #[must_use]
    pub fn config(&self) -> &SandboxConfig {
        &self.inner.config
    }

    fn pace(&self) -> Pace {
        self.inner.config.pace
    }
}
