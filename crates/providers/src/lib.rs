//! The ways to the banks. Each provider has its own room, with private wire types, and hands out what the
//! domain talks about. Nothing here knows the database.

#![cfg_attr(test, recursion_limit = "256")]

mod bounded;
mod bucket;
mod details;
mod hex;
pub mod identity;
#[cfg(test)]
mod log;
pub mod mx;
mod null;
mod number;
pub mod plaid;
mod provider;
pub mod rates;
mod retry_after;

use std::sync::Arc;

pub use provider::{Begun, Key, Knock, LinkRequest, LinkWay, Provider, ReadFrom, WidgetPurpose};

use domain::problem::{Problem, Reason};
use domain::provider::Capabilities;

/// Every provider that is set up, in the order in which they are offered.
#[derive(Clone, Debug)]
pub struct Providers(Arc<[Arc<dyn Provider>]>);

impl Providers {
    /// Takes what is set up.
    #[must_use]
    pub fn new(all: Vec<Arc<dyn Provider>>) -> Self {
        Self(all.into())
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &dyn Provider> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// The one with this name.
    ///
    /// # Errors
    /// When this Passbook is not set up for it, or no longer.
    pub fn named(&self, name: &str) -> Result<&dyn Provider, Problem> {
        let named = self.all().find(|provider| provider.name() == name);
        named.ok_or_else(|| Problem::ours(Reason::NotSetUp))
    }

    /// The first that can do something.
    ///
    /// # Errors
    /// When none that is set up can.
    pub fn first_that(&self, can: impl Fn(Capabilities) -> bool) -> Result<&dyn Provider, Problem> {
        let able = self.all().find(|provider| can(provider.capabilities()));
        able.ok_or_else(|| Problem::ours(Reason::NotSetUp))
    }

    /// What a path of a provider's asks, in words.
    #[must_use]
    pub fn asked(&self, provider: &str, endpoint: &str) -> &'static str {
        let named = self.named(provider);
        named.map_or("Other request", |provider| provider.asked(endpoint))
    }
}
