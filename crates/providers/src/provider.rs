//! What Passbook needs of a provider. A provider is one folder with one type that can do this, and its settings.

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use reqwest::header::HeaderMap;
use serde_json::Value;

use domain::feed::{ConnectionFacts, FeedAccount, FeedPage, Institution};
use domain::id::ConnectionId;
use domain::link::{LinkResult, LinkState};
use domain::problem::{Grant, Problem, Reason};
use domain::provider::{Capabilities, CredentialField, Offered, Typed};
use domain::secret::Secret;
use domain::usage::Usage;
use domain::webhook::{Notice, Refusal, Verified};

/// The way to one provider. Every call is reported to the record of calls; every error is the provider's refusal, by
/// what is to be done about it.
#[async_trait]
pub trait Provider: Debug + Send + Sync {
    /// The word for it where several providers are told apart: in the database, in addresses and in settings.
    fn name(&self) -> &'static str;

    /// What people call it.
    fn title(&self) -> &'static str {
        self.name()
    }

    /// What it can do.
    fn capabilities(&self) -> Capabilities;

    /// What a path of its API asks, in words.
    fn asked(&self, endpoint: &str) -> &'static str;

    /// How much is used of what it allows.
    fn usage(&self) -> Vec<Usage>;

    /// Counts calls that were made before the program was started anew, the oldest first: a program that crashes
    /// again and again keeps the limits too.
    fn recall(&self, calls: &[(String, Option<ConnectionId>, Timestamp)]);

    /// Begins a link: gives what the person's browser opens, or has the bank asked with what they typed.
    async fn begin_link(&self, wanted: &LinkRequest<'_>) -> Result<Begun, Problem>;

    /// What has come of a link that was begun, by its token.
    async fn link_state(&self, token: &Secret) -> Result<LinkState, Problem>;

    /// Reads what the script of the provider's pane handed over beside the public token. It comes from a browser or a
    /// program: what cannot be read is left out.
    fn read_link_result(&self, public_token: Secret, _said: &Value) -> LinkResult {
        LinkResult {
            public_token,
            ..LinkResult::default()
        }
    }

    /// What a code means with which the script of the provider's pane ended.
    fn told_problem(&self, code: &str, request_id: Option<String>) -> Problem {
        Problem {
            request_id,
            ..Problem::new(Reason::Unclear, code)
        }
    }

    /// Institutions whose names hold a text, by page from 1.
    async fn institutions(&self, _name: &str, _page: u32) -> Result<Offered, Problem> {
        Ok(Offered::default())
    }

    /// What an institution's log-in asks for.
    async fn credential_fields(&self, _institution: &str) -> Result<Vec<CredentialField>, Problem> {
        Err(Problem::ours(Reason::NotSupported))
    }

    /// The address of the provider's page for credentials and challenges, for a person. It opens once.
    async fn widget_url(
        &self,
        _person: &str,
        _purpose: WidgetPurpose<'_>,
    ) -> Result<Secret, Problem> {
        Err(Problem::ours(Reason::NotSupported))
    }

    /// Answers every challenge of a link that was begun.
    async fn answer(&self, _token: &Secret, _answers: &[Typed]) -> Result<(), Problem> {
        Err(Problem::ours(Reason::NotSupported))
    }

    /// Everything that is linked for a person there: what its own page ([`Provider::widget_url`]) has linked is among it.
    async fn links_of(&self, _person: &str) -> Result<Vec<LinkResult>, Problem> {
        Ok(Vec::new())
    }

    /// The token of a link ([`Begun::token`]) for a connection whose bank asks its person something although nobody
    /// has begun one.
    fn link_of(&self, _key: Key<'_>) -> Result<Secret, Problem> {
        Err(Problem::ours(Reason::NotSupported))
    }

    /// Makes a connection of what a finished link handed over. Some providers do this once and never again.
    async fn exchange(&self, handed_over: &Secret) -> Result<Grant, Problem>;

    /// What the provider says of a connection as a whole.
    async fn facts(&self, key: Key<'_>) -> Result<ConnectionFacts, Problem>;

    /// The accounts with the balances that the provider has in store; free.
    async fn accounts(&self, key: Key<'_>) -> Result<Vec<FeedAccount>, Problem>;

    /// One page of a read; `at` is where the page before said that the next one begins, `None` for the first.
    async fn page(
        &self,
        key: Key<'_>,
        from: ReadFrom<'_>,
        at: Option<&str>,
    ) -> Result<FeedPage, Problem>;

    /// Has the bank of an institution asked for transactions and balances now; it can cost money and take half a
    /// minute.
    async fn refresh(&self, _key: Key<'_>, _institution: Option<&str>) -> Result<(), Problem> {
        Err(Problem::ours(Reason::NotSupported))
    }

    /// Has the bank of a new connection asked for all the history that it gives, where the provider fetches less by
    /// itself. The bank may want to know something of the person first.
    async fn extend_history(&self, _key: Key<'_>) -> Result<(), Problem> {
        Err(Problem::ours(Reason::NotSupported))
    }

    /// Tells where the webhooks of a connection go; nowhere without an address. Nothing is done where that is set for
    /// all connections together.
    async fn update_webhook(&self, _key: Key<'_>, _address: Option<&str>) -> Result<(), Problem> {
        Ok(())
    }

    /// Ends a connection for good.
    async fn remove(&self, key: Key<'_>) -> Result<(), Problem>;

    /// Forgets a person of whom nothing is linked any more, where the provider knows them.
    async fn forget_person(&self, _person: &str) -> Result<(), Problem> {
        Ok(())
    }

    /// An institution with its logo.
    async fn institution(&self, id: &str) -> Result<Institution, Problem>;

    /// Believes a webhook or says why not.
    async fn verify_webhook(&self, knock: Knock<'_>, now: Timestamp) -> Result<Verified, Refusal>;

    /// What a webhook says that was believed before.
    fn read_webhook(&self, body: &[u8]) -> Notice;
}

/// A connection's key, with its name for the record of calls.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// The access token.
    pub token: &'a Secret,
    /// The connection.
    pub connection: &'a ConnectionId,
}

/// What a provider's own page is opened for.
#[derive(Clone, Copy, Debug)]
pub enum WidgetPurpose<'a> {
    /// Linking a new bank, which may be chosen already.
    NewBank(Option<&'a str>),
    /// Putting right the connection with this access token: answering its bank, or logging in again.
    Repair(&'a Secret),
    /// Logging in again at the bank of the connection with this access token, although it works.
    NewLogIn(&'a Secret),
}

/// What is asked of a link.
#[derive(Clone, Debug)]
pub struct LinkRequest<'a> {
    /// A name of ours for what is linked: the same one once more is no second link.
    pub id: &'a str,
    /// The person, by an id that tells nothing about them.
    pub person: &'a str,
    /// The access token of the connection to repair; `None` for a new bank.
    pub repair: Option<&'a Secret>,
    /// Let the person choose accounts again.
    pub choose_accounts: bool,
    /// How the person gets to their bank.
    pub way: LinkWay<'a>,
}

/// How a person gets to their bank.
#[derive(Clone, Copy, Debug)]
pub enum LinkWay<'a> {
    /// The provider's script opens its pane in our page.
    Script,
    /// The provider's own page, which comes back to this address of ours.
    Hosted(&'a str),
    /// They type the bank's credentials here.
    Credentials {
        /// The provider's id of the institution.
        institution: &'a str,
        /// What they typed.
        typed: &'a [Typed],
    },
}

/// A link that was begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// What opens it for the script, and by which the provider is asked what came of it.
    pub token: Secret,
    /// When the token stops working.
    pub expires_at: Timestamp,
    /// The provider's own page, if one was asked for.
    pub hosted_url: Option<Secret>,
}

/// Where a read begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFrom<'a> {
    /// At the beginning: everything there is.
    Beginning,
    /// After a mark that an earlier read ended with.
    Cursor(&'a str),
    /// At a day: everything of it and later.
    Day(Date),
}

/// What came to the door for webhooks.
#[derive(Clone, Copy, Debug)]
pub struct Knock<'a> {
    /// The request's headers.
    pub headers: &'a HeaderMap,
    /// What follows the provider's name in the address; empty when nothing does.
    pub path: &'a str,
    /// The body.
    pub body: &'a [u8],
}
