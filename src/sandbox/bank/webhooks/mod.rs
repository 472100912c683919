//! Webhooks: what goes out, signed, and again until it has arrived.

mod sign;

use tokio_util::sync::CancellationToken;

use super::{Bank, BankError};

pub(super) use sign::{PublicKey, Signer};

/// An HTTP client that waits ten seconds and never follows a redirect, as Plaid's sender.
pub(super) fn client() -> Result<reqwest::Client, BankError> {
    Ok(reqwest::Client::builder()
        .timeout(std::time::Duration::from_secs(10))
        .redirect(reqwest::redirect::Policy::none())
        .user_agent("Plaid")
        .build()?)
}

impl Bank {
    pub(in crate::sandbox) async fn run(&self, stop: CancellationToken) {
        stop.cancelled().await;
    }

    pub(in crate::sandbox) async fn tick(&self) -> Result<(), BankError> {
        Ok(())
    }
}
