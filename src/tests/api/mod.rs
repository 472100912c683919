//! The API as other programs call it.

mod changes;
mod client;
mod cors;
mod errors;
mod keys;
mod linking;
mod matrix;
mod once;
mod reading;
mod readme;
mod reasons;
mod tokens;
mod typed;
mod webhooks;

pub use client::{Answer, ApiClient, Linked};
