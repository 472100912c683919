//! The ground: what the product talks about, and what time it is. No I/O, no async, no serde.

pub mod access;
pub mod account;
pub mod activity;
pub mod browser;
pub mod change;
pub mod check;
pub mod clock;
pub mod connection;
pub mod feed;
pub mod id;
pub mod job;
pub mod link;
pub mod matching;
pub mod money;
pub mod network;
pub mod outbound;
pub mod own;
pub mod problem;
pub mod search;
pub mod secret;
pub mod settlement;
pub mod text;
pub mod transaction;
pub mod usage;
pub mod user;
pub mod webhook;
