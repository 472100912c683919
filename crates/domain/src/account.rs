//! Accounts.

use jiff::Timestamp;

use super::id::{AccountId, ConnectionId};
use super::money::Money;

/// An account as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Which.
    pub id: AccountId,
    /// Through which connection it is read.
    pub connection_id: ConnectionId,
    /// What the bank calls it.
    pub name: String,
    /// The bank's long name.
    pub official_name: Option<String>,
    /// The last digits of its number.
    pub mask: Option<String>,
    /// What sort of account.
    pub kind: AccountKind,
    /// The provider's finer word: `checking`, `credit card`, `401k`.
    pub subtype: Option<String>,
    /// The last balance that the bank said; negative when owed. `None` when it never said one.
    pub current: Option<Money>,
    /// What can be spent, as the bank says it.
    pub available: Option<Money>,
    /// The credit limit or overdraft, as the bank says it.
    pub limit: Option<Money>,
    /// The bank's exact figure where it has more decimals than the currency.
    pub current_exact: Option<String>,
    /// Set when the bank no longer lists the account.
    pub closed_at: Option<Timestamp>,
    /// When the person left it out of what the bank shares; it says something only when the bank no longer
    /// lists it.
    pub unshared_at: Option<Timestamp>,
    /// When these balances were read.
    pub balance_at: Timestamp,
    /// When `current` was read: before `balance_at` while the bank does not say it.
    pub current_at: Option<Timestamp>,
}

impl Account {
    /// When the balance was read, if the bank has since been asked and did not say it.
    #[must_use]
    pub fn balance_as_of(&self) -> Option<Timestamp> {
        self.current_at
            .filter(|at| self.current.is_some() && *at < self.balance_at)
    }
}

/// What sort of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccountKind {
    /// Checking, savings and their kin.
    Depository,
    /// Credit cards and lines: the balance is owed.
    Credit,
    /// Loans and mortgages: the balance is owed.
    Loan,
    /// Securities and pensions.
    Investment,
    /// Anything else.
    Other,
}

impl AccountKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Depository,
        Self::Credit,
        Self::Loan,
        Self::Investment,
        Self::Other,
    ];

    /// The word that is stored, which is also the provider's.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Depository => "depository",
            Self::Credit => "credit",
            Self::Loan => "loan",
            Self::Investment => "investment",
            Self::Other => "other",
        }
    }

    /// Reads a stored or provider's word; unknown words are [`AccountKind::Other`], because providers add
    /// new ones without notice.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "depository" => Self::Depository,
            "credit" => Self::Credit,
            "loan" => Self::Loan,
            "investment" | "brokerage" => Self::Investment,
            _ => Self::Other,
        }
    }

    /// Whether a positive balance at the bank means that the person owes it.
    #[must_use]
    pub fn is_debt(self) -> bool {
        matches!(self, Self::Credit | Self::Loan)
    }
}
