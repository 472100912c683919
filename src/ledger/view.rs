//! View types: finished words and figures, so that a page and a program read the same.

use serde::{Deserialize, Serialize};

/// An amount, ready to display.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// Minor units, positive into the account.
    pub minor: i64,
    /// ISO 4217 or the provider's code; empty when unknown.
    pub currency: String,
    /// With its currency and a true minus sign: `−$1,204.90`.
    pub text: String,
    /// Like `text`, with a plus sign where money came in.
    pub signed: String,
    /// Sign, currency and whole units of `text`.
    pub whole: String,
    /// The decimal point and decimals of `text`; may be empty.
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
    /// The letter to show when there is no logo.
    pub letter: String,
    /// `/logo/{id}`; `None` when there is no logo.
    pub logo: Option<String>,
    /// A color that stays the same for a name: an index from 0 to 11 into the stylesheet's palette.
    pub tone: u8,
}

/// Everything on the first page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// One for each currency, the largest holding first.
    pub net_worth: Vec<NetWorth>,
    /// Accounts whose currency is unknown; listed separately and in no sum.
    pub unsummed: Vec<AccountRow>,
    /// What needs attention, the most pressing first.
    pub attention: Vec<Attention>,
    /// Accounts by institution.
    pub connections: Vec<ConnectionCard>,
    /// What was kept of connections that have ended.
    pub ended: Vec<ConnectionCard>,
    /// The newest transactions, by day.
    pub newest: Vec<Day>,
}

/// What a person owns and owes in one currency.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetWorth {
    /// Assets less debts.
    pub total: Figure,
    /// The sum of the assets.
    pub assets: Figure,
    /// The sum of the debts, negative.
    pub debts: Figure,
    /// "includes a balance as of 12 Nov 2026", naming the oldest, when a bank has not reported one since; else empty.
    pub as_of: String,
    /// How much the total changed since `change_since`; `None` until there are two days.
    pub change: Option<Figure>,
    /// "in the last 30 days", "since 3 Nov".
    pub change_since: String,
    /// One point a day since the first link; days without a snapshot carry the last one forward.
    pub line: Vec<Point>,
}

/// One day of a chart line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// `2026-11-21`.
    pub date: String,
    /// "21 Nov 2026".
    pub label: String,
    /// The figure for that day.
    pub figure: Figure,
}

/// Something that needs attention: one sentence and one action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    /// The id of the connection that it is about; empty when there is none.
    pub connection_id: String,
    /// The name in bold at the beginning of the sentence.
    pub institution: String,
    /// The rest of the sentence: what happened, that nothing is lost, what to do.
    pub sentence: String,
    /// What to do about it.
    pub action: AttentionAction,
    /// The provider's error code and request id, for people who contact its support.
    pub reference: Option<String>,
    /// What "not now" dismisses; `None` when it cannot wait.
    pub can_wait: Option<String>,
    /// Whether the connection brings nothing new until this is dealt with.
    pub stopped: bool,
}

impl Attention {
    /// Whether its action is the only remedy: a sync would fail as the last one did.
    #[must_use]
    pub fn is_the_only_way(&self) -> bool {
        self.stopped && self.action != AttentionAction::None
    }
}

/// The remedy for a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttentionAction {
    /// Log in at the bank again.
    Repair,
    /// Enter the bank's log-in here again.
    LogIn,
    /// Answer the bank's question.
    Answer,
    /// Link the bank again.
    LinkAgain,
    /// Try again now.
    SyncNow,
    /// Choose at the bank which accounts it shares.
    ChooseAccounts,
    /// Say which accounts were linked before.
    Match,
    /// Nothing but to wait, or to ask the admin.
    None,
}

