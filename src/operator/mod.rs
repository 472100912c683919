//! What the operator of this Passbook may see and do: the state of all people's connections, incoming webhooks, calls,
//! background work, and registered apps.
//!
//! The admin pages use it. It never shows people's money: nothing here reads a balance or a transaction.

mod apps;
mod calls;
mod connections;
mod health;
mod inbox;
mod jobs;
mod people;
mod usage;
pub mod view;
mod words;

pub use apps::{apps, new_app_secret, register_app, switch_app};
pub use calls::calls;
pub use connections::{connections, sync_now};
pub use health::{Facts, Told, checks, figures, overview, worst_first};
pub use inbox::{deliveries, delivery, refused_webhooks, replay};
pub use jobs::{cancel, job, jobs, retry};
pub use people::{delete_person, end_sessions, people, person, suspend};
pub use usage::usage;

use domain::user::User;

/// Lines a page.
const PAGE: u32 = 50;

/// A person who may use this room. Only an operator can become one, so no use-case here can be called for anyone else.
#[derive(Clone, Debug)]
pub struct Operator(User);

impl Operator {
    /// Returns the operator that a person is; `None` when they are not one.
    #[must_use]
    pub fn from_user(user: User) -> Option<Self> {
        user.is_operator().then_some(Self(user))
    }

    /// The person.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.0
    }
}

/// Why something cannot be shown or done.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// It does not exist.
    #[error("not found")]
    NotFound,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] store::StoreError),
    /// Managing apps failed.
    #[error("apps cannot be looked after")]
    Apps(#[from] crate::auth::AuthError),
}

impl From<crate::sync::SyncError> for OperatorError {
    fn from(error: crate::sync::SyncError) -> Self {
        match error {
            crate::sync::SyncError::Store(error) => Self::Store(error),
            // Nothing here calls a provider.
            crate::sync::SyncError::NotFound
            | crate::sync::SyncError::NotLinkedYet
            | crate::sync::SyncError::NoLongerLinked
            | crate::sync::SyncError::Provider(_) => Self::NotFound,
        }
    }
}

impl From<crate::queue::JobError> for OperatorError {
    fn from(error: crate::queue::JobError) -> Self {
        match error {
            crate::queue::JobError::Store(error) => Self::Store(error),
            crate::queue::JobError::NotFound | crate::queue::JobError::Refused(_) => Self::NotFound,
        }
    }
}
