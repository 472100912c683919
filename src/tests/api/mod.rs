//! The API as other programs call it.

mod changes;
mod client;
mod cors;
mod editing;
mod errors;
mod examples;
mod idempotency;
mod keys;
mod linking;
mod matrix;
mod reading;
mod reasons;
mod tokens;
mod typed;
mod webhooks;

pub use client::{Answer, ApiClient, Linked};
