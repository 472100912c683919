//! Domain types and rules of the product, and its clock.
//!
//! The store, the providers and the app share these types; the built-in bank uses only the clock. A type that is
//! stored as a word has `as_str` or `word`, and `from_word` for the way back. No I/O, no async, no serde.

pub mod access;
pub mod account;
pub mod activity;
pub mod attempt;
pub mod browser;
pub mod category;
pub mod change;
pub mod check;
pub mod client;
pub mod clock;
pub mod connection;
pub mod departure;
pub mod feed;
pub mod id;
pub mod identity;
pub mod job;
pub mod link;
pub mod mail;
pub mod matching;
pub mod money;
pub mod network;
pub mod outbound;
pub mod own;
pub mod page;
pub mod problem;
pub mod provider;
pub mod rate;
pub mod reason;
pub mod remedy;
pub mod search;
pub mod secret;
pub mod settlement;
pub mod text;
pub mod transaction;
pub mod usage;
pub mod user;
pub mod webhook;
pub mod wording;
