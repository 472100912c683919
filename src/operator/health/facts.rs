//! What the checks go by. The page gathers it from the Passbook that it is a page of, `passbook doctor` from the files of
//! one that may be stopped or damaged.

use std::net::IpAddr;
use std::path::Path;

use jiff::Timestamp;

use super::checks::WITHOUT_ANSWER;
use crate::config::Config;
use crate::context::Ctx;
use domain::clock::Clock;
use store::{CallRecord, Health, Silence, Store, StoreError};

/// So many of the newest calls to a provider are looked at for one that was answered.
const CALLS: u32 = 20;

/// What the checks go by.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The time.
    pub clock: &'a Clock,
    /// The providers in use, by their words.
    pub providers: Vec<&'static str>,
    /// What the database tells; none when it cannot be read.
    pub told: Option<Told>,
    /// From where forwarded headers came last that were not believed.
    pub untrusted_proxy: Option<IpAddr>,
    /// Whether there is a database, so that the key belongs to something.
    pub begun: bool,
    /// Whether the key file holds an old key beside the new one.
    pub two_keys: bool,
    /// Whether the program carries what runs in the browser.
    pub islands: bool,
    /// Whether whoever reads what is found may see MX's webhook address, which is a secret.
    pub shows_secret_address: bool,
}

/// What the database tells.
#[derive(Clone, Debug)]
pub struct Told {
    /// The random id of this Passbook.
    pub instance: String,
    /// The last genuine webhook.
    pub last_webhook_at: Option<Timestamp>,
    /// Webhooks of the last day that were refused for their time.
    pub refused_for_time: i64,
    /// Since when each provider that has connections has told nothing.
    pub silences: Vec<Silence>,
    /// What came of the last calls to each provider.
    pub answers: Vec<Answered>,
    /// From where forwarded headers came that were not believed, in the last thirty days.
    pub untrusted_proxy: Option<IpAddr>,
    /// The version of SQLite.
    pub sqlite_version: String,
    /// Whether changes go to a write-ahead log first.
    pub writes_ahead: bool,
}

/// What came of the last calls to a provider.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Which, by its word.
    pub provider: &'static str,
    /// Whether anything is known to have been asked of it.
    pub tried: bool,
    /// The last call that it answered itself.
    pub last: Option<CallRecord>,
}

impl<'a> Facts<'a> {
    /// Of the Passbook that runs here.
    pub async fn of(ctx: &'a Ctx, health: &Health, islands: bool) -> Result<Facts<'a>, StoreError> {
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
    /// What a database tells, its figures included.
    ///
    /// # Errors
    /// When it fails.
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

/// The file and what lies beside it until it is written back, in bytes.
pub(super) fn database_size(data_dir: &Path) -> u64 {
    let files = ["passbook.db", "passbook.db-wal"];
    files
        .iter()
        .filter_map(|name| data_dir.join(name).metadata().ok())
        .map(|file| file.len())
        .sum()
}
