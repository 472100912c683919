//! What every use-case needs: the books, the providers, the time and the settings.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};

use crate::config::Config;
use crate::metrics::Metrics;
use crate::outbound::Outbound;
use crate::vault::Vault;
use domain::clock::Clock;
use domain::identity::{IdentityProvider, VerifiedIdentity, usual_name};
use domain::rate::{KeptQuote, Pair};
use providers::Providers;
use providers::identity::IdentitySource;
use providers::rates::RateSource;
use store::Store;

/// The context of every use-case. Clones share everything.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// The random id of this Passbook, which tells its cookies from those of another one on the same host.
    pub instance: Arc<str>,
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
    /// Whether a proxy stands in front that is not trusted.
    pub untrusted_proxy: Arc<UntrustedProxy>,
    /// Rung when there is new background work, so that nobody waits for the next look.
    pub work: Arc<Notify>,
    /// What is counted for Prometheus.
    pub metrics: Metrics,
    /// What seals access tokens.
    pub vault: Vault,
    /// The way to exchange rates.
    pub rates: Arc<Rates>,
    /// The identity providers that people can log in with.
    pub sign_in: Arc<SignIn>,
}

/// The identity providers that people can log in with.
#[derive(Debug, Default)]
pub struct SignIn {
    /// Each that is set up, in the order in which people see them.
    pub sources: Vec<Arc<dyn IdentitySource>>,
    /// Whether the built-in bank simulates them: then anybody can be anybody there.
    pub simulated: bool,
}

impl SignIn {
    /// The way to the provider with this slug, if it is set up.
    #[must_use]
    pub fn source(&self, slug: &str) -> Option<&dyn IdentitySource> {
        let mut sources = self.sources.iter().map(AsRef::as_ref);
        sources.find(|source| source.provider().slug() == slug)
    }

    /// The issuers that are set up: people can log in with identities of theirs.
    #[must_use]
    pub fn issuers(&self) -> Vec<&str> {
        self.sources.iter().map(|source| source.issuer()).collect()
    }

    /// What people call the provider of an identity.
    #[must_use]
    pub fn name_of(&self, identity: &VerifiedIdentity) -> String {
        self.name_of_issuer(identity.provider, &identity.issuer)
    }

    /// What people call the provider with this issuer, which may not be set up any more.
    #[must_use]
    pub fn name_of_issuer(&self, provider: IdentityProvider, issuer: &str) -> String {
        let source = self.sources.iter().find(|source| source.issuer() == issuer);
        source.map_or_else(
            || usual_name(provider, issuer),
            |source| source.name().to_owned(),
        )
    }
}

/// The way to exchange rates, and to those who wait for the next ones.
#[derive(Debug)]
pub struct Rates {
    /// The sources, in the order in which they are asked; none when rates are switched off.
    pub sources: Vec<Arc<dyn RateSource>>,
    /// Of each pair, whose turn it is to fetch it.
    pub turns: HashMap<Pair, Turn>,
    /// Held while all pairs are looked after.
    pub round: tokio::sync::Mutex<()>,
    /// Held by the round that waits for the one before.
    pub next_round: tokio::sync::Mutex<()>,
    /// What subscribers were told last.
    pub told: watch::Sender<Told>,
}

/// The fetches of a pair, one at a time: who comes while there is one takes what comes of it.
#[derive(Debug, Default)]
pub struct Turn {
    /// How many have ended.
    pub ended: AtomicU64,
    /// What came of the last one.
    pub last: tokio::sync::Mutex<LastFetch>,
}

/// What is known from fetching a pair, in this process.
#[derive(Debug, Default)]
pub struct LastFetch {
    /// What came of the last fetch: a quote, or the time from which a source may be asked again.
    pub came: Option<Result<KeptQuote, Timestamp>>,
    /// Sources that do not have the pair, and since when that is known.
    pub not_offered: HashMap<&'static str, Timestamp>,
}

/// What subscribers are told.
#[derive(Clone, Debug)]
pub enum Told {
    /// The newest quote of each pair that has one, in the order of the settings.
    Newest(Arc<Vec<KeptQuote>>),
    /// The program stops.
    Ended,
}

impl Rates {
    /// Rates of these pairs from these sources.
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

/// How the one who sent a request reaches Passbook, without a slash at the end: the public URL, or without one the
/// address that the request itself was sent to.
#[derive(Clone, Debug)]
pub struct ReachedAt(pub String);

/// How often it is logged that forwarded headers are not believed.
const LOG_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// Forwarded headers that came from an address which is not a trusted proxy's, since the start: either the proxy is
/// missing from the settings, or a stranger makes them up.
#[derive(Debug, Default)]
pub struct UntrustedProxy(Mutex<Option<Sighting>>);

/// When such headers came.
#[derive(Clone, Copy, Debug)]
pub struct Sighting {
    /// From where the last ones came.
    pub from: IpAddr,
    /// When the last ones came.
    pub at: Timestamp,
    logged_at: Timestamp,
}

impl UntrustedProxy {
    /// Keeps in mind that they came, and says whether it is time to log it.
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

    /// The last ones.
    #[must_use]
    pub fn last(&self) -> Option<Sighting> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
