//! What the doors show: finished words and figures, so that a page and a program read the same.

use serde::{Deserialize, Serialize};

/// An amount, ready to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// Minor units, positive into the account.
    pub minor: i64,
    /// ISO 4217 or the provider's code; empty when unknown.
    pub currency: String,
    /// With its currency and a true minus: `−$1,204.90`.
    pub text: String,
    /// The same with a plus where money came in.
    pub signed: String,
    /// Sign, currency and whole units of `text`.
    pub whole: String,
    /// The point and the decimals of `text`; may be empty.
    pub cents: String,
}

/// A moment, in words and exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// "2 minutes ago".
    pub words: String,
    /// RFC 3339, for `<time datetime>`.
    pub exact: String,
    /// "Saturday 21 November 2026, 14:05", for a tooltip.
    pub long: String,
}

/// How an institution is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The letter when there is no logo.
    pub letter: String,
    /// `/logo/{id}` when there is one.
    pub logo: Option<String>,
    /// A steady colour, as an index 0 to 11 into the palette of the stylesheet.
    pub tone: u8,
}

/// Everything on the first page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// One for each currency, the largest holding first.
    pub net_worth: Vec<NetWorth>,
    /// Accounts whose currency nobody knows, listed apart and in no sum.
    pub unsummed: Vec<AccountRow>,
    /// What needs attention, the most pressing first.
    pub attention: Vec<Attention>,
    /// Accounts by institution.
    pub connections: Vec<ConnectionCard>,
    /// What was kept of banks that are no longer linked.
    pub ended: Vec<ConnectionCard>,
    /// The newest transactions, by day.
    pub newest: Vec<Day>,
}

/// What a person owns and owes in one currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetWorth {
    /// Assets less debts.
    pub total: Figure,
    /// What is owned.
    pub assets: Figure,
    /// What is owed, negative.
    pub debts: Figure,
    /// "includes a balance as of 12 Nov 2026", the oldest, when a bank has not said one since; else empty.
    pub as_of: String,
    /// How much the total changed since `change_since`; `None` before there are two days.
    pub change: Option<Figure>,
    /// "in 30 days", "since 3 Nov".
    pub change_since: String,
    /// One point a day from the day of linking; days without a snapshot carry the last one forward.
    pub line: Vec<Point>,
}

/// One day of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// `2026-11-21`.
    pub date: String,
    /// "21 Nov 2026".
    pub label: String,
    /// The figure of that day.
    pub figure: Figure,
}

/// One sentence and one action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    /// The connection it is about.
    pub connection_id: String,
    /// The name that stands first and bold.
    pub institution: String,
    /// The rest of the sentence: what happened, that nothing is lost, what to do.
    pub sentence: String,
    /// What to do about it.
    pub action: AttentionAction,
    /// The provider's code and request id, for those who ask its support.
    pub reference: Option<String>,
    /// What "not now" puts away, when it can wait.
    pub can_wait: Option<String>,
    /// Whether the connection brings nothing new until this is dealt with.
    pub stopped: bool,
}

impl Attention {
    /// Whether its action is the only one that helps: a sync would fail as the last one did.
    #[must_use]
    pub fn is_the_only_way(&self) -> bool {
        self.stopped && self.action != AttentionAction::None
    }
}

/// What can be done about a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttentionAction {
    /// Log in at the bank again.
    Repair,
    /// Type the bank's log-in here again.
    LogIn,
    /// Answer what the bank asks.
    Answer,
    /// Link the bank anew.
    LinkAgain,
    /// Try again now.
    SyncNow,
    /// Choose at the bank which accounts it shares.
    ChooseAccounts,
    /// Say which accounts were linked before.
    Match,
    /// Nothing but waiting, or the operator.
    None,
}

