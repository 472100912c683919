//! The sources' addresses, and the key for the one that needs it.

use std::sync::Arc;

use url::Url;

use super::alphavantage::AlphaVantage;
use super::coinbase::Coinbase;
use super::frankfurter::Frankfurter;
use super::source::RateSource;
use domain::clock::Clock;
use domain::secret::Secret;

/// How the sources are reached.
#[derive(Clone, Debug)]
pub struct RateConfig {
    /// The base URL of Alpha Vantage, usually [`AlphaVantage::BASE_URL`].
    pub alphavantage_url: Url,
    /// The key for Alpha Vantage. Without one it is not asked.
    pub alphavantage_key: Option<Secret>,
    /// The base URL of Coinbase, usually [`Coinbase::BASE_URL`].
    pub coinbase_url: Url,
    /// The base URL of Frankfurter, usually [`Frankfurter::BASE_URL`]. It can be self-hosted.
    pub frankfurter_url: Url,
}

impl RateConfig {
    /// Returns the sources that are set up, in the order in which they are asked.
    ///
    /// # Errors
    /// When a URL cannot have a path, or TLS cannot be set up.
    pub fn sources(&self, clock: &Clock) -> Result<Vec<Arc<dyn RateSource>>, String> {
        let mut all: Vec<Arc<dyn RateSource>> = Vec::new();
        if let Some(key) = self.alphavantage_key.clone() {
            let alphavantage = AlphaVantage::new(&self.alphavantage_url, key, clock.clone())?;
            all.push(Arc::new(alphavantage));
        }
        all.push(Arc::new(Coinbase::new(&self.coinbase_url, clock.clone())?));
        let frankfurter = Frankfurter::new(&self.frankfurter_url, clock.clone())?;
        all.push(Arc::new(frankfurter));
        Ok(all)
    }
}
