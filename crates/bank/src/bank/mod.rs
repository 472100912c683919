//! The built-in bank itself: Items, accounts, transactions, Link sessions, webhooks, exchange rates and sign-ins.
//!
//! `api` exposes it to programs on the wires of Plaid, MX, exchange-rate sources and identity providers. `link`,
//! `connect` and `identity` are its pages for people. This module formats no responses and draws no pages.

mod accounts;
mod catch_up;
mod changes;
mod dynamic;
mod faults;
mod identity;
mod ids;
mod items;
mod lifecycle;
mod link_records;
mod link_tokens;
mod members;
mod misbehave;
mod moment;
mod rates;
mod refusal;
mod rows;
mod sessions;
mod tokens;
mod webhooks;

use std::sync::{Arc, RwLock as StdRwLock};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, RwLock};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::store::{Store, StoreError, rates as store_rates, settings};
use crate::{Pace, SandboxConfig};
use domain::clock::Clock;

pub use accounts::GetRequest;
pub(crate) use changes::in_a_run;
pub use changes::{Page, SyncRequest};
pub use dynamic::{CustomRow, not_enabled};
pub use faults::{Called, Fault, FaultKind, Faults};
pub(crate) use identity::{
    Birthday, Exchange, Grant, InventedPerson, NoToken, PEOPLE, Shares, SignIn, TokenTrouble,
    is_graph_version,
};
pub use identity::{FALSE_TOKENS, IdentityProvider};
pub(crate) use ids::{hash, request as request_id, token as new_token};
pub use items::{ItemView, NewItem};
pub use link_records::{
    AccountFilter, Hosted, ItemAddResult, LinkAccount, LinkToken, SessionRecord, UpdateMode,
};
pub(crate) use members::*;
pub use members::{MxReceiver, guid_of};
pub(crate) use misbehave::{DELETION_FORGERIES, Deletion};
pub use misbehave::{
    Deed, MX_FORGERIES, MxWebhook, NewAccount, NewRow, RowEdit, Settlement, Standing, Step,
    Webhook, Which, asking, standing,
};
pub(crate) use moment::{
    wire as wire_moment, wire_full as wire_moment_full, wire_millis as wire_moment_of,
};
pub use rates::{Figures, Market, Quote, RATE_REFUSALS, RatePair, Source, WRONG_FIGURES};
pub use refusal::Refusal;
pub use sessions::{LinkSuccess, SelectableAccount};
pub use webhooks::{CODES as WEBHOOK_CODES, Event, Forgery, PublicKey};

/// The bank. Clones share one state.
#[derive(Clone)]
pub struct Bank {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    config: SandboxConfig,
    /// The bank's own time, which can be put ahead of real time.
    clock: Clock,
    /// Real time. Everything between two programs uses it: signatures, deliveries, keys.
    wire_clock: Clock,
    /// Simulated failures of API calls.
    faults: Faults,
    /// The currency market, with its manual moves.
    market: StdRwLock<Market>,
    /// Cancelled when the bank closes, so that hanging responses end.
    closing: CancellationToken,
    /// Notified when the background task may have work.
    bell: Notify,
    signer: RwLock<webhooks::Signer>,
    http: reqwest::Client,
}

/// Why a call of the bank failed.
#[derive(Debug, thiserror::Error)]
pub enum BankError {
    /// The bank refuses the call, with an error in Plaid's format.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The bank's database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signing key cannot be created or read.
    #[error("the bank's signing key cannot be used")]
    Key,
    /// The HTTP client for webhooks could not be created.
    #[error("webhooks cannot be sent: {0}")]
    Http(#[from] reqwest::Error),
}

impl Bank {
    /// The base URL of the bank's pages in a browser.
    #[must_use]
    pub fn faces_url(&self) -> &Url {
        &self.inner.config.faces_url
    }
}

impl Bank {
    fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Opens the bank's database and loads its signing key.
    pub(super) async fn open(config: SandboxConfig, clock: Clock) -> Result<Self, BankError> {
        let store = Store::open(&config.data_dir).await?;
        let signer = RwLock::new(webhooks::Signer::open(&store, clock.now()).await?);
        let lead = settings::number(&mut *store.begin_read().await?, settings::LEAD).await?;
        let moves = store_rates::moves(&mut *store.begin_read().await?).await?;
        let wire_clock = clock;
        let clock = wire_clock.ahead_by(SignedDuration::from_millis(lead));
        let http = webhooks::client()?;
        let bell = Notify::new();
        Ok(Self {
            inner: Arc::new(Inner {
                store,
                config,
                clock,
                wire_clock,
                faults: Faults::default(),
                market: StdRwLock::new(Market::new(moves)),
                closing: CancellationToken::new(),
                bell,
                signer,
                http,
            }),
        })
    }

    /// The bank's own clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// Real time.
    fn wire_now(&self) -> Timestamp {
        self.inner.wire_clock.now()
    }

    /// The clock of real time.
    #[must_use]
    pub fn wire_clock(&self) -> &Clock {
        &self.inner.wire_clock
    }

    /// The simulated failures of API calls.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// Cancelled when the bank closes.
    pub(crate) fn closing(&self) -> &CancellationToken {
        &self.inner.closing
    }

    fn today(&self) -> Date {
        self.inner.clock.today()
    }

    /// The environment's name in tokens and webhooks.
    #[must_use]
    pub fn environment(&self) -> &'static str {
        self.inner.config.environment
    }

    /// The configuration that the bank was opened with.
    #[must_use]
    pub fn config(&self) -> &SandboxConfig {
        &self.inner.config
    }

    fn pace(&self) -> Pace {
        self.inner.config.pace
    }
}