/// A connection with its accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionCard {
    /// Which.
    pub id: String,
    /// The institution's name.
    pub institution: String,
    /// Its mark.
    pub mark: Mark,
    /// When it was last synced; `None` before the first time.
    pub synced: Option<When>,
    /// When the provider last heard from the bank, as it says.
    pub heard: Option<When>,
    /// Whether a sync is on its way.
    pub syncing: bool,
    /// Whether the first sync is not finished, so that there is progress to show.
    pub first_sync: bool,
    /// How it ended, when it did or is about to: "Unlinked on 3 November. …"
    pub ended: Option<String>,
    /// Whether it has ended and its accounts and transactions go as soon as the provider confirms that.
    pub deleting: bool,
    /// The connection by which the same bank was linked anew, when this one has ended.
    pub linked_anew: Option<String>,
    /// Who the log-in that was typed here waits for, while its bank is asked.
    pub asking: Option<Asking>,
    /// What is wrong with it.
    pub attention: Option<Attention>,
    /// What can be done about it.
    pub offers: Offers,
    /// Its accounts.
    pub accounts: Vec<AccountRow>,
}

/// Who a log-in waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asking {
    /// The bank, which checks what was typed here.
    Bank,
    /// The person, on the bank's own log-in page.
    Person,
}

/// What can be done about a connection, by what its provider can do and the settings allow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offers {
    /// Fetch what the provider has.
    pub sync: bool,
    /// Log in again.
    pub repair: bool,
    /// Whether the log-in is typed here.
    pub credentials: bool,
    /// Choose accounts anew.
    pub choose_accounts: bool,
    /// Ask the bank for news at once, for money.
    pub paid_refresh: bool,
    /// Unlink it, which the bank has let Passbook into; one that was never linked is removed.
    pub unlink: bool,
}

/// An account in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    /// Which.
    pub id: String,
    /// What the bank calls it.
    pub name: String,
    /// `••0000`, or empty.
    pub mask: String,
    /// "Checking", "Credit card".
    pub kind: String,
    /// The institution's name.
    pub institution: String,
    /// The institution's mark.
    pub mark: Mark,
    /// The last known balance; `None` when the bank never said one.
    pub balance: Option<Figure>,
    /// "as of 12 Nov 2026" when the bank has not said the balance since; else empty.
    pub as_of: String,
    /// One soft line: "available $4,871.09", "limit $12,000.00"; may be empty.
    pub detail: String,
    /// When its balance was read.
    pub synced: Option<When>,
    /// Whether the bank no longer lists it.
    pub closed: bool,
    /// Why it is not listed, in words; empty while it is.
    pub closed_words: String,
}

/// The transactions of one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// `2026-11-21`.
    pub date: String,
    /// "Today", "Wed 18 Nov", "3 Mar 2025".
    pub label: String,
    /// The day's sum, when all its rows on this page are in one currency and the day is whole.
    pub sum: Option<Figure>,
    /// The rows, newest first.
    pub rows: Vec<TransactionRow>,
}

/// A transaction in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionRow {
    /// Which.
    pub id: String,
    /// The person's name for it, else the merchant, else the bank's text.
    pub name: String,
    /// Its mark.
    pub mark: Mark,
    /// "Groceries", the person's where they have chosen one; may be empty.
    pub category: String,
    /// The account's name.
    pub account: String,
    /// The amount.
    pub amount: Figure,
    /// Not yet settled.
    pub pending: bool,
}

/// What a list of transactions is narrowed to; all of it stands in the URL. Empty means "any".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Words over merchant and description, and over the person's name, note and tags.
    pub q: String,
    /// An account's id.
    pub account: String,
    /// First day, `2026-11-01`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Least amount, without regard to its sign: `12.50`.
    pub min: String,
    /// Greatest amount, without regard to its sign.
    pub max: String,
    /// A primary category's code; the person's category counts where they have chosen one.
    pub category: String,
    /// `yes`, `no`, or empty.
    pub pending: String,
    /// Where the page begins, as the previous page said.
    pub after: String,
}

/// A page of transactions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionPage {
    /// The rows by day.
    pub days: Vec<Day>,
    /// Where the next, older page begins; `None` at the end.
    pub older: Option<String>,
    /// Whether this is the first page.
    pub newest: bool,
    /// The accounts to choose from.
    pub accounts: Vec<Choice>,
    /// The categories to choose from.
    pub categories: Vec<Choice>,
    /// What is wrong with the filter: the field's name and a sentence. The rows are then empty.
    pub problems: Vec<(String, String)>,
    /// Whether the person has linked anything at all.
    pub any_connection: bool,
}

