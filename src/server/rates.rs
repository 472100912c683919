//! The sources of exchange rates: real ones, the built-in bank, or none.

use url::Url;

use super::StartError;
use super::bank::BankAccess;
use crate::config::{Config, RatesFrom};
use crate::context::Rates;
use domain::clock::Clock;
use providers::rates::{AlphaVantage, Coinbase, Frankfurter, RateConfig};

/// Opens the sources that the settings name.
pub(super) fn open(
    config: &Config,
    built_in: Option<&BankAccess>,
    clock: &Clock,
) -> Result<Rates, StartError> {
    let settings = &config.rates;
    let built_in = built_in.map(|bank| bank.url.clone());
    let address = |set: &Option<Url>, usual: &str| match (settings.from, &built_in) {
        (RatesFrom::BuiltIn, Some(bank)) => Ok(bank.clone()),
        _ => set.clone().map_or_else(|| usual.parse(), Ok),
    };
    let unusable = |_| StartError::Settings("a source of exchange rates has no address".into());
    let sources = RateConfig {
        alphavantage_url: address(&settings.alphavantage_url, AlphaVantage::BASE_URL)
            .map_err(unusable)?,
        alphavantage_key: settings.alphavantage_key.clone(),
        coinbase_url: address(&settings.coinbase_url, Coinbase::BASE_URL).map_err(unusable)?,
        frankfurter_url: address(&settings.frankfurter_url, Frankfurter::BASE_URL)
            .map_err(unusable)?,
    };
    let sources = match settings.from {
        RatesFrom::Off => Vec::new(),
        RatesFrom::BuiltIn | RatesFrom::Live => {
            sources.sources(clock).map_err(StartError::Settings)?
        }
    };
    for pair in &settings.pairs {
        if !sources.is_empty() && !sources.iter().any(|source| source.covers(pair)) {
            tracing::warn!(%pair, "no source has this pair: check PASSBOOK_RATE_PAIRS");
        }
    }
    Ok(Rates::new(sources, &settings.pairs))
}
