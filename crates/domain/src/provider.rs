//! What a provider can do, and what it asks a person for.

use super::feed::Institution;
use super::secret::Secret;

/// A provider's capabilities. Pages and the API offer exactly these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// The provider's script opens its dialog in our page.
    pub script_link: bool,
    /// The provider hosts a page for linking.
    pub hosted_link: bool,
    /// The person types the bank's credentials here and answers its challenges.
    pub credentials: bool,
    /// The provider hosts a page for credentials and challenges that is embedded in ours.
    pub widget: bool,
    /// Institutions can be searched by name.
    pub search: bool,
    /// A connection that needs a new log-in can be repaired, and keeps its rows.
    pub repair: bool,
    /// The person chooses which accounts of a connection are shared.
    pub choose_accounts: bool,
    /// The bank can be asked for news at once, for a fee.
    pub paid_refresh: bool,
    /// The provider can be reminded, free of charge, to ask a bank that it has not asked for a day.
    pub daily_refresh: bool,
    /// It fetches only part of the history until it is asked for all of it.
    pub extends_history: bool,
    /// It takes a webhook URL per connection; otherwise the admin sets one for all.
    pub webhook_addresses: bool,
    /// How changes are read.
    pub reads: Reads,
}

/// The maximum length of an institution's name, in characters.
pub const LONGEST_NAME: usize = 100;

/// The maximum length of a value typed into one field, in characters.
pub const LONGEST_TYPED: usize = 500;

/// How changes are read from a provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reads {
    /// Everything that changed since the provider's cursor.
    #[default]
    Cursor,
    /// Everything from a date on; rows that a complete list lacks are gone.
    Window {
        /// How many days a window reaches back before the last sync, because banks change rows afterwards.
        overlap_days: u16,
    },
}

/// Institutions whose names match a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// The institutions of this page.
    pub institutions: Vec<OfferedInstitution>,
    /// Whether there is another page.
    pub has_more: bool,
}

/// An institution that can be linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedInstitution {
    /// The institution itself.
    pub institution: Institution,
    /// Whether people log in on its own page, so that it takes no credentials here.
    pub has_own_login: bool,
}

/// A value that a person typed for their bank: one field of a log-in, or the answer to a challenge. It is held only
/// in memory, and wiped on drop.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The provider's id of the field or challenge.
    pub field: String,
    /// The value that was typed or chosen.
    pub value: Secret,
}

/// One field of a bank's log-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialField {
    /// The provider's id of the field.
    pub id: String,
    /// The bank's label for it.
    pub label: String,
    /// How it is entered.
    pub kind: FieldKind,
}

/// How a field is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Any text.
    Text,
    /// Hidden text.
    Password,
    /// One of these options.
    Options(Vec<ChallengeOption>),
}

/// A question that a bank asks before it lets a person in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// The provider's id of the challenge; an answer refers to it.
    pub id: String,
    /// The question.
    pub label: String,
    /// How it is answered.
    pub kind: ChallengeKind,
}

impl CredentialField {
    /// The values that may be sent; empty if any may.
    #[must_use]
    pub fn choices(&self) -> Vec<&str> {
        match &self.kind {
            FieldKind::Text | FieldKind::Password => Vec::new(),
            FieldKind::Options(options) => options.iter().map(|it| it.value.as_str()).collect(),
        }
    }
}

impl Challenge {
    /// The values that may be answered; empty if any may.
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
    /// By choosing an option.
    Options(Vec<ChallengeOption>),
    /// By typing the text that a picture shows.
    Picture(Picture),
    /// By choosing a picture.
    Pictures(Vec<(ChallengeOption, Picture)>),
}

/// An option of a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeOption {
    /// The label shown.
    pub label: String,
    /// The value sent when it is chosen.
    pub value: String,
}

/// A picture from a bank, limited in size and of a type that a browser displays but never executes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its media type: `image/png`, `image/jpeg` or `image/gif`.
    pub media_type: &'static str,
    /// The data, in base64.
    pub base64: String,
}
