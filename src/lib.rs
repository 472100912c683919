//! Passbook: a self-hosted passbook for all of a person's bank accounts.
//!
//! ARCHITECTURE.md lists the rooms and which may import which; Cargo enforces the edges between crates, and a test
//! those between rooms.
#![recursion_limit = "256"]

pub mod api;
pub mod app;
#[cfg(test)]
mod architecture;
pub mod auth;
pub mod backup;
pub mod cli;
pub mod config;
pub mod context;
mod document;
pub mod incoming_webhooks;
pub mod jobs;
pub mod ledger;
pub mod mail;
pub mod metrics;
pub mod operator;
pub mod outbound_http;
pub mod outgoing_webhooks;
pub mod queue;
pub mod rates;
pub mod server;
pub mod sync;
pub mod telemetry;
pub mod vault;
pub mod version;
