//! MX (Platform API v20250224).
//!
//! People type their bank's credentials here, which are passed on to MX and never stored, or log in on MX's or the
//! bank's own page. MX has no cursor, so transactions are read by date window. Wire types are private to this room.

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

/// The provider's name in the database, in addresses and in settings.
pub const NAME: &str = "mx";
