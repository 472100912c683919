//! What whoever runs Passbook looks over: everybody's connections, what came in, how things stand. Nothing
//! here reads a balance or a row.

pub(crate) mod activity;
pub(crate) mod calls;
mod condition;
mod connections;
pub(crate) mod health;
mod inbox;
mod people;
mod sightings;

pub use condition::Silence;
pub use connections::ConnectionOverseen;
pub use health::Health;
pub use inbox::{DeliveryRecord, RefusalRecord, ReplayRecord};
pub use people::PersonOverseen;
pub use sightings::SIGHTINGS_KEPT;

/// Sorts after every id: where the first page begins.
const AFTER_ALL: &str = "zzzzzzzzzzzzzzzzzzzzzzzzzzz";
