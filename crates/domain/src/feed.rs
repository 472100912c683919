//! Provider data in the common form that every adapter produces.

use jiff::civil::Date;

use super::account::AccountKind;
use super::category::Category;
use super::money::Money;

/// One page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedPage {
    /// New rows, in the order in which they changed.
    pub added: Vec<FeedTransaction>,
    /// Rows that changed, complete (not as differences).
    pub modified: Vec<FeedTransaction>,
    /// The provider's ids of removed rows.
    pub removed: Vec<String>,
    /// Rows that could not be read.
    pub set_aside: Vec<SetAside>,
    /// The accounts that the page refers to, including those that the bank no longer lists.
    pub accounts: Vec<FeedAccount>,
    /// The cursor for the next call; `None` while the provider has nothing yet.
    pub next_cursor: Option<String>,
    /// Whether this run has another page to fetch.
    pub has_more: bool,
    /// How much history the provider itself has fetched.
    pub status: UpdateStatus,
    /// Whether the response lacked its list of new rows, or did not say whether there is another page. Rows missing
    /// from such a response may still exist.
    pub incomplete: bool,
}

/// A provider's row that cannot be read. It is kept in its original form until a readable one arrives, and does not
/// hold up other rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// The provider's id if it could be read, otherwise a hash of the row.
    pub key: String,
    /// What is wrong with it, for the admin.
    pub reason: String,
    /// The original row, truncated.
    pub raw: String,
}

/// How much history the provider has fetched from the bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UpdateStatus {
    /// Nothing yet.
    NotReady,
    /// The newest 30 days.
    Initial,
    /// All of it.
    Historical,
}

impl UpdateStatus {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotReady => "not_ready",
            Self::Initial => "initial",
            Self::Historical => "historical",
        }
    }

    /// The inverse of [`UpdateStatus::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::NotReady, Self::Initial, Self::Historical]
            .into_iter()
            .find(|s| s.as_str() == word)
    }
}

/// What a provider reports about a connection as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionFacts {
    /// The provider's id of the institution.
    pub institution_id: Option<String>,
    /// The institution's name.
    pub institution_name: Option<String>,
    /// When the provider last heard from the bank.
    pub provider_updated_at: Option<jiff::Timestamp>,
    /// When the bank's consent expires.
    pub consent_expires_at: Option<jiff::Timestamp>,
    /// Whether the bank asks the person a question although no log-in is under way.
    pub challenged: bool,
    /// The problem that the provider reports.
    pub problem: Option<super::problem::Problem>,
}

/// A transaction from a provider, with our sign convention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedTransaction {
    /// The provider's id.
    pub provider_id: String,
    /// The provider's id of the account.
    pub account_provider_id: String,
    /// The pending row that this one settles, if the provider knows.
    pub pending_provider_id: Option<String>,
    /// The date it counts for.
    pub date: Date,
    /// Positive into the account.
    pub amount: Money,
    /// The exact figure, if rounding lost something.
    pub amount_exact: Option<String>,
    /// The bank's own text.
    pub description: String,
    /// The merchant, if recognised.
    pub merchant: Option<String>,
    /// The provider's category.
    pub category: Option<Category>,
    /// Not yet settled.
    pub pending: bool,
    /// Everything else, as a JSON object.
    pub details: String,
}

/// An account from a provider, with our sign convention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedAccount {
    /// The provider's id; it may change when a bank is linked again.
    pub provider_id: String,
    /// An id that survives relinking, if the institution has one.
    pub persistent_id: Option<String>,
    /// The name; empty if the bank does not report it this time.
    pub name: String,
    /// The bank's longer, official name.
    pub official_name: Option<String>,
    /// The last digits of its number.
    pub mask: Option<String>,
    /// The broad type.
    pub kind: AccountKind,
    /// The provider's finer type.
    pub subtype: Option<String>,
    /// The balance; negative when owed.
    pub current: Option<Money>,
    /// The exact balance, if rounding lost something.
    pub current_exact: Option<String>,
    /// The amount available to spend, as the bank reports it.
    pub available: Option<Money>,
    /// The credit limit or overdraft, as the bank reports it.
    pub limit: Option<Money>,
}

/// An institution as a provider describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Institution {
    /// The provider's id.
    pub provider_id: String,
    /// The display name.
    pub name: String,
    /// The logo as a PNG, if the provider has one.
    pub logo: Option<Vec<u8>>,
    /// The brand colour as `#rrggbb`.
    pub color: Option<String>,
    /// The URL of its website.
    pub url: Option<String>,
}
