//! The program behind an API request, and what it may do.

use domain::access::Scopes;
use domain::id::{ClientId, FamilyId};
use domain::user::User;

/// A program that acts for a person.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The person.
    pub user: User,
    /// What the program may do.
    pub scopes: Scopes,
    /// The key under which its requests are counted for rate limits.
    pub counted_as: String,
    /// The registered app; `None` for a program or a key of the person's own.
    pub client: Option<ClientId>,
    /// The family of its token; `None` for an API key.
    pub family: Option<FamilyId>,
}
