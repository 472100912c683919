//! What the operator's pages show: finished words.

use crate::ledger::view::{Mark, When};
use domain::access::Scopes;
use domain::secret::Secret;

/// How something stands, in words; the tone only underlines them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// How it sounds.
    pub tone: Tone,
    /// "Healthy", "Needs a log-in".
    pub words: String,
}

/// How a state sounds, the worse the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// All is well.
    Good,
    /// Neither well nor ill.
    Plain,
    /// Worth a look.
    Warn,
    /// Somebody has to do something.
    Wrong,
}

/// Some lines, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines<T> {
    /// What is on this page.
    pub lines: Vec<T>,
    /// Where the next, older page begins; `None` at the end.
    pub older: Option<String>,
}

/// The first page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// What there is and how it stands; each with the page that tells more.
    pub glance: Vec<Glance>,
    /// What was set up, and whether it will do.
    pub checks: Vec<Check>,
    /// The settings in force, without secrets.
    pub settings: Vec<(String, String)>,
}

/// One figure of the first page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// "Connections".
    pub what: String,
    /// "3 banks".
    pub figure: String,
    /// "1 in trouble".
    pub state: State,
    /// Where more is told; empty for nowhere.
    pub href: String,
}

/// One thing about how Passbook was set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// "Key file".
    pub what: String,
    /// "Good", "Look at this".
    pub state: State,
    /// What is found, and what to do where something is to be done.
    pub words: String,
    /// The very setting to change or command to run, where there is one.
    pub line: Option<String>,
}

impl Check {
    /// Nothing is to be done.
    pub fn good(what: &str, words: impl Into<String>) -> Self {
        Self::new(what, Tone::Good, "Good", words)
    }

    /// Something that is good to know.
    pub fn note(what: &str, words: impl Into<String>) -> Self {
        Self::new(what, Tone::Plain, "Note", words)
    }

    /// Something that may be wrong.
    pub fn warn(what: &str, words: impl Into<String>) -> Self {
        Self::new(what, Tone::Warn, "Check this", words)
    }

    /// Something that is wrong.
    pub fn wrong(what: &str, words: impl Into<String>) -> Self {
        Self::new(what, Tone::Wrong, "Needs attention", words)
    }

    /// The same with what to change or run.
    #[must_use]
    pub fn with_line(self, line: impl Into<String>) -> Self {
        let line = Some(line.into());
        Self { line, ..self }
    }

    fn new(what: &str, tone: Tone, said: &str, words: impl Into<String>) -> Self {
        let said = said.into();
        Self {
            what: what.into(),
            state: State { tone, words: said },
            words: words.into(),
            line: None,
        }
    }
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonLine {
    /// Which.
    pub id: String,
    /// Full name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// When they signed up.
    pub since: When,
    /// When they were here last; `None` when that was not noted yet.
    pub seen: Option<When>,
    /// "2 banks".
    pub connections: String,
    /// "Operator", "Demo person"; `None` for everybody else.
    pub role: Option<State>,
    /// What is logged in as them, "2 browsers, 1 API key"; empty for nothing.
    pub access: String,
}

/// An app that is registered here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppLine {
    /// What it calls itself in requests.
    pub id: String,
    /// What people read.
    pub name: String,
    /// Where people are sent back to.
    pub addresses: Vec<String>,
    /// The most that it may ask for.
    pub scopes: Scopes,
    /// Whether it has a secret.
    pub has_secret: bool,
    /// How many people have given it access, in a sentence.
    pub people: String,
    /// When it was registered.
    pub since: When,
    /// Since when it is switched off.
    pub off_since: Option<When>,
    /// Whether it is on.
    pub state: State,
}

/// An app that was registered a moment ago.
#[derive(Clone, Debug)]
pub struct RegisteredApp {
    /// What there is to say of it.
    pub said: String,
    /// Its secret, if it has one.
    pub secret: Option<Secret>,
}

