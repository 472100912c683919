//! Accounts of a connection.

use jiff::Timestamp;

use super::id::{AccountId, ConnectionId};
use super::money::Money;
use super::text::is_control;

/// An account as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Unique id.
    pub id: AccountId,
    /// The connection that feeds it.
    pub connection_id: ConnectionId,
    /// The bank's name for it.
    pub name: String,
    /// The bank's longer, official name.
    pub official_name: Option<String>,
    /// The last digits of its number.
    pub mask: Option<String>,
    /// The broad type.
    pub kind: AccountKind,
    /// The provider's finer type: `checking`, `credit card`, `401k`.
    pub subtype: Option<String>,
    /// The last balance that the bank reported; negative when owed. `None` if it never reported one.
    pub current: Option<Money>,
    /// The amount available to spend, as the bank reports it.
    pub available: Option<Money>,
    /// The credit limit or overdraft, as the bank reports it.
    pub limit: Option<Money>,
    /// The bank's exact figure, if it has more decimals than the currency.
    pub current_exact: Option<String>,
    /// When the bank stopped listing the account; `None` while it lists it.
    pub closed_at: Option<Timestamp>,
    /// When the person stopped sharing the account; meaningful only once the bank no longer lists it.
    pub unshared_at: Option<Timestamp>,
    /// When these balances were read.
    pub balance_at: Timestamp,
    /// When `current` was read: earlier than `balance_at` while the bank does not report it.
    pub current_at: Option<Timestamp>,
    /// The person's own values.
    pub own: OwnAccount,
}

/// The maximum length of a person's name for an account, in characters.
pub const LONGEST_NAME: usize = 60;

/// What a person says of an account. No sync changes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnAccount {
    /// The person's name for it.
    pub name: Option<String>,
    /// Whether the lists of accounts leave it out. Its transactions stay, and it counts in net worth.
    pub hidden: bool,
    /// Whether it is left out of net worth.
    pub left_out: bool,
}

impl OwnAccount {
    /// Returns it in clean form; an empty name is none.
    ///
    /// # Errors
    /// A sentence for the person, if the name is not valid.
    pub fn checked(self) -> Result<Self, String> {
        let name = self.name.map(|name| name.trim().to_owned());
        let name = name.filter(|name| !name.is_empty());
        match &name {
            Some(name) if name.chars().any(is_control) => {
                Err("Enter a name on one line.".to_owned())
            }
            Some(name) if name.chars().count() > LONGEST_NAME => Err(format!(
                "Enter a name of at most {LONGEST_NAME} characters."
            )),
            _ => Ok(Self { name, ..self }),
        }
    }
}

impl Account {
    /// The effective name: the person's, otherwise the bank's.
    #[must_use]
    pub fn effective_name(&self) -> &str {
        self.own.name.as_deref().unwrap_or(&self.name)
    }

    /// When the balance was read, if later reads did not report it; `None` if it is up to date.
    #[must_use]
    pub fn balance_as_of(&self) -> Option<Timestamp> {
        self.current_at
            .filter(|at| self.current.is_some() && *at < self.balance_at)
    }
}

/// The broad type of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccountKind {
    /// Checking, savings and similar accounts.
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

    /// The stored word, which is also the provider's.
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

    /// Parses a stored or provider's word. Unknown words become [`AccountKind::Other`], because providers add new
    /// ones without notice.
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

    /// Whether a positive balance at the bank is money that the person owes.
    #[must_use]
    pub fn is_debt(self) -> bool {
        matches!(self, Self::Credit | Self::Loan)
    }
}
