//! App registration for the command line, in the database of a Passbook that may be running. A running Passbook reads
//! its apps with each request.

use super::clients::{NewClient, add, replace_secret, turn};
use crate::auth::AuthError;
use crate::config::Config;
use domain::client::Client;
use domain::clock::Clock;
use domain::secret::Secret;
use store::{Store, StoreError};

/// Does what [`super::register`] does.
///
/// # Errors
/// The errors of [`super::register`].
pub async fn register_in(
    config: &Config,
    clock: &Clock,
    new: NewClient,
) -> Result<(Client, Option<Secret>), AuthError> {
    let store = open(config).await?;
    let registered = add(&store, clock, new).await;
    store.close().await;
    registered
}

/// Does what [`super::list`] does.
pub async fn list_in(config: &Config, clock: &Clock) -> Result<Vec<(Client, i64)>, AuthError> {
    let store = open(config).await?;
    let clients = store.clients(clock.now().as_millisecond()).await;
    store.close().await;
    Ok(clients?)
}

/// Does what [`super::switch`] does.
pub async fn switch_in(
    config: &Config,
    clock: &Clock,
    id: &str,
    on: bool,
) -> Result<bool, AuthError> {
    let store = open(config).await?;
    let switched = turn(&store, clock, id, on).await;
    store.close().await;
    switched
}

/// Does what [`super::new_secret`] does.
///
/// # Errors
/// When the machine's randomness fails.
pub async fn new_secret_in(config: &Config, id: &str) -> Result<Option<Secret>, AuthError> {
    let store = open(config).await?;
    let secret = replace_secret(&store, id).await;
    store.close().await;
    secret
}

async fn open(config: &Config) -> Result<Store, StoreError> {
    Store::open(&config.data_dir.join("passbook.db")).await
}
