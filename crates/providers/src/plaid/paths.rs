//! Plaid's name and its paths, in words for people.

/// The provider's name in the database, in addresses and in settings.
pub const NAME: &str = "plaid";

/// Describes in words what a path asks.
#[must_use]
pub(super) fn asked(endpoint: &str) -> &'static str {
    match endpoint {
        "/transactions/sync" => "What is new, changed or removed",
        "/transactions/get" => "The transactions of some days",
        "/transactions/refresh" => "Ask the bank for new transactions now",
        "/accounts/get" => "The accounts and their balances",
        "/accounts/balance/get" => "The balances, asked of the bank now",
        "/item/get" => "How the connection stands",
        "/item/remove" => "End the connection",
        "/item/webhook/update" => "Send news to another address",
        "/item/public_token/exchange" => "The lasting key to the connection",
        "/link/token/create" => "Begin to link",
        "/link/token/get" => "What came of linking",
        "/institutions/search" => "Banks by name",
        "/institutions/get_by_id" => "The bank’s name and logo",
        "/webhook_verification_key/get" => "A key that proves news to be genuine",
        _ => "Something else",
    }
}
