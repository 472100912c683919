//! Where a person is in Link: everything of a session that must survive a restart. No password is in it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::trouble::Trouble;

/// The state of one session.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Flow {
    /// The secret half of the session's address. The id alone is no key: applications log it.
    pub(super) key: String,
    /// Where the pages are shown.
    pub(super) place: Place,
    /// The page to show.
    pub(super) step: Step,
    /// Whether the person was asked "Are you sure?".
    #[serde(default)]
    pub(super) leaving: bool,
    /// What was searched for.
    #[serde(default)]
    pub(super) query: String,
    /// The chosen institution.
    #[serde(default)]
    pub(super) institution_id: Option<String>,
    /// Who logs in.
    #[serde(default)]
    pub(super) username: String,
    /// Whether the log-in's form shows the test password, because somebody asked for it.
    #[serde(default)]
    pub(super) filled_in: bool,
    /// The keys of the chosen accounts.
    #[serde(default)]
    pub(super) chosen: Vec<String>,
    /// The last thing that went wrong, until something goes right.
    #[serde(default)]
    pub(super) trouble: Option<Trouble>,
    /// The visit to the bank's own site.
    #[serde(default)]
    pub(super) visit: BankVisit,
    /// What is told to the application at the end.
    #[serde(default)]
    pub(super) result: Option<Value>,
    /// How many events an earlier opening of the pane has heard already.
    #[serde(default)]
    pub(super) heard: usize,
    /// Counts every change, so that a waiting pane can tell that there is news.
    #[serde(default)]
    pub(super) version: u64,
}

/// Where the pages are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Place {
    /// In a pane inside a page of this origin.
    Pane {
        /// The only origin that messages go to.
        origin: String,
        /// `light` or `dark`, where the page insists on one.
        scheme: Option<String>,
    },
    /// On its own, as Hosted Link.
    Hosted,
}

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    /// What linking means.
    Consent,
    /// Search for a bank.
    Institution,
    /// The bank cannot be linked.
    Unsupported,
    /// User name and password.
    Credentials,
    /// Where to send a code.
    Device,
    /// The code.
    Code,
    /// Questions to answer in words.
    Questions(u8),
    /// Questions to answer by choosing.
    Selections(u8),
    /// One question, yes or no.
    YesNo,
    /// Go to the bank's own site.
    OAuth,
    /// Which accounts.
    Accounts,
    /// Allow it.
    Share,
    /// Linked.
    Finished,
    /// Left without linking.
    Left,
}

impl Step {
    /// The name that a page's form sends back, so that an old page's answer is told from a new one's.
    pub(super) fn name(self) -> String {
        match self {
            Self::Consent => "consent".into(),
            Self::Institution => "institution".into(),
            Self::Unsupported => "unsupported".into(),
            Self::Credentials => "credentials".into(),
            Self::Device => "device".into(),
            Self::Code => "code".into(),
            Self::Questions(round) => format!("questions-{round}"),
            Self::Selections(round) => format!("selections-{round}"),
            Self::YesNo => "yes-no".into(),
            Self::OAuth => "oauth".into(),
            Self::Accounts => "accounts".into(),
            Self::Share => "share".into(),
            Self::Finished => "finished".into(),
            Self::Left => "left".into(),
        }
    }

    /// Plaid's name of the view (plaid.com/docs/link/web, `view_name`).
    pub(super) fn view_name(self) -> &'static str {
        match self {
            Self::Consent => "CONSENT",
            Self::Institution => "SELECT_INSTITUTION",
            Self::Unsupported => "ERROR",
            Self::Credentials => "CREDENTIAL",
            Self::Device | Self::Code | Self::Questions(_) | Self::Selections(_) | Self::YesNo => {
                "MFA"
            }
            Self::OAuth => "OAUTH",
            Self::Accounts => "SELECT_ACCOUNT",
            Self::Share => "DATA_TRANSPARENCY_CONSENT",
            Self::Finished => "CONNECTED",
            Self::Left => "EXIT",
        }
    }

    /// Plaid's name of how far an exit came, when the page has one.
    pub(super) fn exit_status(self) -> Option<&'static str> {
        match self {
            Self::Unsupported => Some("institution_not_supported"),
            Self::Credentials => Some("requires_credentials"),
            Self::Device => Some("choose_device"),
            Self::Code => Some("requires_code"),
            Self::Questions(_) => Some("requires_questions"),
            Self::Selections(_) | Self::YesNo => Some("requires_selections"),
            Self::OAuth => Some("requires_oauth"),
            Self::Accounts | Self::Share => Some("requires_account_selection"),
            Self::Consent | Self::Institution | Self::Finished | Self::Left => None,
        }
    }

    /// The kind of second step, in Plaid's word.
    pub(super) fn mfa_type(self) -> Option<&'static str> {
        match self {
            Self::Device => Some("device"),
            Self::Code => Some("code"),
            Self::Questions(_) => Some("questions"),
            Self::Selections(_) | Self::YesNo => Some("selections"),
            _ => None,
        }
    }

    /// Whether leaving loses nothing that was typed, so that Escape need not ask first.
    pub(super) fn is_cheap_to_leave(self) -> bool {
        matches!(self, Self::Consent | Self::Institution | Self::Unsupported)
    }

    /// Whether there is nothing more to do.
    pub(super) fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Left)
    }
}

/// How far the visit to the bank's own site is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum BankVisit {
    /// Not there.
    #[default]
    None,
    /// Asked to log in.
    LogIn,
    /// Asked which accounts to share.
    Choose,
    /// Decided; the application has not brought the person back yet.
    Decided {
        /// What was decided.
        allowed: bool,
    },
    /// Brought back.
    Returned,
}

impl Flow {
    /// A session that has just begun.
    pub(super) fn new(place: Place, step: Step) -> Self {
        Self {
            key: uuid::Uuid::new_v4().simple().to_string(),
            place,
            step,
            leaving: false,
            query: String::new(),
            institution_id: None,
            username: String::new(),
            filled_in: false,
            chosen: Vec::new(),
            trouble: None,
            visit: BankVisit::None,
            result: None,
            heard: 0,
            version: 0,
        }
    }
}
