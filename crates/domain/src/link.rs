//! Results and states of linking sessions at a provider.

use super::provider::Challenge;
use super::secret::Secret;
use super::text::{maybe_one_line, one_line};

/// The result of a finished session, before its token is exchanged.
#[derive(Clone, Debug, Default)]
pub struct LinkResult {
    /// The one-time public token; empty if there is none.
    pub public_token: Secret,
    /// The provider's id of the institution.
    pub institution_id: Option<String>,
    /// The institution's name.
    pub institution_name: Option<String>,
    /// The accounts that the person chose.
    pub accounts: Vec<LinkedAccount>,
}

impl LinkResult {
    /// Puts the names on one line each, as the names of all institutions and accounts are stored. The result may come
    /// from a browser.
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

/// An account in the result of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedAccount {
    /// The provider's id.
    pub provider_id: String,
    /// The account's name.
    pub name: String,
    /// The last digits of its number.
    pub mask: Option<String>,
    /// The provider's broad type.
    pub kind: String,
    /// The provider's finer type.
    pub subtype: Option<String>,
}

/// The state of a session, as the provider reports it.
#[derive(Clone, Debug)]
pub enum LinkState {
    /// The person is still there or has closed the tab, or the bank is being asked.
    Open,
    /// The bank asks the person questions before it accepts the log-in.
    Challenged(Vec<Challenge>),
    /// The person left without a result; with the problem, if there was one.
    Exited(Option<super::problem::Problem>),
    /// Finished. Update mode also gives a result, but its token is not exchanged.
    Finished(Vec<LinkResult>),
}
