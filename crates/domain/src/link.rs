//! What comes of a session at a provider.

use super::provider::Challenge;
use super::secret::Secret;
use super::text::{maybe_one_line, one_line};

/// What Link says about a finished session, before anything is exchanged.
#[derive(Clone, Debug, Default)]
pub struct LinkResult {
    /// The one-time token to exchange; empty without one.
    pub public_token: Secret,
    /// The provider's id of the institution.
    pub institution_id: Option<String>,
    /// Its name.
    pub institution_name: Option<String>,
    /// The accounts that the person chose.
    pub accounts: Vec<LinkedAccount>,
}

impl LinkResult {
    /// The same with its names as those of any institution and account are kept. It may come from a browser.
    #[must_use]
    pub fn on_one_line(mut self) -> Self {
        self.institution_name = maybe_one_line(self.institution_name);
        for account in &mut self.accounts {
            account.name = one_line(&account.name);
            account.mask = maybe_one_line(account.mask.take());
            account.kind = one_line(&account.kind);
            account.subtype = maybe_one_line(account.subtype.take());
        }
        self
    }
}

/// An account as Link shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedAccount {
    /// The provider's id.
    pub provider_id: String,
    /// Name.
    pub name: String,
    /// Last digits.
    pub mask: Option<String>,
    /// Type.
    pub kind: String,
    /// Finer type.
    pub subtype: Option<String>,
}

/// How a session at the provider stands when it is asked.
#[derive(Clone, Debug)]
pub enum LinkState {
    /// The person is still there, or closed the tab; or the bank is being asked.
    Open,
    /// The bank asks the person something before it lets them in.
    Challenged(Vec<Challenge>),
    /// Left without a result; what was wrong, if something was.
    Exited(Option<super::problem::Problem>),
    /// Done. Update mode gives a result too, whose token is not exchanged.
    Finished(Vec<LinkResult>),
}