/// A connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionLine {
    /// Which.
    pub id: String,
    /// The institution's name.
    pub institution: String,
    /// Its mark.
    pub mark: Mark,
    /// The owner's e-mail address.
    pub owner: String,
    /// How it stands.
    pub state: State,
    /// The last sync that succeeded; `None` before the first.
    pub synced: Option<When>,
    /// When it is looked at next; `None` when it is not.
    pub next: Option<When>,
    /// What is wrong, in words.
    pub problem: Option<String>,
    /// Its code and the provider's number for the call.
    pub reference: Option<String>,
    /// Whether a sync can be asked for.
    pub can_sync: bool,
}

/// A genuine webhook in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryLine {
    /// Which.
    pub id: i64,
    /// "TRANSACTIONS: SYNC_UPDATES_AVAILABLE".
    pub name: String,
    /// The error code that it carries; may be empty.
    pub error: String,
    /// "First Platypus Bank of ada@example.org".
    pub about: String,
    /// When it came last.
    pub came: When,
    /// How long after its signing.
    pub latency: String,
    /// What it led to.
    pub caused: String,
    /// "came 3 times, replayed once"; may be empty.
    pub times: String,
}

/// A genuine webhook's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryDetail {
    /// As in the list.
    pub line: DeliveryLine,
    /// What and its value.
    pub facts: Vec<(String, String)>,
    /// The body as it came, but for tokens.
    pub body: String,
    /// When it was replayed, by whom and to what end; the last time first.
    pub replays: Vec<(When, String, String)>,
}

/// Webhooks that were refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Every reason and how many were ever refused for it.
    pub counts: Vec<(String, String)>,
    /// The last ones.
    pub last: Lines<RefusedLine>,
}

/// A refused webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedLine {
    /// Why, in words.
    pub reason: String,
    /// SHA-256 of its body.
    pub hash: String,
    /// When.
    pub came: When,
}

/// A piece of background work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobLine {
    /// Which.
    pub id: String,
    /// What is done: "Sync".
    pub name: String,
    /// "First Platypus Bank of ada@example.org"; may be empty.
    pub about: String,
    /// How it stands.
    pub state: State,
    /// When its time comes, where that lies ahead.
    pub due: Option<When>,
    /// The newest run.
    pub last: Option<RunLine>,
    /// Whether it may be called off.
    pub can_cancel: bool,
}

/// One run of a piece of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunLine {
    /// When it began.
    pub began: When,
    /// How long it took; empty while it runs.
    pub took: String,
    /// How it ended.
    pub outcome: State,
    /// What went wrong, in a sentence; may be empty.
    pub problem: String,
    /// Its code and the provider's number for the call; may be empty.
    pub reference: String,
    /// What was done; may be empty.
    pub result: String,
}

/// A piece of work's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobDetail {
    /// As in the list.
    pub line: JobLine,
    /// What it is about, as its id.
    pub subject: String,
    /// Its runs, the newest first.
    pub runs: Vec<RunLine>,
}

/// What a list of calls is narrowed to; all of it stands in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallFilter {
    /// A path of the provider's; empty for any.
    pub endpoint: String,
    /// A connection's id; empty for any.
    pub connection: String,
    /// Only those that did not go well.
    pub failed: bool,
}

/// A page of calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calls {
    /// The calls.
    pub calls: Lines<CallLine>,
    /// The paths to choose from.
    pub endpoints: Vec<String>,
}

/// A call to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallLine {
    /// What was asked, in words.
    pub words: String,
    /// The path.
    pub endpoint: String,
    /// The connection's id; empty when it was for none.
    pub connection: String,
    /// Its institution; may be empty.
    pub institution: String,
    /// When it began.
    pub began: When,
    /// How long it took.
    pub took: String,
    /// What came of it.
    pub outcome: State,
    /// The error's code; empty when there was none.
    pub code: String,
    /// The provider's number for the call; may be empty.
    pub request_id: String,
}

/// How much is used of one limit of a provider's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageLine {
    /// What is counted, in words.
    pub words: String,
    /// The path.
    pub endpoint: String,
    /// Whose calls: "all connections together", "First Platypus Bank of ada@example.org".
    pub whose: String,
    /// "12 of 40 in a minute".
    pub used: String,
    /// Per cent of what we allow ourselves, 0 to 100, for the bar.
    pub percent: u32,
    /// How near that is.
    pub state: State,
}
