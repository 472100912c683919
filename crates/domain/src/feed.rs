//! What every provider's data looks like once its adapter has read it.

use jiff::civil::Date;

use super::account::AccountKind;
use super::category::Category;
use super::money::Money;

/// One page of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedPage {
    /// New rows, in the order in which they changed.
    pub added: Vec<FeedTransaction>,
    /// Rows that changed; whole, not differences.
    pub modified: Vec<FeedTransaction>,
    /// The provider's ids of rows that are no more.
    pub removed: Vec<String>,
    /// Rows that cannot be read.
    pub set_aside: Vec<SetAside>,
    /// The accounts that the page speaks of, also those that the bank no longer lists.
    pub accounts: Vec<FeedAccount>,
    /// Where the next call goes on; `None` while the provider has nothing yet.
    pub next_cursor: Option<String>,
    /// Whether another page belongs to this run.
    pub has_more: bool,
    /// How far the provider itself has got.
    pub status: UpdateStatus,
    /// Whether the answer lacked its list of new rows, or did not say if there is another page. What such an
    /// answer does not list may still exist.
    pub incomplete: bool,
}

/// A row of a provider that cannot be read. It is kept as it came until it comes well-formed, and holds up no
/// other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// The provider's id where it could be read, else a hash of the row.
    pub key: String,
    /// What is wrong with it, for the operator.
    pub reason: String,
    /// The row as it came, cut short.
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
    /// The word that is stored.
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

/// What a provider says of a connection as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionFacts {
    /// The provider's id of the institution.
    pub institution_id: Option<String>,
    /// The institution's name.
    pub institution_name: Option<String>,
    /// When the provider last heard from the bank.
    pub provider_updated_at: Option<jiff::Timestamp>,
    /// When the bank's consent ends.
    pub consent_expires_at: Option<jiff::Timestamp>,
    /// Whether the bank asks the person something, without anybody having logged in.
    pub challenged: bool,
    /// What the provider says is wrong with it.
    pub problem: Option<super::problem::Problem>,
}

/// A transaction as a provider gives it, signs already ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedTransaction {
    /// The provider's id.
    pub provider_id: String,
    /// The provider's id of the account.
    pub account_provider_id: String,
    /// The pending row that this one settles, if the provider knows.
    pub pending_provider_id: Option<String>,
    /// The day it counts for.
    pub date: Date,
    /// Positive into the account.
    pub amount: Money,
    /// The literal where rounding lost something.
    pub amount_exact: Option<String>,
    /// The bank's own text.
    pub description: String,
    /// The merchant.
    pub merchant: Option<String>,
    /// The category.
    pub category: Option<Category>,
    /// Not yet settled.
    pub pending: bool,
    /// All else, as a JSON object.
    pub details: String,
}

/// An account as a provider gives it, signs already ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedAccount {
    /// The provider's id; it may change when a bank is linked again.
    pub provider_id: String,
    /// An id that survives a new link, where the institution has one.
    pub persistent_id: Option<String>,
    /// Name; empty when the bank does not say it this time.
    pub name: String,
    /// Long name.
    pub official_name: Option<String>,
    /// Last digits.
    pub mask: Option<String>,
    /// Sort.
    pub kind: AccountKind,
    /// Finer sort.
    pub subtype: Option<String>,
    /// Balance; negative when owed.
    pub current: Option<Money>,
    /// The literal where rounding lost something.
    pub current_exact: Option<String>,
    /// Spendable, as the bank says it.
    pub available: Option<Money>,
    /// Limit, as the bank says it.
    pub limit: Option<Money>,
}

/// An institution as a provider describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Institution {
    /// The provider's id.
    pub provider_id: String,
    /// Name.
    pub name: String,
    /// A PNG, when the provider has one.
    pub logo: Option<Vec<u8>>,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// Its site.
    pub url: Option<String>,
}
