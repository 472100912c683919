//! MX (Platform API v20250224). The person types their bank's credentials here; they are passed on, and kept nowhere.

mod asking;
mod body;
mod category;
mod challenges;
mod client;
mod config;
mod convert;
mod feed;
mod http;
mod institutions;
mod limits;
mod link;
mod member;
mod page;
mod paths;
mod people;
mod problems;
mod provider;
mod status;
mod token;
mod watch;
mod webhook;
mod wire;

#[cfg(test)]
mod tests;

pub use client::Mx;
pub use config::{INTEGRATION, MxConfig, PRODUCTION, base_of};
pub use paths::asked;
pub use webhook::read_webhook;

/// The word for it where several providers are told apart: in the database, in addresses and in settings.
pub const NAME: &str = "mx";
