//! `passbook fsck`: compares the stored transactions with the banks'. It only reads, so Passbook can keep running.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{StartError, bank, file_access, permissions};
use crate::config::Config;
use crate::context::{Ctx, Rates};
use crate::metrics::Metrics;
use crate::outbound_http::Outbound;
use crate::sync::{self, Report, SyncError};
use crate::vault::Vault;
use ::bank::Pace;
use domain::clock::Clock;
use domain::id::ConnectionId;
use store::Store;

/// Returns the message about a missing database.
pub(super) fn no_database(file: &Path) -> String {
    let shown = file.display();
    format!("{shown} does not exist: set PASSBOOK_DATA_DIR to the data directory to check")
}

/// Compares one connection, or all when none is named.
///
/// # Errors
/// When the database, the key or the bank cannot be used, or the connection does not exist.
pub async fn fsck(
    config: Config,
    clock: Clock,
    connection: Option<&str>,
) -> Result<Report, StartError> {
    let unknown = || StartError::Settings("there is no such connection".into());
    let only = match connection {
        Some(id) => Some(ConnectionId::parse(id).ok_or_else(unknown)?),
        None => None,
    };
    file_access::refuse(&config)?;
    let file = config.data_dir.join("passbook.db");
    if !file.exists() {
        return Err(StartError::Settings(no_database(&file)));
    }
    permissions::close(&config.data_dir, Some(&config.key_file))?;
    Store::inspect(&file)?;
    // This also refuses another program's database.
    Store::is_new(&file).await?;
    let store = Store::open_to_read(&file).await?;
    let vault = Vault::open(&config.key_file, false)?;
    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    // These calls are not recorded, because the database is opened read-only.
    let (calls, _) = tokio::sync::mpsc::unbounded_channel();
    let bank = bank::open(&config, &clock, Pace::default(), calls, &mut tasks, &stop).await?;
    let instance = store.instance().await?;
    let ctx = Ctx {
        instance: instance.into(),
        store,
        providers: bank.providers,
        built_in: None,
        demo: false,
        outbound: Outbound::new(config.webhooks_to_private).map_err(StartError::Settings)?,
        clock,
        config: Arc::new(config),
        untrusted_proxy: Arc::default(),
        work: Arc::new(Notify::new()),
        metrics: Metrics::default(),
        vault,
        rates: Arc::new(Rates::new(Vec::new(), &[])),
        sign_in: Arc::default(),
    };
    let report = sync::report_all(&ctx, only.as_ref()).await;
    stop.cancel();
    ctx.store.close().await;
    report.map_err(|error| match error {
        SyncError::NotFound | SyncError::NotLinkedYet | SyncError::NoLongerLinked => unknown(),
        SyncError::Store(error) => error.into(),
        SyncError::Provider(problem) => StartError::Settings(problem.message),
    })
}
