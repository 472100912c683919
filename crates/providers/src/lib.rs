//! The ways to the banks. Each provider has its own room, with private wire types, and hands out what the
//! domain talks about. Nothing here knows the database.

#![cfg_attr(test, recursion_limit = "256")]

pub mod plaid;

use std::sync::Arc;

use plaid::Plaid;

/// Every provider that is set up.
#[derive(Clone, Debug)]
pub struct Providers {
    /// Plaid, or whoever speaks its wire.
    pub plaid: Arc<Plaid>,
}

impl Providers {
    /// What a path of a provider's asks, in words.
    #[must_use]
    pub fn asked(&self, provider: &str, endpoint: &str) -> &'static str {
        match provider {
            plaid::NAME => plaid::asked(endpoint),
            _ => "Something else",
        }
    }
}
