//! Sources of exchange rates: Alpha Vantage, Coinbase and the European Central Bank by way of Frankfurter.

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
