//! The assembly: starts every part of the program, and stops them in order.

pub mod assets;
mod backups;
mod bank;
mod client_address;
mod connections;
mod cookies;
mod data_dir;
mod demo;
mod doctor;
mod error_pages;
mod file_access;
mod fsck;
mod guards;
mod headers;
mod health;
mod hosts;
mod listen;
mod metrics;
mod permissions;
mod rates;
mod render;
mod request_id;
mod rotate_key;
mod router;
mod sign_in;
pub mod site;
mod start_error;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use routes::Declared;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::context::Ctx;
use crate::metrics::Metrics;
use crate::outbound_http::Outbound;
use crate::rates::end as end_rates;
use crate::vault::Vault;
use crate::{auth, jobs, sync};
use ::bank::Pace;
use domain::clock::Clock;
use domain::secret::Secret;
use store::Store;

use connections::{Connections, Limits};
use data_dir::lock_data_dir;
use listen::Patience;

pub use crate::auth::DEMO_EMAIL;
pub use backups::{
    BackupError, Destination, Encryption, Opening, RestoreError, RestoreFailure, Restored, Summary,
    WantedBackup, check_backup, passphrase_in, restore_backup,
};
pub use bank::serve_sandbox;
pub use data_dir::prepare_data_dir;
pub use demo::DEMO_PASSWORD;
pub use doctor::{Diagnosis, doctor};
pub use file_access::explain as explain_denied;
pub use fsck::fsck;
pub use rotate_key::{RotateError, rotate_key};
pub use start_error::{StartError, explained};

/// How long a shutdown may take.
pub const STOP_WITHIN: Duration = Duration::from_secs(10);

/// The options of `serve`.
#[derive(Clone, Debug)]
pub struct Options {
    /// The settings.
    pub config: Config,
    /// The clock.
    pub clock: Clock,
    /// How quickly the built-in bank fetches history.
    pub pace: Pace,
    /// Whether to create a demo person with two banks.
    pub demo: bool,
}

/// A running program.
#[derive(Debug)]
pub struct Running {
    /// The URL of its pages, without a trailing slash.
    pub url: String,
    /// The context of its use-cases, for the command line and for tests.
    pub ctx: Ctx,
    /// The one-time code that makes the first operator, while there is none.
    pub operator_code: Option<Secret>,
    routes: Declared,
    stop: CancellationToken,
    tasks: JoinSet<()>,
    // Held until the end, because dropping it releases the lock.
    _lock: std::fs::File,
}

/// Starts the program.
///
/// # Errors
/// The first problem that prevents the start.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let Options {
        mut config,
        clock,
        pace,
        demo,
    } = options;
    refuse_unencrypted_backups(&config)?;
    prepare_data_dir(&config).await?;
    let lock = lock_data_dir(&config)?;
    let database = config.data_dir.join("passbook.db");
    let store = Store::open(&database).await?;
    if let Err(error) = store.mark(&database).await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the database could not be marked, so a copy put in its place after a crash will not be noticed"
        );
    }
    let vault = open_vault(&config, &store).await?;
    let listener = bind(&mut config.listen, StartError::Listen).await?;
    let for_metrics = match &mut config.metrics_listen {
        Some(address) => Some(bind(address, StartError::MetricsListen).await?),
        None => None,
    };
    demo::refuse_where_it_has_no_place(demo, &config)?;
    let limits = Limits::new(&config.network, connections::raise_open_files())?;
    warn_of_settings(&config);

    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    let (calls, recorder) = tokio::sync::mpsc::unbounded_channel();
    let bank = bank::open(&config, &clock, pace, calls, &mut tasks, &stop).await?;
    if let Some(built_in) = bank.built_in {
        tasks.spawn(built_in.run(stop.clone()));
    }
    store.release_all_leases(clock.now()).await?;
    store.forget_open_writes().await?;
    store.set_mails(config.mail.is_some()).await?;
    let rates = rates::open(&config, bank.api.as_ref(), &clock)?;
    let sign_in = sign_in::open(&config, demo, bank.api.as_ref(), &clock)?;
    let config = Arc::new(config);
    let instance = store.instance().await?;
    let built_in = bank
        .api
        .as_ref()
        .map(bank::BankAccess::client)
        .transpose()?;
    let ctx = Ctx {
        instance: instance.into(),
        store,
        providers: bank.providers,
        built_in,
        demo,
        outbound: Outbound::new(config.webhooks_to_private).map_err(StartError::Settings)?,
        clock,
        config,
        untrusted_proxy: Arc::default(),
        work: Arc::new(Notify::new()),
        metrics: match for_metrics {
            Some(_) => Metrics::on(),
            None => Metrics::default(),
        },
        vault,
        rates: Arc::new(rates),
        sign_in: Arc::new(sign_in),
    };
    ctx.store.forget_refused_rate_keys().await?;
    sync::recall_calls(&ctx).await?;
    // Done here, so that a new public address reaches every bank.
    sync::request_webhook_moves(&ctx).await?;
    jobs::spawn(&ctx, recorder, &mut tasks, &stop);
    let app = router::router(&ctx, bank.faces, limits.for_subscribers())?;
    let routes = app.declared().clone();
    let connections = Connections::new(limits);
    if let Some(listener) = for_metrics {
        let (ctx, connections) = (ctx.clone(), connections.clone());
        tasks.spawn(metrics::serve(listener, ctx, connections, stop.clone()));
    }
    tasks.spawn(listen::serve(
        listener,
        app.into(),
        connections,
        Patience::default(),
        stop.clone(),
    ));
    let (its_ctx, its_stop) = (ctx.clone(), stop.clone());
    tasks.spawn(async move {
        its_stop.cancelled().await;
        end_rates(&its_ctx).await;
    });
    if demo {
        demo::prepare(&ctx).await?;
    }
    let operator_code = auth::operators::offer_code(&ctx).await?;
    Ok(Running {
        url: ctx.config.base_url(),
        ctx,
        operator_code,
        routes,
        stop,
        tasks,
        _lock: lock,
    })
}