/// A connection with its accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionCard {
    /// The connection's id.
    pub id: String,
    /// The institution's name.
    pub institution: String,
    /// Its mark.
    pub mark: Mark,
    /// The provider's display name.
    pub provider: String,
    /// When it was last synced; `None` before the first sync.
    pub synced: Option<When>,
    /// When the provider last got data from the bank, as the provider reports it.
    pub heard: Option<When>,
    /// Whether a sync is due or running.
    pub syncing: bool,
    /// Whether the first sync is unfinished, so that there is progress to show.
    pub first_sync: bool,
    /// How it ended, or is about to: "Unlinked on 3 Nov 2026. …"; `None` while it is linked.
    pub ended: Option<String>,
    /// Whether it has ended, and its accounts and transactions are deleted as soon as the provider confirms.
    pub deleting: bool,
    /// The id of the connection that linked the same bank again, when this one has ended.
    pub linked_anew: Option<String>,
    /// Who the log-in that was typed here waits for; `None` when the bank is not being asked.
    pub asking: Option<Asking>,
    /// Its most pressing problem, if any.
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

/// What can be done about a connection. It depends on what its provider can do and on the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offers {
    /// Sync what the provider has.
    pub sync: bool,
    /// Log in again.
    pub repair: bool,
    /// Whether the log-in is typed here.
    pub credentials: bool,
    /// Choose the shared accounts again.
    pub choose_accounts: bool,
    /// Ask the bank for news at once, which costs money.
    pub paid_refresh: bool,
    /// Unlink it. Only a connection that was once linked can be unlinked; one that never was is removed.
    pub unlink: bool,
}

/// An account in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRow {
    /// The account's id.
    pub id: String,
    /// The bank's name for the account.
    pub name: String,
    /// `••0000`, or empty.
    pub mask: String,
    /// "Checking", "Credit card".
    pub kind: String,
    /// The institution's name.
    pub institution: String,
    /// The institution's mark.
    pub mark: Mark,
    /// The last known balance; `None` when the bank never reported one.
    pub balance: Option<Figure>,
    /// "as of 12 Nov 2026" when the bank has not reported the balance since; else empty.
    pub as_of: String,
    /// A secondary line: "available $4,871.09", "limit $12,000.00"; may be empty.
    pub detail: String,
    /// When its balance was fetched.
    pub synced: Option<When>,
    /// Whether the bank no longer lists it.
    pub closed: bool,
    /// Why it is no longer listed, in words; empty while it is.
    pub closed_words: String,
}

/// The transactions of one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// `2026-11-21`.
    pub date: String,
    /// "Today", "Wed 18 Nov", "3 Mar 2025".
    pub label: String,
    /// The day's sum; `None` unless the whole day is on this page and in one currency.
    pub sum: Option<Figure>,
    /// The rows, newest first.
    pub rows: Vec<TransactionRow>,
}

/// A transaction in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionRow {
    /// The transaction's id.
    pub id: String,
    /// The person's name for it, else the merchant, else the bank's text.
    pub name: String,
    /// The mark of its merchant or institution.
    pub mark: Mark,
    /// "Groceries": the person's category if they chose one, else the bank's; may be empty.
    pub category: String,
    /// The account's name.
    pub account: String,
    /// The amount.
    pub amount: Figure,
    /// Whether the bank has not settled it yet.
    pub pending: bool,
}

/// The filter of a list of transactions, as in the URL. Empty means "any".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Words to find in merchant and description, and in the person's name, note and tags.
    pub q: String,
    /// An account's id.
    pub account: String,
    /// First day, `2026-11-01`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Smallest amount, ignoring the sign: `12.50`.
    pub min: String,
    /// Largest amount, ignoring the sign.
    pub max: String,
    /// A primary category's code; matches the person's category where they have chosen one.
    pub category: String,
    /// `yes`, `no`, or empty.
    pub pending: String,
    /// Where the page begins, as given by the previous page.
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
    /// What is wrong with the filter: field names, each with a sentence. The rows are then empty.
    pub problems: Vec<(String, String)>,
    /// Whether the person has linked any bank.
    pub any_connection: bool,
}

