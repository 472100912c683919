//! What every use-case is given: the store, the providers, the clock, the settings and the vault.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};

use crate::config::Config;
use crate::metrics::Metrics;
use crate::outbound_http::Outbound;
use crate::vault::Vault;
use domain::clock::Clock;
use domain::identity::{IdentityProvider, VerifiedIdentity, usual_name};
use domain::rate::{KeptQuote, Pair};
use providers::identity::IdentitySource;
use providers::rates::RateSource;
use providers::{BuiltInBank, Providers};
use store::Store;

/// The context of every use-case. Clones share everything.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// The random id of this Passbook. It keeps its cookies apart from those of another Passbook on the same host.
    pub instance: Arc<str>,
    /// The database.
    pub store: Store,
    /// The bank providers.
    pub providers: Providers,
    /// The built-in bank's own calls; `None` when real providers are in use.
    pub built_in: Option<BuiltInBank>,
    /// Whether anyone may log in as the demo person: the program runs with `--demo`, on loopback.
    pub demo: bool,
    /// The client for addresses that people enter.
    pub outbound: Outbound,
    /// The clock.
    pub clock: Clock,
    /// The settings.
    pub config: Arc<Config>,
    /// Sightings of forwarded headers that came from an untrusted proxy.
    pub untrusted_proxy: Arc<UntrustedProxy>,
    /// Notified when there is new background work, so that it starts before a worker's next regular look.
    pub work: Arc<Notify>,
    /// The counters for Prometheus.
    pub metrics: Metrics,
    /// Seals and unseals secrets such as access tokens.
    pub vault: Vault,
    /// The sources of exchange rates and their subscribers.
    pub rates: Arc<Rates>,
    /// The identity providers that people can log in with.
    pub sign_in: Arc<SignIn>,
}

/// The identity providers that people can log in with.
#[derive(Debug, Default)]
pub struct SignIn {
    /// Every provider that is set up, in the order in which people see them.
    pub sources: Vec<Arc<dyn IdentitySource>>,
    /// Whether the built-in bank simulates them. Anyone can then log in as anyone.
    pub simulated: bool,
}

impl SignIn {
    /// Returns the provider with this slug, or `None` if it is not set up.
    #[must_use]
    pub fn source(&self, slug: &str) -> Option<&dyn IdentitySource> {
        let mut sources = self.sources.iter().map(AsRef::as_ref);
        sources.find(|source| source.provider().slug() == slug)
    }

    /// Returns the issuers that are set up, whose identities people can log in with.
    #[must_use]
    pub fn issuers(&self) -> Vec<&str> {
        self.sources.iter().map(|source| source.issuer()).collect()
    }

    /// Returns the display name of an identity's provider.
    #[must_use]
    pub fn name_of(&self, identity: &VerifiedIdentity) -> String {
        self.name_of_issuer(identity.provider, &identity.issuer)
    }

    /// Returns the display name of the provider with this issuer, even if it is no longer set up.
    #[must_use]
    pub fn name_of_issuer(&self, provider: IdentityProvider, issuer: &str) -> String {
        let source = self.sources.iter().find(|source| source.issuer() == issuer);
        source.map_or_else(
            || usual_name(provider, issuer),
            |source| source.name().to_owned(),
        )
    }
}

/// The sources of exchange rates, and the channel to subscribers.
#[derive(Debug)]
pub struct Rates {
    /// The sources, in the order in which they are asked. Empty when rates are switched off.
    pub sources: Vec<Arc<dyn RateSource>>,
    /// The fetches of each pair.
    pub turns: HashMap<Pair, Turn>,
    /// Held by the round that is fetching the due pairs.
    pub round: tokio::sync::Mutex<()>,
    /// Held by the round that waits for the current one to end.
    pub next_round: tokio::sync::Mutex<()>,
    /// The last message to subscribers.
    pub told: watch::Sender<Told>,
}

/// The fetches of one pair, one at a time. A caller that arrives during a fetch gets its result.
#[derive(Debug, Default)]
pub struct Turn {
    /// How many fetches have ended.
    pub ended: AtomicU64,
    /// What the last fetch returned.
    pub last: tokio::sync::Mutex<LastFetch>,
}

/// What this process has learned from fetching a pair.
#[derive(Debug, Default)]
pub struct LastFetch {
    /// The result of the last fetch: a quote, or the time from which a source may be asked again.
    pub came: Option<Result<KeptQuote, Timestamp>>,
    /// The sources that do not have the pair, each with the time when that was learned.
    pub not_offered: HashMap<&'static str, Timestamp>,
}

/// A message to subscribers.
#[derive(Clone, Debug)]
pub enum Told {
    /// The newest quote of each pair that has one, in the order of the settings.
    Newest(Arc<Vec<KeptQuote>>),
    /// The program is stopping.
    Ended,
}

impl Rates {
    /// Rates for these pairs from these sources.
    #[must_use]
    pub fn new(sources: Vec<Arc<dyn RateSource>>, pairs: &[Pair]) -> Self {
        let turns = pairs.iter().map(|pair| (pair.clone(), Turn::default()));
        Self {
            sources,
            turns: turns.collect(),
            round: Default::default(),
            next_round: Default::default(),
            told: watch::Sender::new(Told::Newest(Arc::default())),
        }
    }
}

/// The client address of a request, as the guard for trusted proxies determines it.
#[derive(Clone, Debug)]
pub struct ClientAddress(pub String);

/// The base URL at which the sender of a request reaches Passbook, without a trailing slash: the public URL, or, if
/// none is set, the address that the request was sent to.
#[derive(Clone, Debug)]
pub struct ReachedAt(pub String);

/// The shortest time between two log entries about untrusted forwarded headers.
const LOG_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// The last forwarded headers since the start that came from an address other than a trusted proxy's. Either the proxy
/// is missing from the settings, or an outsider forged them.
#[derive(Debug, Default)]
pub struct UntrustedProxy(Mutex<Option<Sighting>>);

/// Where and when such headers came from.
#[derive(Clone, Copy, Debug)]
pub struct Sighting {
    /// The address that sent the last ones.
    pub from: IpAddr,
    /// When the last ones came.
    pub at: Timestamp,
    logged_at: Timestamp,
}

impl UntrustedProxy {
    /// Records such headers and returns whether it is time to log them.
    pub fn note(&self, from: IpAddr, at: Timestamp) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = seen.is_none_or(|seen| at.duration_since(seen.logged_at).abs() >= LOG_EVERY);
        let logged_at = if due {
            at
        } else {
            seen.map_or(at, |seen| seen.logged_at)
        };
        *seen = Some(Sighting {
            from,
            at,
            logged_at,
        });
        due
    }

    /// Returns the last sighting, or `None` if there has been none since the start.
    #[must_use]
    pub fn last(&self) -> Option<Sighting> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