impl Running {
    /// Returns every route, for tests that check all of them.
    pub fn routes(&self) -> &Declared {
        &self.routes
    }

    /// Stops the program: accepts no more requests, lets running ones finish, aborts what does not end in time, and
    /// closes the database. A kill does no harm; a clean stop only saves the next start some work.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_WITHIN.mul_f32(0.8), all)
            .await
            .is_err()
        {
            tracing::warn!("some work did not finish in time");
            self.tasks.abort_all();
        }
        self.ctx.store.close().await;
        // A closed database has no log. The mark must not get into copies of the whole folder.
        let database = self.ctx.config.data_dir.join("passbook.db");
        if let Err(error) = Store::forget_mark(&database) {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the database's mark could not be deleted"
            );
        }
    }
}

/// Listens, and stores the actual address: port 0 means any that is free.
async fn bind(
    address: &mut SocketAddr,
    failed: fn(SocketAddr, io::Error) -> StartError,
) -> Result<TcpListener, StartError> {
    let wanted = *address;
    let told = |error| failed(wanted, error);
    let listener = TcpListener::bind(wanted).await.map_err(told)?;
    *address = listener.local_addr().map_err(told)?;
    Ok(listener)
}

/// Refuses scheduled backups without encryption. Only making backups needs this setting; checking them does not.
fn refuse_unencrypted_backups(config: &Config) -> Result<(), StartError> {
    match config.backups.dir.is_none() || config.backups.are_encrypted() {
        true => Ok(()),
        false => Err(StartError::Settings(format!(
            "{}.",
            BackupError::NoEncryption
        ))),
    }
}

/// Warns of settings that are valid, but together hardly intended.
fn warn_of_settings(config: &Config) {
    if config.is_https() && config.network.trusted_proxies.is_empty() {
        tracing::warn!(
            "PASSBOOK_PUBLIC_URL is https, so there is a proxy in front, but PASSBOOK_TRUSTED_PROXIES is not set: everyone who connects through the proxy shares one address, and wrong passwords from one person can lock everyone out. Set it to the proxy's address"
        );
    }
    if config.public_url.is_none() && !config.listen.ip().is_loopback() {
        tracing::warn!(
            "other machines can reach {}, but PASSBOOK_PUBLIC_URL is not set: pages and the API use the address of each request, the command line uses {}, and providers get no webhook address. Set it to the address that people use, like https://passbook.example.org",
            config.listen,
            config.base_url()
        );
    }
    if let Some(address) = config.metrics_listen.filter(|at| !at.ip().is_loopback()) {
        tracing::warn!(
            "other machines can reach the metrics at {address}, which need no log-in: set PASSBOOK_METRICS_LISTEN to a loopback address, unless this one is on a private network"
        );
    }
}

/// Opens the key file. A key is created only while nothing has been sealed with another.
async fn open_vault(config: &Config, store: &Store) -> Result<Vault, StartError> {
    let sealed = store.sealed_values().await?;
    let sealed = sealed.first();
    let told = |error| match sealed {
        Some(_) => StartError::Vault(error),
        None => StartError::Key(error),
    };
    let vault = Vault::open(&config.key_file, sealed.is_none()).map_err(told)?;
    if let Some(value) = sealed {
        vault.unseal(&value.sealed, &value.row, &value.owner)?;
    }
    if vault.is_between_keys() {
        tracing::warn!(
            "the key file holds both the old and the new key: stop Passbook and run `passbook rotate-key` to finish the change"
        );
    }
    Ok(vault)
}
