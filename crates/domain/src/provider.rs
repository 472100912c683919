//! What a provider can do, and what it asks a person for.

use super::feed::Institution;
use super::secret::Secret;

/// What a provider can do. Pages and the API offer that and nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// A script of the provider's opens its pane in our page.
    pub script_link: bool,
    /// The provider has a page of its own for linking.
    pub hosted_link: bool,
    /// The person types the bank's credentials here and answers its challenges.
    pub credentials: bool,
    /// The provider has a page of its own for credentials and challenges, to be shown inside ours.
    pub widget: bool,
    /// Institutions can be searched by name.
    pub search: bool,
    /// A connection that needs a new log-in can be repaired, and keeps its rows.
    pub repair: bool,
    /// The person chooses which accounts of a connection are shared.
    pub choose_accounts: bool,
    /// The bank can be asked for news at once, for money.
    pub paid_refresh: bool,
    /// The provider may be reminded to ask the bank when it has not for a day; that costs nothing.
    pub daily_refresh: bool,
    /// It fetches no more than a part of the history until it is asked for all of it.
    pub extends_history: bool,
    /// It is told for each connection where webhooks go; else an operator tells it once for all.
    pub webhook_addresses: bool,
    /// How changes are read.
    pub reads: Reads,
}

/// No institution has a longer name, in characters.
pub const LONGEST_NAME: usize = 100;

/// What a person types for one field is no longer, in characters.
pub const LONGEST_TYPED: usize = 500;

/// How a provider's changes are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reads {
    /// Everything that changed since a mark of the provider's.
    #[default]
    Cursor,
    /// Everything from a day on: what a complete list lacks is no more.
    Window {
        /// How many days before the last sync a window begins, because banks change rows afterwards.
        overlap_days: u16,
    },
}

/// Institutions whose names hold what was searched for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// Those of this page.
    pub institutions: Vec<OfferedInstitution>,
    /// Whether there is another page.
    pub has_more: bool,
}

/// An institution that can be linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedInstitution {
    /// It.
    pub institution: Institution,
    /// Whether it has a log-in of its own, and takes no credentials.
    pub has_own_login: bool,
}

/// Something that a person typed for their bank: one field of a log-in, or the answer to a challenge. It lives in
/// memory alone, and is wiped when it is dropped.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The provider's id of the field or the challenge.
    pub field: String,
    /// What was typed or chosen.
    pub value: Secret,
}

/// One field of a bank's log-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialField {
    /// The provider's id of it.
    pub id: String,
    /// What the bank calls it.
    pub label: String,
    /// How it is typed.
    pub kind: FieldKind,
}

/// How a field is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Any text.
    Text,
    /// What nobody may see.
    Password,
    /// One of these.
    Options(Vec<ChallengeOption>),
}

/// A question that a bank asks before it lets a person in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// The provider's id of it: an answer names it.
    pub id: String,
    /// The question.
    pub label: String,
    /// How it is answered.
    pub kind: ChallengeKind,
}

impl CredentialField {
    /// What may be sent; anything when it is empty.
    #[must_use]
    pub fn choices(&self) -> Vec<&str> {
        match &self.kind {
            FieldKind::Text | FieldKind::Password => Vec::new(),
            FieldKind::Options(options) => options.iter().map(|it| it.value.as_str()).collect(),
        }
    }
}

impl Challenge {
    /// What may be answered; anything when it is empty.
    #[must_use]
    pub fn choices(&self) -> Vec<&str> {
        match &self.kind {
            ChallengeKind::Options(options) => options.iter().map(|it| it.value.as_str()).collect(),
            ChallengeKind::Pictures(all) => all.iter().map(|(it, _)| it.value.as_str()).collect(),
            ChallengeKind::Text | ChallengeKind::Code | ChallengeKind::Picture(_) => Vec::new(),
        }
    }
}

/// How a challenge is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChallengeKind {
    /// By typing any text.
    Text,
    /// By typing a code that the bank has sent.
    Code,
    /// By choosing one.
    Options(Vec<ChallengeOption>),
    /// By typing what the picture shows.
    Picture(Picture),
    /// By choosing a picture.
    Pictures(Vec<(ChallengeOption, Picture)>),
}

/// A choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeOption {
    /// What it says.
    pub label: String,
    /// What is answered when it is chosen.
    pub value: String,
}

/// A picture from a bank, bounded in size and of a type that a browser shows and never runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its media type: `image/png`, `image/jpeg` or `image/gif`.
    pub media_type: &'static str,
    /// It, in base64.
    pub base64: String,
}
