//! Records about the running of the app: everyone's connections and people for the admin's pages, the activity log,
//! received webhooks, calls to providers, and the state of the instance and its database file.
//!
//! Nothing here reads a balance or the contents of a transaction.

pub(crate) mod activity;
pub(crate) mod calls;
mod connections;
mod database_facts;
pub(crate) mod health;
mod inbox;
mod people;
mod sightings;

pub use connections::ConnectionOverseen;
pub use database_facts::Silence;
pub use health::Health;
pub use inbox::{DeliveryRecord, RefusalRecord, ReplayRecord};
pub use people::PersonOverseen;
pub use sightings::SIGHTINGS_KEPT;

/// Sorts after every id; the position before the first page.
const AFTER_ALL: &str = "zzzzzzzzzzzzzzzzzzzzzzzzzzz";
