//! The bank behind both faces: what it knows of Items, accounts, rows, Link sessions and webhooks.
//!
//! `api` speaks Plaid's wire, MX's, those of exchange-rate sources and those of identity providers to programs, `link`,
//! `connect` and `identity` show pages to people; all call this room.

mod accounts;
mod catch_up;
mod changes;
mod dynamic;
mod faults;
mod identity;
mod ids;
mod items;
mod link_records;
mod link_tokens;
mod members;
mod misbehave;
mod moment;
mod rates;
mod refusal;
mod rows;
mod sessions;
mod stages;
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
pub use faults::{Ailment, Called, Fault, Faults};
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

/// The bank. Clones are the same bank.
#[derive(Clone)]
pub struct Bank {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    config: SandboxConfig,
    /// The bank's own time, which can be put ahead.
    clock: Clock,
    /// The time outside. What two programs tell each other goes by it: signatures, deliveries, keys.
    wire_clock: Clock,
    /// Calls that are to go wrong.
    faults: Faults,
    /// The market of currencies, as it was moved.
    market: StdRwLock<Market>,
    /// The bank closes; what hangs lets go.
    closing: CancellationToken,
    /// Rung when there is something for the background to do.
    bell: Notify,
    signer: RwLock<webhooks::Signer>,
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
        let signer = RwLock::new(webhooks::Signer::open(&store, clock.now()).await?);
        let lead = settings::number(&mut *store.read().await?, settings::LEAD).await?;
        let moves = store_rates::moves(&mut *store.read().await?).await?;
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

    /// The clock that the bank goes by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The time outside.
    fn wire_now(&self) -> Timestamp {
        self.inner.wire_clock.now()
    }

    /// The clock that the rest of the world goes by.
    #[must_use]
    pub fn wire_clock(&self) -> &Clock {
        &self.inner.wire_clock
    }

    /// Calls that are to go wrong.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// Comes when the bank closes.
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

    /// What the bank was told when it opened.
    #[must_use]
    pub fn config(&self) -> &SandboxConfig {
        &self.inner.config
    }

    fn pace(&self) -> Pace {
        self.inner.config.pace
    }
}