/// One of several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

/// A transaction's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionDetail {
    /// As in the list.
    pub row: TransactionRow,
    /// The account's id, to link to.
    pub account_id: String,
    /// The institution.
    pub institution: String,
    /// "Wednesday 18 November 2026".
    pub date: String,
    /// The bank's exact figure where it has more decimals than the currency.
    pub exact: Option<String>,
    /// All that the bank said, in groups with a heading.
    pub facts: Vec<FactGroup>,
    /// What the person has written on it.
    pub own: OwnWords,
}

/// What a person has written on a transaction, and what the bank says beside it. Empty where there is nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnWords {
    /// What they call it.
    pub name: String,
    /// The code of the category that they chose.
    pub category: String,
    /// Their note.
    pub note: String,
    /// Their tags, with a space between them.
    pub tags: String,
    /// The merchant, else the bank's text.
    pub banks_name: String,
    /// The bank's category, in words.
    pub banks_category: String,
    /// The categories to choose from.
    pub categories: Vec<Choice>,
}

/// Some facts under one heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactGroup {
    /// "Merchant", "Place", "Reference".
    pub heading: String,
    /// What and its value.
    pub facts: Vec<(String, String)>,
}

/// An account's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountDetail {
    /// As in the list.
    pub account: AccountRow,
    /// The connection's id.
    pub connection_id: String,
    /// Whether the provider can be asked for news of it.
    pub syncs: bool,
    /// Whether it is deleted with its connection as soon as the provider has confirmed the end of that.
    pub deleting: bool,
    /// What is wrong with the connection.
    pub attention: Option<Attention>,
    /// Long name, kind, available, limit, exact figure.
    pub facts: Vec<(String, String)>,
    /// From the bank to here.
    pub freshness: Vec<Freshness>,
    /// The balance by day.
    pub line: Vec<Point>,
    /// The newest transactions.
    pub days: Vec<Day>,
    /// Whether there are more than these.
    pub more: bool,
}

/// One of the times that say how fresh something is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freshness {
    /// "Bank", "Provider", "Passbook".
    pub whose: String,
    /// The moment, if it is known as one.
    pub at: Option<When>,
    /// What stands there where no moment does: a day, or that nobody knows.
    pub words: String,
    /// What the time means.
    pub meaning: String,
}

/// How far a first sync is, or how a connection stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Which.
    pub connection_id: String,
    /// The institution.
    pub institution: String,
    /// "Fetching your transactions", "All there", "Tartan Bank asks you to log in again".
    pub heading: String,
    /// "4 accounts found. 1,240 transactions so far, back to March 2025."
    pub sentence: String,
    /// Per cent, 0 to 100, for the bar.
    pub percent: u8,
    /// Whether it is finished.
    pub done: bool,
    /// What stopped it, if something did.
    pub attention: Option<Attention>,
    /// What can be done about it.
    pub offers: Offers,
    /// Whether a sync is on its way that may end what had stopped it.
    pub retrying: bool,
    /// Whether the bank is being asked with the log-in that was typed here.
    pub asking: bool,
    /// How news from the bank reaches Passbook, and since when none has come; empty while it is stopped.
    pub news: String,
}

/// The question which accounts of a bank that was linked anew were linked before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matching {
    /// The connection that was linked anew.
    pub connection_id: String,
    /// Its institution.
    pub institution: String,
    /// Whether all of its history is there; before that nothing can be matched.
    pub ready: bool,
    /// The accounts from before.
    pub before: Vec<AccountBefore>,
}

/// An account from before, and what it may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountBefore {
    /// Which.
    pub id: String,
    /// "Checking ••0000".
    pub name: String,
    /// "412 transactions …": which days it covers, and until when it was read.
    pub detail: String,
    /// The accounts of the new link that it can be.
    pub choices: Vec<Choice>,
    /// The one that it seems to be; empty when none does.
    pub proposed: String,
    /// Why it seems so, in words; empty when it does not.
    pub because: String,
}
