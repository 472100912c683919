//! Plaid's name and its paths, in words for people.

/// The provider's name in the database, in addresses and in settings.
pub const NAME: &str = "plaid";

/// Describes in words what a path asks.
#[must_use]
pub(super) fn asked(endpoint: &str) -> &'static str {
    match endpoint {
        "/transactions/sync" => "Transaction updates",
        "/transactions/get" => "Transactions by date",
        "/transactions/refresh" => "Check the bank for new transactions",
        "/accounts/get" => "Accounts and balances",
        "/accounts/balance/get" => "Balances, straight from the bank",
        "/item/get" => "Connection status",
        "/item/remove" => "End the connection",
        "/item/webhook/update" => "Change the webhook address",
        "/item/public_token/exchange" => "Get access to the connection",
        "/link/token/create" => "Start linking",
        "/link/token/get" => "Linking result",
        "/institutions/search" => "Search banks",
        "/institutions/get_by_id" => "Bank name and logo",
        "/webhook_verification_key/get" => "Key for verifying webhooks",
        _ => "Other request",
    }
}
