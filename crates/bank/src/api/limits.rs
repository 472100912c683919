//! Rate limits of Plaid's Sandbox: calls per minute, by Item and by client.

use std::collections::HashMap;
use std::sync::Mutex;

use jiff::Timestamp;

use super::call::Call;
use crate::bank::{Refusal, hash};

/// Path, calls per Item, calls per client, and the error code above the limit.
const LIMITS: &[(&str, Option<u32>, Option<u32>, &str)] = &[
    (
        "/accounts/balance/get",
        Some(25),
        Some(100),
        "BALANCE_LIMIT",
    ),
    ("/accounts/get", Some(100), Some(5000), "ACCOUNTS_LIMIT"),
    (
        "/institutions/get",
        None,
        Some(10),
        "INSTITUTIONS_GET_LIMIT",
    ),
    (
        "/institutions/get_by_id",
        None,
        Some(400),
        "INSTITUTIONS_GET_BY_ID_LIMIT",
    ),
    ("/item/get", Some(40), Some(5000), "ITEM_GET_LIMIT"),
    ("/item/remove", Some(100), Some(500), "RATE_LIMIT"),
    (
        "/transactions/get",
        Some(80),
        Some(1000),
        "TRANSACTIONS_LIMIT",
    ),
    (
        "/transactions/refresh",
        Some(2),
        Some(100),
        "TRANSACTIONS_REFRESH_LIMIT",
    ),
    (
        "/transactions/sync",
        Some(50),
        Some(1000),
        "TRANSACTIONS_SYNC_LIMIT",
    ),
    (
        "/sandbox/transactions/create",
        Some(2),
        Some(50),
        "RATE_LIMIT",
    ),
];

/// The calls counted in the current minute.
#[derive(Default)]
pub struct Limits {
    window: Mutex<Window>,
}

#[derive(Default)]
struct Window {
    minute: i64,
    calls: HashMap<(&'static str, String), u32>,
}

impl Limits {
    /// Counts a call and refuses it above the limit.
    pub fn count(&self, path: &str, call: &Call, now: Timestamp) -> Result<(), Refusal> {
        let Some((path, per_item, per_client, code)) = LIMITS.iter().find(|limit| limit.0 == path)
        else {
            return Ok(());
        };
        let mut window = self
            .window
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let minute = now.as_second().div_euclid(60);
        if window.minute != minute {
            *window = Window {
                minute,
                calls: HashMap::new(),
            };
        }
        // Keyed by the token's hash, so that no token stays in memory after its call.
        let item = (*per_item).map(|limit| (limit, hash(call.text("access_token"))));
        let client = (*per_client).map(|limit| (limit, format!("client {}", call.client_id)));
        for (limit, who) in item.into_iter().chain(client) {
            let calls = window.calls.entry((*path, who)).or_default();
            *calls += 1;
            if *calls > limit {
                return Err(too_many(code));
            }
        }
        Ok(())
    }
}

fn too_many(code: &str) -> Refusal {
    let mut refusal = Refusal::new(
        "RATE_LIMIT_EXCEEDED",
        code,
        "rate limit exceeded for attempts to access this item. please try again later",
    );
    refusal.status = 429;
    refusal
}
