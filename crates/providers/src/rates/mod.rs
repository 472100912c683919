//! Sources of exchange rates: Alpha Vantage, Coinbase, and the European Central Bank through Frankfurter.
//!
//! Each is a [`RateSource`], which makes one call and maps the response to a quote or a refusal. Quotas, pauses and the
//! order of sources are decided by the app's `rates/`.

mod alphavantage;
mod coinbase;
mod config;
mod frankfurter;
mod http;
mod refusals;
mod source;
mod wire;

#[cfg(test)]
mod tests;

pub use alphavantage::AlphaVantage;
pub use coinbase::Coinbase;
pub use config::RateConfig;
pub use frankfurter::Frankfurter;
pub use source::{Allowed, RateSource};
