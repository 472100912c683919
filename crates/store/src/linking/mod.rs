//! Linking banks: link attempts, the connections they lead to, and unlinking.
//!
//! `sync` uses it. Nothing here talks to a provider: these functions read, and store the result of each step that
//! `sync` has taken there, with the jobs and activity that follow from it, in one transaction.

pub(crate) mod alerts;
pub(crate) mod attempts;
pub(crate) mod connections;
pub(crate) mod credentials;
pub(crate) mod duplicates;
pub(crate) mod institutions;
pub(crate) mod leaving;
pub(crate) mod nudges;
pub(crate) mod other_providers;
pub(crate) mod relinks;
mod selection;
pub(crate) mod transitions;
pub(crate) mod unlinks;
