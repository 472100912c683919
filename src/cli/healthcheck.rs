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
        .map_err(|error| failed(format!("cannot be asked: {error}")))?;
    let answer = client.get(format!("http://{address}/readyz")).send().await;
    let answer = answer
        .map_err(|_| failed("does not answer: it is not running, or still starting".into()))?;
    match answer.status().is_success() {
        true => Ok(()),
        false => Err(failed(
            "runs, but cannot write to its database: see its log, and the free space of its data directory".into(),
        )),
    }
}
