//! Who calls, and what they may do.

use domain::access::Scopes;
use domain::id::{ClientId, FamilyId};
use domain::user::User;

/// A program that acts for a person.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The person.
    pub user: User,
    /// What it may do.
    pub scopes: Scopes,
    /// Under what its requests are counted.
    pub counted_as: String,
    /// The app that it is; `None` for a program or a key of the person's own.
    pub client: Option<ClientId>,
    /// The family of its token; a key has none.
    pub family: Option<FamilyId>,
}
