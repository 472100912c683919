//! The state of a session in Link: everything that must survive a restart. It contains no password.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::trouble::Trouble;

/// The state of one session.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Flow {
    /// The secret half of the session's address. The id alone grants no access, because applications log it.
    pub(super) key: String,
    /// Where the pages are shown.
    pub(super) place: Place,
    /// The page to show.
    pub(super) step: Step,
    /// Whether the page is the question "Are you sure?".
    #[serde(default)]
    pub(super) leaving: bool,
    /// The search query.
    #[serde(default)]
    pub(super) query: String,
    /// The chosen institution.
    #[serde(default)]
    pub(super) institution_id: Option<String>,
    /// The username, empty until it is typed.
    #[serde(default)]
    pub(super) username: String,
    /// Whether the log-in form shows the test password, which the person asked for.
    #[serde(default)]
    pub(super) filled_in: bool,
    /// The keys of the chosen accounts.
    #[serde(default)]
    pub(super) chosen: Vec<String>,
    /// The last error, until a step succeeds.
    #[serde(default)]
    pub(super) trouble: Option<Trouble>,
    /// The progress of the visit to the institution's own site.
    #[serde(default)]
    pub(super) visit: BankVisit,
    /// The result that the application receives at the end.
    #[serde(default)]
    pub(super) result: Option<Value>,
    /// The number of events that an earlier opening of the pane has already received.
    #[serde(default)]
    pub(super) heard: usize,
    /// Increases with every change, so that a waiting pane notices it.
    #[serde(default)]
    pub(super) version: u64,
}

/// Where the pages are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Place {
    /// In a pane inside a page of this origin.
    Pane {
        /// The only origin that receives messages.
        origin: String,
        /// `light` or `dark`; `None` when the pane follows the system.
        scheme: Option<String>,
    },
    /// In a window of its own, as Hosted Link.
    Hosted,
}

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    /// The explanation of linking.
    Consent,
    /// The search for an institution.
    Institution,
    /// The institution cannot be linked.
    Unsupported,
    /// Username and password.
    Credentials,
    /// The choice of where to send a code.
    Device,
    /// The code.
    Code,
    /// Questions with free-text answers; the number is the round, from 0.
    Questions(u8),
    /// Questions with choices; the number is the round, from 0.
    Selections(u8),
    /// One yes-or-no question.
    YesNo,
    /// The link to the institution's own site.
    OAuth,
    /// The choice of accounts.
    Accounts,
    /// The final consent.
    Share,
    /// Linked.
    Finished,
    /// Left without linking.
    Left,
}

impl Step {
    /// The name that a page's form sends back, which identifies answers to an old page.
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

    /// Plaid's `status` of an exit from this page, if it has one.
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

    /// The kind of challenge in Plaid's word; `None` on other pages.
    pub(super) fn mfa_type(self) -> Option<&'static str> {
        match self {
            Self::Device => Some("device"),
            Self::Code => Some("code"),
            Self::Questions(_) => Some("questions"),
            Self::Selections(_) | Self::YesNo => Some("selections"),
            _ => None,
        }
    }

    /// Whether leaving loses no input, so that Escape need not ask first.
    pub(super) fn is_cheap_to_leave(self) -> bool {
        matches!(self, Self::Consent | Self::Institution | Self::Unsupported)
    }

    /// Whether the session has ended.
    pub(super) fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Left)
    }
}

/// The progress of the visit to the institution's own site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum BankVisit {
    /// Not begun.
    #[default]
    None,
    /// At the log-in.
    LogIn,
    /// At the choice of accounts.
    Choose,
    /// Decided, but the application has not yet brought the person back.
    Decided {
        /// Whether the person allowed access.
        allowed: bool,
    },
    /// The person is back in Link.
    Returned,
}

impl Flow {
    /// Returns the state of a new session.
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
