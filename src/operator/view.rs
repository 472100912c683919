//! View types of the admin pages: finished words.

use crate::ledger::view::{Mark, When};
use domain::access::Scopes;
use domain::secret::Secret;

/// The state of something, in words; the tone only emphasizes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The tone.
    pub tone: Tone,
    /// "Healthy", "Needs a log-in".
    pub words: String,
}

/// How serious a state is; the worse, the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Everything is fine.
    Good,
    /// Neither good nor bad.
    Plain,
    /// Worth a look.
    Warn,
    /// A person has to act.
    Wrong,
}

/// A page of lines, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines<T> {
    /// The lines on this page.
    pub lines: Vec<T>,
    /// Where the next, older page begins; `None` at the end.
    pub older: Option<String>,
}

/// The first admin page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Figures and states, each with the page that shows more.
    pub glance: Vec<Glance>,
    /// The checks of the setup.
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
    /// "1 needs attention".
    pub state: State,
    /// The page that shows more; empty when there is none.
    pub href: String,
}

/// A check of one part of the setup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// "Key file".
    pub what: String,
    /// "Good", "Look at this".
    pub state: State,
    /// What was found, and the remedy where one is needed.
    pub words: String,
    /// The exact setting to change or command to run, if there is one.
    pub line: Option<String>,
}

impl Check {
    /// Nothing needs to be done.
    pub fn good(what: &str, words: impl Into<String>) -> Self {
        Self::new(what, Tone::Good, "Good", words)
    }

    /// Something good to know.
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

    /// Adds the line to change or run.
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
    /// The person's id.
    pub id: String,
    /// Full name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// When they signed up.
    pub since: When,
    /// When they were last here; `None` when that has not been recorded yet.
    pub seen: Option<When>,
    /// "2 banks".
    pub connections: String,
    /// "Operator", "Demo person"; `None` for all others.
    pub role: Option<State>,
    /// Their sessions and credentials, "2 browsers, 1 API key"; empty for none.
    pub access: String,
    /// "Suspended", "Being deleted"; `None` for all others.
    pub standing: Option<State>,
    /// Whether they are suspended.
    pub suspended: bool,
    /// Whether they are being deleted.
    pub leaving: bool,
}

/// A registered app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppLine {
    /// Its client id.
    pub id: String,
    /// The name that people read.
    pub name: String,
    /// The addresses that people are sent back to.
    pub addresses: Vec<String>,
    /// The scopes that it may ask for at most.
    pub scopes: Scopes,
    /// Whether it has a secret.
    pub has_secret: bool,
    /// How many people have given it access, as a sentence.
    pub people: String,
    /// When it was registered.
    pub since: When,
    /// Since when it is disabled; `None` while it is enabled.
    pub off_since: Option<When>,
    /// Whether it is enabled, in words.
    pub state: State,
}

/// An app that has just been registered, or has a new secret.
#[derive(Clone, Debug)]
pub struct RegisteredApp {
    /// The result as a sentence.
    pub said: String,
    /// Its secret; `None` for an app that cannot keep one.
    pub secret: Option<Secret>,
}

/// A connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionLine {
    /// The connection's id.
    pub id: String,
    /// The institution's name.
    pub institution: String,
    /// Its mark.
    pub mark: Mark,
    /// The owner's e-mail address.
    pub owner: String,
    /// Its state.
    pub state: State,
    /// When the last sync succeeded; `None` before the first.
    pub synced: Option<When>,
    /// When it is next due; `None` when it is not.
    pub next: Option<When>,
    /// What is wrong, in words.
    pub problem: Option<String>,
    /// The problem's code and the provider's request id.
    pub reference: Option<String>,
    /// Whether a sync can be asked for.
    pub can_sync: bool,
}

/// A genuine webhook in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryLine {
    /// The delivery's id.
    pub id: i64,
    /// "TRANSACTIONS: SYNC_UPDATES_AVAILABLE".
    pub name: String,
    /// The error code that it carries; may be empty.
    pub error: String,
    /// "First Platypus Bank of ada@example.org".
    pub about: String,
    /// When it last came.
    pub came: When,
    /// How long it came after it was signed.
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
    /// Labels and values.
    pub facts: Vec<(String, String)>,
    /// The body as it came, without tokens.
    pub body: String,
    /// Each replay: when, by whom, and with what result; the latest first.
    pub replays: Vec<(When, String, String)>,
}

/// Webhooks that were refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Every reason, and how many were ever refused for it.
    pub counts: Vec<(String, String)>,
    /// The latest ones.
    pub last: Lines<RefusedLine>,
}

/// A refused webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedLine {
    /// Why, in words.
    pub reason: String,
    /// SHA-256 of its body.
    pub hash: String,
    /// When it came.
    pub came: When,
}

/// A piece of background work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobLine {
    /// The job's id.
    pub id: String,
    /// The kind of job: "Sync".
    pub name: String,
    /// "First Platypus Bank of ada@example.org"; may be empty.
    pub about: String,
    /// Its state.
    pub state: State,
    /// When it is due, if that is in the future.
    pub due: Option<When>,
    /// The newest run.
    pub last: Option<RunLine>,
    /// Whether it can be cancelled.
    pub can_cancel: bool,
}

/// One run of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunLine {
    /// When it began.
    pub began: When,
    /// How long it took; empty while it runs.
    pub took: String,
    /// How it ended.
    pub outcome: State,
    /// What went wrong, as a sentence; may be empty.
    pub problem: String,
    /// The problem's code and the provider's request id; may be empty.
    pub reference: String,
    /// What the run did; may be empty.
    pub result: String,
}

/// A job's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobDetail {
    /// As in the list.
    pub line: JobLine,
    /// The id of what it is about.
    pub subject: String,
    /// Its runs, the newest first.
    pub runs: Vec<RunLine>,
}

/// The filter of a list of calls, as in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallFilter {
    /// A path at the provider; empty for any.
    pub endpoint: String,
    /// A connection's id; empty for any.
    pub connection: String,
    /// Whether only failed calls are listed.
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
    /// The connection's id; empty when the call was for none.
    pub connection: String,
    /// Its institution; may be empty.
    pub institution: String,
    /// When it began.
    pub began: When,
    /// How long it took.
    pub took: String,
    /// The outcome.
    pub outcome: State,
    /// The error's code; empty when there was none.
    pub code: String,
    /// The provider's request id; may be empty.
    pub request_id: String,
}

/// How much of one provider limit is used.
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
    /// Percent of what we allow ourselves, 0 to 100, for the bar.
    pub percent: u32,
    /// How close the limit is.
    pub state: State,
}
