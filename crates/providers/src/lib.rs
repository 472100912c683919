//! Clients for the services that Passbook asks: bank providers, sources of exchange rates and identity providers.
//!
//! Each bank provider is one folder with private wire types and one type that is a [`Provider`]; it returns the
//! domain's types only. The use-cases call them through the context. Nothing here knows the database.

#![cfg_attr(test, recursion_limit = "256")]

mod bounded;
mod bucket;
mod built_in;
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

pub use built_in::BuiltInBank;
pub use provider::{Begun, Key, Knock, LinkRequest, LinkWay, Provider, ReadFrom, WidgetPurpose};

use domain::problem::{Problem, Reason};
use domain::provider::Capabilities;

/// Every provider that is set up, in the order in which they are offered.
#[derive(Clone, Debug)]
pub struct Providers(Arc<[Arc<dyn Provider>]>);

impl Providers {
    /// Takes the providers that are set up.
    #[must_use]
    pub fn new(all: Vec<Arc<dyn Provider>>) -> Self {
        Self(all.into())
    }

    /// Iterates over all providers.
    pub fn all(&self) -> impl Iterator<Item = &dyn Provider> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// Returns the provider with this name.
    ///
    /// # Errors
    /// When this Passbook is not, or no longer, set up for it.
    pub fn named(&self, name: &str) -> Result<&dyn Provider, Problem> {
        let named = self.all().find(|provider| provider.name() == name);
        named.ok_or_else(|| Problem::ours(Reason::NotSetUp))
    }

    /// Returns the display name of the provider with this name; the name itself when this Passbook is not, or no longer,
    /// set up for it.
    #[must_use]
    pub fn title_of<'a>(&'a self, name: &'a str) -> &'a str {
        self.named(name).map_or(name, |provider| provider.title())
    }

    /// Returns the first provider whose capabilities satisfy `can`.
    ///
    /// # Errors
    /// When none does.
    pub fn first_that(&self, can: impl Fn(Capabilities) -> bool) -> Result<&dyn Provider, Problem> {
        let able = self.all().find(|provider| can(provider.capabilities()));
        able.ok_or_else(|| Problem::ours(Reason::NotSetUp))
    }

    /// Describes in words what a path of a provider's API asks.
    #[must_use]
    pub fn asked(&self, provider: &str, endpoint: &str) -> &'static str {
        let named = self.named(provider);
        named.map_or("Other request", |provider| provider.asked(endpoint))
    }
}
