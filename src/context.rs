//! What every use-case needs: the books, the providers, the time and the settings.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::clock::Clock;
use crate::config::Config;
use crate::outbound::Outbound;
use crate::providers::Providers;
use crate::store::Store;
use crate::vault::Vault;

/// The context of every use-case. Clones share everything.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// The database.
    pub store: Store,
    /// The way to the banks.
    pub providers: Providers,
    /// The way to addresses that people enter.
    pub outbound: Outbound,
    /// The time.
    pub clock: Clock,
    /// The settings.
    pub config: Arc<Config>,
    /// Rung when there is new background work, so that nobody waits for the next look.
    pub work: Arc<Notify>,
    /// What seals access tokens.
    pub vault: Vault,
}
