//! Linking banks: attempts, connections, and a connection's end.

pub(crate) mod connections;
pub(crate) mod duplicates;
pub(crate) mod institutions;
pub(crate) mod links;
pub(crate) mod notes;
pub(crate) mod nudges;
pub(crate) mod other_providers;
pub(crate) mod relinks;
mod selection;
pub(crate) mod transitions;
pub(crate) mod typed;
pub(crate) mod unlinks;
