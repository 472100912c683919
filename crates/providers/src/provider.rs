//! The interface of a bank provider. Each provider is one folder with one type that implements it, and its settings.

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

/// A client for one provider. Every call is added to the record of calls. Every error is the provider's refusal,
/// classified by what has to be done about it.
#[async_trait]
pub trait Provider: Debug + Send + Sync {
    /// Returns its name in the database, in addresses and in settings.
    fn name(&self) -> &'static str;

    /// Returns its display name.
    fn title(&self) -> &'static str {
        self.name()
    }

    /// Returns what it can do.
    fn capabilities(&self) -> Capabilities;

    /// Describes in words what a path of its API asks.
    fn asked(&self, endpoint: &str) -> &'static str;

    /// Returns how much of its limits is used.
    fn usage(&self) -> Vec<Usage>;

    /// Counts calls made before the program started, oldest first, so that a program that keeps crashing stays within
    /// the limits.
    fn recall(&self, calls: &[(String, Option<ConnectionId>, Timestamp)]);

    /// Begins a link: returns what the person's browser opens, or has the bank asked with what they typed.
    async fn begin_link(&self, wanted: &LinkRequest<'_>) -> Result<Begun, Problem>;

    /// Returns the state of a link, by its token.
    async fn link_state(&self, token: &Secret) -> Result<LinkState, Problem>;

    /// Reads what the script of the provider's pane returned beside the public token. It comes from a browser or a
    /// program, so what cannot be read is left out.
    fn read_link_result(&self, public_token: Secret, _said: &Value) -> LinkResult {
        LinkResult {
            public_token,
            ..LinkResult::default()
        }
    }

    /// Returns the meaning of the error code with which the pane's script ended.
    fn told_problem(&self, code: &str, request_id: Option<String>) -> Problem {
        Problem {
            request_id,
            ..Problem::new(Reason::Unclear, code)
        }
    }

    /// Returns a page of the institutions whose names contain a text. Pages are counted from 1.
    async fn institutions(&self, _name: &str, _page: u32) -> Result<Offered, Problem> {
        Ok(Offered::default())
    }

    /// Returns the fields of an institution's log-in.
    async fn credential_fields(&self, _institution: &str) -> Result<Vec<CredentialField>, Problem> {
        Err(Problem::ours(Reason::NotSupported))
    }

    /// Returns the URL of the provider's page where a person enters credentials and answers challenges. The URL works
    /// once.
    async fn widget_url(
        &self,
        _person: &str,
        _purpose: WidgetPurpose<'_>,
    ) -> Result<Secret, Problem> {
        Err(Problem::ours(Reason::NotSupported))
    }

    /// Answers every challenge of a link.
    async fn answer(&self, _token: &Secret, _answers: &[Typed]) -> Result<(), Problem> {
        Err(Problem::ours(Reason::NotSupported))
    }

    /// Returns everything that is linked for a person at the provider, including on its own page
    /// ([`Provider::widget_url`]).
    async fn links_of(&self, _person: &str) -> Result<Vec<LinkResult>, Problem> {
        Ok(Vec::new())
    }

    /// Returns a link token ([`Begun::token`]) for a connection whose bank challenges its person although no link was
    /// begun.
    fn link_of(&self, _key: Key<'_>) -> Result<Secret, Problem> {
        Err(Problem::ours(Reason::NotSupported))
    }

    /// Exchanges the result of a finished link for a connection's key. Some providers do this only once.
    async fn exchange(&self, handed_over: &Secret) -> Result<Grant, Problem>;

    /// Returns what the provider says about a connection as a whole.
    async fn facts(&self, key: Key<'_>) -> Result<ConnectionFacts, Problem>;

    /// Returns the accounts with the balances that the provider has stored. Free of charge.
    async fn accounts(&self, key: Key<'_>) -> Result<Vec<FeedAccount>, Problem>;

    /// Returns one page of a read. `at` is where the previous page said the next one begins, or `None` for the first.
    async fn page(
        &self,
        key: Key<'_>,
        from: ReadFrom<'_>,
        at: Option<&str>,
    ) -> Result<FeedPage, Problem>;

    /// Has the bank asked for transactions and balances now. This can cost money and take half a minute.
    async fn refresh(&self, _key: Key<'_>, _institution: Option<&str>) -> Result<(), Problem> {
        Err(Problem::ours(Reason::NotSupported))
    }

    /// Has the bank of a new connection asked for its whole history, where the provider does not fetch it unasked. The
    /// bank may challenge the person first.
    async fn extend_history(&self, _key: Key<'_>) -> Result<(), Problem> {
        Err(Problem::ours(Reason::NotSupported))
    }

    /// Sets the webhook address of a connection, or removes it. Does nothing where one address is set for all
    /// connections.
    async fn update_webhook(&self, _key: Key<'_>, _address: Option<&str>) -> Result<(), Problem> {
        Ok(())
    }

    /// Ends a connection permanently.
    async fn remove(&self, key: Key<'_>) -> Result<(), Problem>;

    /// Deletes a person without connections at the provider, if the provider knows people.
    async fn forget_person(&self, _person: &str) -> Result<(), Problem> {
        Ok(())
    }

    /// Returns an institution with its logo.
    async fn institution(&self, id: &str) -> Result<Institution, Problem>;

    /// Verifies a webhook, or says why it is refused.
    async fn verify_webhook(&self, knock: Knock<'_>, now: Timestamp) -> Result<Verified, Refusal>;

    /// Reads a webhook that was verified before.
    fn read_webhook(&self, body: &[u8]) -> Notice;
}

/// The key of a connection, with the connection's id for the record of calls.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a> {
    /// The access token.
    pub token: &'a Secret,
    /// The connection's id.
    pub connection: &'a ConnectionId,
}

/// What a provider's own page is opened for.
#[derive(Clone, Copy, Debug)]
pub enum WidgetPurpose<'a> {
    /// Linking a new bank. Holds the institution's id if it is already chosen.
    NewBank(Option<&'a str>),
    /// Repairing the connection with this access token: answering its bank, or logging in again.
    Repair(&'a Secret),
    /// Logging in again at the bank of the connection with this access token, although it works.
    NewLogIn(&'a Secret),
}

/// A request to begin a link.
#[derive(Clone, Debug)]
pub struct LinkRequest<'a> {
    /// Our id for what is linked. The same id again makes no second link.
    pub id: &'a str,
    /// An opaque id of the person.
    pub person: &'a str,
    /// The access token of the connection to repair; `None` for a new bank.
    pub repair: Option<&'a Secret>,
    /// Whether the person chooses accounts again.
    pub choose_accounts: bool,
    /// How the person gets to their bank.
    pub way: LinkWay<'a>,
}

/// The way in which a person logs in at their bank.
#[derive(Clone, Copy, Debug)]
pub enum LinkWay<'a> {
    /// The provider's script opens its pane in our page.
    Script,
    /// The provider's own page, which returns to this address of ours.
    Hosted(&'a str),
    /// The person types the bank's credentials here.
    Credentials {
        /// The provider's id of the institution.
        institution: &'a str,
        /// What the person typed.
        typed: &'a [Typed],
    },
}

/// A link that was begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// The link token. It opens the script's pane, and identifies the link when the provider is asked about it.
    pub token: Secret,
    /// When the token expires.
    pub expires_at: Timestamp,
    /// The URL of the provider's own page, if it was requested.
    pub hosted_url: Option<Secret>,
}

/// Where a read begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFrom<'a> {
    /// At the beginning: reads everything.
    Beginning,
    /// After the cursor at which an earlier read ended.
    Cursor(&'a str),
    /// At a day: reads everything from that day on.
    Day(Date),
}

/// A request to the webhook door.
#[derive(Clone, Copy, Debug)]
pub struct Knock<'a> {
    /// The request's headers.
    pub headers: &'a HeaderMap,
    /// The rest of the path after the provider's name; may be empty.
    pub path: &'a str,
    /// The body.
    pub body: &'a [u8],
}