/// An option to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The value that is submitted.
    pub value: String,
    /// The text that people read.
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
    /// The bank's exact figure, when it has more decimals than the currency.
    pub exact: Option<String>,
    /// Everything that the bank said, in groups with headings.
    pub facts: Vec<FactGroup>,
    /// The person's own values.
    pub own: OwnWords,
}

/// A person's own values on a transaction, with the bank's values beside them. Empty where there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnWords {
    /// Their name for it.
    pub name: String,
    /// The code of the category that they chose.
    pub category: String,
    /// Their note.
    pub note: String,
    /// Their tags, separated by spaces.
    pub tags: String,
    /// The merchant, else the bank's text.
    pub banks_name: String,
    /// The bank's category, in words.
    pub banks_category: String,
    /// The categories to choose from.
    pub categories: Vec<Choice>,
}

/// Facts under one heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactGroup {
    /// "Merchant", "Place", "Reference".
    pub heading: String,
    /// Labels and values.
    pub facts: Vec<(String, String)>,
}

/// An account's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountDetail {
    /// As in the list.
    pub account: AccountRow,
    /// The connection's id.
    pub connection_id: String,
    /// The provider's display name.
    pub provider: String,
    /// Whether the provider can be asked for its news.
    pub syncs: bool,
    /// Whether it is deleted with its connection as soon as the provider confirms.
    pub deleting: bool,
    /// The connection's most pressing problem, if any.
    pub attention: Option<Attention>,
    /// Long name, kind, available, limit, exact figure.
    pub facts: Vec<(String, String)>,
    /// How fresh it is, step by step from the bank to Passbook.
    pub freshness: Vec<Freshness>,
    /// The balance by day.
    pub line: Vec<Point>,
    /// The newest transactions.
    pub days: Vec<Day>,
    /// Whether there are more transactions than these.
    pub more: bool,
}

/// A step between the bank and Passbook, and how fresh its data is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freshness {
    /// "Newest transaction", "Plaid last checked your bank", "Last synced".
    pub whose: String,
    /// The moment, if it is known.
    pub at: Option<When>,
    /// The words to show without a moment: a day, or that it is unknown.
    pub words: String,
    /// What the time means.
    pub meaning: String,
}

/// The progress of a first sync, or the state of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The connection's id.
    pub connection_id: String,
    /// The institution.
    pub institution: String,
    /// "Getting your transactions", "You’re all set", "Log-in needed".
    pub heading: String,
    /// "4 accounts found. 1,240 transactions so far, back to March 2025."
    pub sentence: String,
    /// Percent, 0 to 100, for the bar.
    pub percent: u8,
    /// Whether the first sync is finished.
    pub done: bool,
    /// The problem that stopped it, if any.
    pub attention: Option<Attention>,
    /// What can be done about it.
    pub offers: Offers,
    /// Whether a sync is due or running that may solve the problem.
    pub retrying: bool,
    /// Whether the bank is checking a log-in that was typed here.
    pub asking: bool,
    /// "Updated 2 hours ago. Checks automatically every 6 hours."; empty while the connection is stopped.
    pub news: String,
}

/// The accounts of a relinked bank, to be matched with those of the earlier link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matching {
    /// The id of the new connection.
    pub connection_id: String,
    /// Its institution.
    pub institution: String,
    /// Whether all of its history has arrived; until then accounts cannot be matched.
    pub ready: bool,
    /// The accounts of the earlier connection.
    pub before: Vec<AccountBefore>,
}

/// An account of the earlier connection, and the accounts that it may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountBefore {
    /// The account's id.
    pub id: String,
    /// "Checking ••0000".
    pub name: String,
    /// "transactions from 3 Mar 2025 to 18 Nov 2026, kept since 21 Nov 2026".
    pub detail: String,
    /// The accounts of the new connection that it can be.
    pub choices: Vec<Choice>,
    /// The most likely of them; empty when none is likely.
    pub proposed: String,
    /// Why it is likely, in words; empty when none is.
    pub because: String,
}
