//! Asks a running Passbook whether it works, for containers and monitors.

use std::time::Duration;

use super::config;
use crate::server::StartError;

/// Shorter than the timeout of container engines.
const PATIENCE: Duration = Duration::from_secs(8);

/// Asks the Passbook that these settings belong to.
///
/// # Errors
/// When it does not answer, or does not work.
pub(super) async fn healthcheck() -> Result<(), StartError> {
    let address = config()?.local_address();
    let failed = |why: String| StartError::Settings(format!("Passbook at {address} {why}"));
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .no_proxy()
        .build()
        .map_err(|error| failed(format!("cannot be checked: {error}")))?;
    let answer = client.get(format!("http://{address}/readyz")).send().await;
    let answer = answer
        .map_err(|_| failed("is not responding: it is not running, or is still starting".into()))?;
    match answer.status().is_success() {
        true => Ok(()),
        false => Err(failed(
            "is running but cannot write to its database: check its log, and the free space in its data directory".into(),
        )),
    }
}
