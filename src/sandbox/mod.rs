//! The built-in bank: a seeded world behind faces that speak Plaid's wire.
//!
//! It is reached over HTTP only and imports nothing of the product but the clock, so that two independent
//! readings of the wire keep each other honest.

pub mod api;
pub mod bank;
pub mod link;
pub mod world;
