//! Linking a bank.

use jiff::Timestamp;

use super::id::{ConnectionId, LinkId, UserId};
use super::secret::Secret;
use super::text::{maybe_one_line, one_line};

/// One attempt to link or repair a bank, from the button to the result.
#[derive(Clone, Debug)]
pub struct LinkAttempt {
    /// Which.
    pub id: LinkId,
    /// Whose. Nobody else can go on with it.
    pub user_id: UserId,
    /// The connection to repair or to add accounts to; `None` for a new bank.
    pub connection_id: Option<ConnectionId>,
    /// Whether accounts of that connection are chosen anew.
    pub chooses_accounts: bool,
    /// The provider's link token; `None` when it was wiped, or was not asked for.
    pub token: Option<Secret>,
    /// The provider's page, for browsers without scripts.
    pub hosted_url: Option<Secret>,
    /// When the token stops working.
    pub expires_at: Timestamp,
    /// The connection that came of it.
    pub result_id: Option<ConnectionId>,
    /// The connection that the bank turned out to be linked as already.
    pub linked_before_id: Option<ConnectionId>,
    /// Set when the attempt led to a connection or was given up.
    pub finished_at: Option<Timestamp>,
    /// Where the token has the provider send webhooks.
    pub webhook_url: Option<String>,
    /// Set when the public token was being exchanged and the answer was never kept.
    pub lost_at: Option<Timestamp>,
    /// The person says that the accounts are different from those of a bank that looks the same.
    pub links_anyway: bool,
    /// Whether it has a public token that was not exchanged yet.
    pub has_token: bool,
}

impl LinkAttempt {
    /// Whether its public token waits for the person to say that these are different accounts.
    #[must_use]
    pub fn waits_for_choice(&self) -> bool {
        self.has_token && self.linked_before_id.is_some()
    }
}

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
    /// The person is still there, or closed the tab.
    Open,
    /// Left without a result; what was wrong, if something was.
    Exited(Option<super::problem::Problem>),
    /// Done. Update mode gives a result too, whose token is not exchanged.
    Finished(Vec<LinkResult>),
}
