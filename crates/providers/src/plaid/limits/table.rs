//! Plaid's default rate limits (plaid.com/docs/errors/rate-limit-exceeded, as of 2026).

use jiff::SignedDuration;

/// Which calls are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Those about one Item.
    Item,
    /// All of the client.
    Client,
    /// All of the client that begin without a cursor.
    Beginning,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub endpoint: &'static str,
    pub scope: Scope,
    pub per: SignedDuration,
    /// The calls allowed in production and in Plaid's Sandbox; 0 means no limit.
    pub production: u32,
    pub sandbox: u32,
}

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

use Scope::{Beginning, Client, Item};

pub(super) const TABLE: [Limit; 20] = [
    limit("/transactions/sync", Item, MINUTE, 50, 50),
    limit("/transactions/sync", Client, MINUTE, 2_500, 1_000),
    limit("/transactions/sync", Beginning, MINUTE, 500, 0),
    limit("/item/get", Item, MINUTE, 15, 40),
    limit("/item/get", Client, MINUTE, 5_000, 5_000),
    limit("/accounts/get", Item, MINUTE, 15, 100),
    limit("/accounts/get", Client, MINUTE, 15_000, 5_000),
    limit("/accounts/balance/get", Item, MINUTE, 5, 25),
    limit("/accounts/balance/get", Item, HOUR, 30, 0),
    limit("/accounts/balance/get", Client, MINUTE, 1_200, 100),
    limit("/transactions/refresh", Item, MINUTE, 2, 2),
    limit("/transactions/refresh", Item, HOUR, 120, 120),
    limit("/transactions/refresh", Item, DAY, 2_880, 2_880),
    limit("/transactions/refresh", Client, MINUTE, 100, 100),
    limit("/item/remove", Item, MINUTE, 20, 100),
    limit("/item/remove", Client, MINUTE, 2_000, 500),
    limit("/institutions/get_by_id", Client, MINUTE, 400, 400),
    limit("/institutions/search", Client, MINUTE, 400, 400),
    limit("/item/public_token/exchange", Client, MINUTE, 12_000, 0),
    limit("/link/token/create", Client, MINUTE, 20_000, 0),
];

const fn limit(
    endpoint: &'static str,
    scope: Scope,
    per: SignedDuration,
    production: u32,
    sandbox: u32,
) -> Limit {
    Limit {
        endpoint,
        scope,
        per,
        production,
        sandbox,
    }
}
