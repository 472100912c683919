//! The facts that the checks judge. The page gathers them from its own running Passbook, `passbook doctor` from the
//! files of one that may be stopped or damaged.

use std::net::IpAddr;
use std::path::Path;

use jiff::Timestamp;

use super::checks::WITHOUT_ANSWER;
use crate::config::Config;
use crate::context::Ctx;
use domain::clock::Clock;
use store::{CallRecord, Health, Silence, Store, StoreError};

/// How many of a provider's newest calls are searched for one that it answered.
const CALLS: u32 = 20;

/// The facts that the checks judge.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The time.
    pub clock: &'a Clock,
    /// The names of the providers in use.
    pub providers: Vec<&'static str>,
    /// What the database says; `None` when it cannot be read.
    pub told: Option<Told>,
    /// The last address that sent forwarded headers without being trusted.
    pub untrusted_proxy: Option<IpAddr>,
    /// Whether a database exists; without one a key file is not needed yet.
    pub begun: bool,
    /// Whether the key file holds an old key beside the new one.
    pub two_keys: bool,
    /// Whether the program includes the files that run in the browser.
    pub islands: bool,
    /// Whether the reader may see MX's webhook address, which is a secret.
    pub shows_secret_address: bool,
}

/// What the database says.
#[derive(Clone, Debug)]
pub struct Told {
    /// The random id of this Passbook.
    pub instance: String,
    /// When the last genuine webhook came.
    pub last_webhook_at: Option<Timestamp>,
    /// How many webhooks of the last day were refused because of their time.
    pub refused_for_time: i64,
    /// For each provider with connections, how long it has sent no webhook.
    pub silences: Vec<Silence>,
    /// The outcome of the last calls to each provider.
    pub answers: Vec<Answered>,
    /// An address that sent forwarded headers in the last thirty days without being trusted.
    pub untrusted_proxy: Option<IpAddr>,
    /// The version of SQLite.
    pub sqlite_version: String,
    /// Whether SQLite uses a write-ahead log.
    pub writes_ahead: bool,
}

/// The outcome of the last calls to a provider.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The provider's name.
    pub provider: &'static str,
    /// Whether any call to it is known.
    pub tried: bool,
    /// The last call that the provider itself answered.
    pub last: Option<CallRecord>,
}

impl<'a> Facts<'a> {
    /// Gathers the facts of the running Passbook.
    pub async fn gather(
        ctx: &'a Ctx,
        health: &Health,
        islands: bool,
    ) -> Result<Facts<'a>, StoreError> {
        let providers: Vec<_> = ctx.providers.all().map(|it| it.name()).collect();
        let told = Told::by(&ctx.store, ctx.clock.now(), &providers, health).await?;
        let seen = ctx.untrusted_proxy.last().map(|seen| seen.from);
        Ok(Facts {
            config: &ctx.config,
            clock: &ctx.clock,
            providers,
            untrusted_proxy: seen.or(told.untrusted_proxy),
            told: Some(told),
            begun: true,
            two_keys: ctx.vault.is_between_keys(),
            islands,
            shows_secret_address: true,
        })
    }
}

impl Told {
    /// Reads the facts from a database, its figures included.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by(
        store: &Store,
        now: Timestamp,
        providers: &[&'static str],
        health: &Health,
    ) -> Result<Self, StoreError> {
        let mut answers = Vec::with_capacity(providers.len());
        for provider in providers {
            answers.push(answered(store, provider).await?);
        }
        Ok(Self {
            instance: store.instance().await?,
            last_webhook_at: health.last_webhook_at,
            refused_for_time: health.refused_for_time,
            silences: store.silences().await?,
            answers,
            untrusted_proxy: store.untrusted_proxy(now).await?,
            sqlite_version: store.sqlite_version().await?,
            writes_ahead: store.writes_ahead().await?,
        })
    }
}

async fn answered(store: &Store, provider: &'static str) -> Result<Answered, StoreError> {
    let calls = store.newest_calls(provider, CALLS).await?;
    let tried = !calls.is_empty();
    let told = |call: &CallRecord| !call.reason.is_some_and(|it| WITHOUT_ANSWER.contains(&it));
    Ok(Answered {
        provider,
        tried,
        last: calls.into_iter().find(told),
    })
}

/// Returns the size of the database file and its write-ahead log, in bytes.
pub(super) fn database_size(data_dir: &Path) -> u64 {
    let files = ["passbook.db", "passbook.db-wal"];
    files
        .iter()
        .filter_map(|name| data_dir.join(name).metadata().ok())
        .map(|file| file.len())
        .sum()
}
