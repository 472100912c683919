//! Plaid's wire: `POST` with JSON in and JSON out.

use axum::Router;

use super::bank::Bank;

/// Every path of the API.
pub fn router(bank: Bank) -> Router {
    let _ = bank;
    Router::new()
}
