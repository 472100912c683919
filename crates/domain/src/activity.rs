//! The activity of a person's books as typed events, from which the activity log is made.

use super::access::Access;

/// The origin of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// The IP address.
    pub address: String,
    /// The browser in words, such as "Firefox on Linux"; empty if unknown.
    pub browser: String,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The person signed up.
    SignedUp(Visit),
    /// A log-in as the person succeeded.
    SignedIn(Visit),
    /// A log-in failed because of a wrong password.
    LoginFailed(Visit),
    /// A change of password, from a session of the person, failed because the current password was wrong.
    WrongCurrentPassword(Visit),
    /// An API key was created.
    KeyCreated {
        /// The owner's name for it.
        name: String,
    },
    /// An API key was deleted.
    KeyDeleted {
        /// The owner's name for it.
        name: String,
    },
    /// The person allowed an app to access their account.
    AppAllowed {
        /// The app's name.
        name: String,
    },
    /// The person revoked an app's access.
    AppRevoked {
        /// The app's name.
        name: String,
    },
    /// The person connected an identity provider for logging in.
    IdentityConnected {
        /// The provider's name.
        name: String,
    },
    /// The person disconnected an identity provider.
    IdentityDisconnected {
        /// The provider's name.
        name: String,
    },
    /// An identity provider requested that the person's profile from it be deleted.
    IdentityForgotten {
        /// The provider's name.
        name: String,
    },
    /// A webhook was added.
    WebhookAdded {
        /// The owner's description, otherwise the host of its URL; the rest of the URL may be secret.
        name: String,
    },
    /// A webhook was deleted.
    WebhookDeleted {
        /// The same as in [`Event::WebhookAdded`].
        name: String,
    },
    /// Attempts to log in as the person were throttled; recorded once an hour.
    Throttled(Visit),
    /// The person logged out.
    SignedOut,
    /// The person ended their session on another browser.
    BrowserLoggedOut {
        /// The other browser in words; empty if unknown.
        browser: String,
    },
    /// The person logged out a program that had logged in with their password.
    ProgramLoggedOut,
    /// The person logged out everywhere but on one browser.
    OthersLoggedOut {
        /// The sessions and tokens that were ended.
        ended: Access,
    },
    /// The person changed their name or username.
    NamesChanged,
    /// The password was changed.
    PasswordChanged,
    /// The person turned two-step verification on.
    TwoStepOn,
    /// The person turned two-step verification off.
    TwoStepOff,
    /// The admin turned two-step verification off, for a person who lost their authenticator app and recovery codes.
    TwoStepReset,
    /// The person created new recovery codes.
    RecoveryCodesMade,
    /// A recovery code was used in place of a code of the authenticator app.
    RecoveryCodeUsed(Visit),
    /// A wrong code was entered, after the right password or on a session of the person.
    WrongCode(Visit),
    /// The admin logged the person out of everything.
    LoggedOutEverywhere {
        /// The admin's name.
        by: String,
        /// The sessions and credentials that were ended.
        ended: Access,
    },
    /// The admin suspended the person.
    Suspended {
        /// The admin's name.
        by: String,
    },
    /// The admin ended the suspension.
    Unsuspended {
        /// The admin's name.
        by: String,
    },
    /// A bank was linked.
    Linked,
    /// A bank's whole history has arrived.
    FirstSyncComplete {
        /// The number of rows.
        rows: u64,
    },
    /// A sync changed something.
    Synced {
        /// New rows.
        added: u64,
        /// Rows that changed.
        modified: u64,
        /// Removed rows.
        removed: u64,
    },
    /// The person logged in at the bank again.
    Repaired,
    /// The person chose accounts again.
    AccountsChosen,
    /// A connection got a problem.
    ProblemBegan {
        /// The provider's code.
        code: String,
        /// The problem in words, phrased to follow the bank's name.
        message: String,
    },
    /// A connection works again.
    ProblemCleared {
        /// The code of the problem.
        code: String,
    },
    /// The person unlinked a bank.
    Unlinked {
        /// Whether its rows were kept.
        kept: bool,
    },
    /// The person deleted the data kept from an unlinked bank.
    KeptDataDeleted,
    /// The provider confirmed that the bank is unlinked.
    EndConfirmed,
    /// Rows were exported as a file.
    Exported {
        /// The export: "transactions as CSV".
        what: String,
    },
    /// The person edited a row.
    Edited {
        /// The edit: "the category of Corner Coffee".
        what: String,
    },
    /// The person became an admin.
    OperatorGranted,
    /// The admin had a job run again.
    JobRetried {
        /// The kind of job.
        kind: String,
        /// The admin's name.
        by: String,
    },
    /// The admin cancelled a job.
    JobCancelled {
        /// The kind of job.
        kind: String,
        /// The admin's name.
        by: String,
    },
    /// The rows were compared with the bank's whole list.
    Checked {
        /// Rows that only the bank has.
        missing: u64,
        /// Rows that only Passbook has.
        extra: u64,
        /// Rows that differ.
        different: u64,
    },
    /// The differences that a comparison found were repaired.
    PutRight {
        /// Rows that were missing.
        missing: u64,
        /// Rows that were surplus.
        extra: u64,
        /// Rows that differed.
        different: u64,
    },
    /// An event that this version does not know.
    Unknown(String),
}

impl Event {
    /// The stored word.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::SignedUp(_) => "signed_up",
            Self::SignedIn(_) => "signed_in",
            Self::LoginFailed(_) => "not_let_in",
            Self::WrongCurrentPassword(_) => "wrong_current_password",
            Self::KeyCreated { .. } => "api_key_created",
            Self::KeyDeleted { .. } => "api_key_deleted",
            Self::AppAllowed { .. } => "app_allowed",
            Self::AppRevoked { .. } => "app_revoked",
            Self::IdentityConnected { .. } => "identity_connected",
            Self::IdentityDisconnected { .. } => "identity_disconnected",
            Self::IdentityForgotten { .. } => "identity_forgotten",
            Self::WebhookAdded { .. } => "webhook_added",
            Self::WebhookDeleted { .. } => "webhook_deleted",
            Self::Throttled(_) => "log_in_throttled",
            Self::SignedOut => "signed_out",
            Self::BrowserLoggedOut { .. } => "browser_logged_out",
            Self::ProgramLoggedOut => "program_logged_out",
            Self::OthersLoggedOut { .. } => "others_logged_out",
            Self::NamesChanged => "names_changed",
            Self::PasswordChanged => "password_changed",
            Self::TwoStepOn => "two_step_on",
            Self::TwoStepOff => "two_step_off",
            Self::TwoStepReset => "two_step_reset",
            Self::RecoveryCodesMade => "recovery_codes_made",
            Self::RecoveryCodeUsed(_) => "recovery_code_used",
            Self::WrongCode(_) => "wrong_code",
            Self::LoggedOutEverywhere { .. } => "logged_out_everywhere",
            Self::Suspended { .. } => "suspended",
            Self::Unsuspended { .. } => "unsuspended",
            Self::Linked => "linked",
            Self::FirstSyncComplete { .. } => "first_sync_complete",
            Self::Synced { .. } => "synced",
            Self::Repaired => "repaired",
            Self::AccountsChosen => "accounts_chosen",
            Self::ProblemBegan { .. } => "problem_began",
            Self::ProblemCleared { .. } => "problem_cleared",
            Self::Unlinked { .. } => "unlinked",
            Self::KeptDataDeleted => "kept_data_deleted",
            Self::EndConfirmed => "end_confirmed",
            Self::Exported { .. } => "exported",
            Self::Edited { .. } => "edited",
            Self::OperatorGranted => "operator_granted",
            Self::JobRetried { .. } => "job_retried",
            Self::JobCancelled { .. } => "job_cancelled",
            Self::Checked { .. } => "checked",
            Self::PutRight { .. } => "put_right",
            Self::Unknown(word) => word,
        }
    }

    /// The stored facts by name.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::SignedUp(visit)
            | Self::SignedIn(visit)
            | Self::LoginFailed(visit)
            | Self::WrongCurrentPassword(visit)
            | Self::RecoveryCodeUsed(visit)
            | Self::WrongCode(visit)
            | Self::Throttled(visit) => vec![
                ("address", visit.address.clone()),
                ("browser", visit.browser.clone()),
            ],
            Self::KeyCreated { name }
            | Self::KeyDeleted { name }
            | Self::AppAllowed { name }
            | Self::AppRevoked { name }
            | Self::IdentityConnected { name }
            | Self::IdentityDisconnected { name }
            | Self::IdentityForgotten { name }
            | Self::WebhookAdded { name }
            | Self::WebhookDeleted { name } => vec![("name", name.clone())],
            Self::Suspended { by } | Self::Unsuspended { by } => vec![("by", by.clone())],
            Self::LoggedOutEverywhere { by, ended } => vec![
                ("by", by.clone()),
                ("browsers", ended.browsers.to_string()),
                ("programs", ended.programs.to_string()),
                ("keys", ended.keys.to_string()),
            ],
            Self::BrowserLoggedOut { browser } => vec![("browser", browser.clone())],
            Self::OthersLoggedOut { ended } => vec![
                ("browsers", ended.browsers.to_string()),
                ("programs", ended.programs.to_string()),
            ],
            Self::FirstSyncComplete { rows } => vec![("rows", rows.to_string())],
            Self::Synced {
                added,
                modified,
                removed,
            } => vec![
                ("added", added.to_string()),
                ("modified", modified.to_string()),
                ("removed", removed.to_string()),
            ],
            Self::ProblemBegan { code, message } => {
                vec![("code", code.clone()), ("message", message.clone())]
            }
            Self::ProblemCleared { code } => vec![("code", code.clone())],
            Self::Unlinked { kept } => vec![("kept", kept.to_string())],
            Self::Exported { what } | Self::Edited { what } => vec![("what", what.clone())],
            Self::JobRetried { kind, by } | Self::JobCancelled { kind, by } => {
                vec![("kind", kind.clone()), ("by", by.clone())]
            }
            Self::Checked {
                missing,
                extra,
                different,
            }
            | Self::PutRight {
                missing,
                extra,
                different,
            } => vec![
                ("missing", missing.to_string()),
                ("extra", extra.to_string()),
                ("different", different.to_string()),
            ],
            Self::SignedOut
            | Self::ProgramLoggedOut
            | Self::NamesChanged
            | Self::PasswordChanged
            | Self::TwoStepOn
            | Self::TwoStepOff
            | Self::TwoStepReset
            | Self::RecoveryCodesMade
            | Self::Linked
            | Self::Repaired
            | Self::AccountsChosen
            | Self::KeptDataDeleted
            | Self::EndConfirmed
            | Self::OperatorGranted
            | Self::Unknown(_) => Vec::new(),
        }
    }

    /// The inverse of [`Event::word`] and [`Event::facts`]. A missing fact reads as empty or zero, because an entry
    /// without it is still useful.
    #[must_use]
    pub fn from_stored(word: &str, fact: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| fact(name).unwrap_or_default();
        let count = |name: &str| text(name).parse().unwrap_or(0);
        let number = |name: &str| text(name).parse().unwrap_or(0);
        let visit = || Visit {
            address: text("address"),
            browser: text("browser"),
        };
        let (what, kind, by, code) = (text("what"), text("kind"), text("by"), text("code"));
        let (missing, extra, different) = (count("missing"), count("extra"), count("different"));
        match word {
            "signed_up" => Self::SignedUp(visit()),
            "signed_in" => Self::SignedIn(visit()),
            "not_let_in" => Self::LoginFailed(visit()),
            "wrong_current_password" => Self::WrongCurrentPassword(visit()),
            "api_key_created" => Self::KeyCreated { name: text("name") },
            "api_key_deleted" => Self::KeyDeleted { name: text("name") },
            "app_allowed" => Self::AppAllowed { name: text("name") },
            "app_revoked" => Self::AppRevoked { name: text("name") },
            "identity_connected" => Self::IdentityConnected { name: text("name") },
            "identity_disconnected" => Self::IdentityDisconnected { name: text("name") },
            "identity_forgotten" => Self::IdentityForgotten { name: text("name") },
            "webhook_added" => Self::WebhookAdded { name: text("name") },
            "webhook_deleted" => Self::WebhookDeleted { name: text("name") },
            "log_in_throttled" => Self::Throttled(visit()),
            "signed_out" => Self::SignedOut,
            "browser_logged_out" => Self::BrowserLoggedOut {
                browser: text("browser"),
            },
            "program_logged_out" => Self::ProgramLoggedOut,
            "others_logged_out" => Self::OthersLoggedOut {
                ended: Access {
                    browsers: number("browsers"),
                    programs: number("programs"),
                    keys: 0,
                },
            },
            "names_changed" => Self::NamesChanged,
            "password_changed" => Self::PasswordChanged,
            "two_step_on" => Self::TwoStepOn,
            "two_step_off" => Self::TwoStepOff,
            "two_step_reset" => Self::TwoStepReset,
            "recovery_codes_made" => Self::RecoveryCodesMade,
            "recovery_code_used" => Self::RecoveryCodeUsed(visit()),
            "wrong_code" => Self::WrongCode(visit()),
            "logged_out_everywhere" => Self::LoggedOutEverywhere {
                by,
                ended: Access {
                    browsers: number("browsers"),
                    programs: number("programs"),
                    keys: number("keys"),
                },
            },
            "suspended" => Self::Suspended { by },
            "unsuspended" => Self::Unsuspended { by },
            "linked" => Self::Linked,
            "first_sync_complete" => Self::FirstSyncComplete {
                rows: count("rows"),
            },
            "synced" => Self::Synced {
                added: count("added"),
                modified: count("modified"),
                removed: count("removed"),
            },
            "repaired" => Self::Repaired,
            "accounts_chosen" => Self::AccountsChosen,
            "problem_began" => Self::ProblemBegan {
                code,
                message: text("message"),
            },
            "problem_cleared" => Self::ProblemCleared { code },
            "unlinked" => Self::Unlinked {
                kept: text("kept") != "false",
            },
            "kept_data_deleted" => Self::KeptDataDeleted,
            "end_confirmed" => Self::EndConfirmed,
            "exported" => Self::Exported { what },
            "edited" => Self::Edited { what },
            "operator_granted" => Self::OperatorGranted,
            "job_retried" => Self::JobRetried { kind, by },
            "job_cancelled" => Self::JobCancelled { kind, by },
            "checked" => Self::Checked {
                missing,
                extra,
                different,
            },
            "put_right" => Self::PutRight {
                missing,
                extra,
                different,
            },
            other => Self::Unknown(other.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_reads_back_as_what_it_was() {
        let visit = Visit {
            address: "192.0.2.7".into(),
            browser: "Firefox on Linux".into(),
        };
        let (kind, by) = ("sync".to_owned(), "Ada".to_owned());
        for event in [
            Event::SignedUp(visit.clone()),
            Event::SignedIn(visit.clone()),
            Event::LoginFailed(visit.clone()),
            Event::WrongCurrentPassword(visit.clone()),
            Event::RecoveryCodeUsed(visit.clone()),
            Event::WrongCode(visit.clone()),
            Event::Throttled(visit),
            Event::KeyCreated {
                name: "Spreadsheet".into(),
            },
            Event::KeyDeleted {
                name: "Spreadsheet".into(),
            },
            Event::AppAllowed {
                name: "Budget".into(),
            },
            Event::AppRevoked {
                name: "Budget".into(),
            },
            Event::IdentityConnected {
                name: "Google".into(),
            },
            Event::IdentityDisconnected {
                name: "Google".into(),
            },
            Event::IdentityForgotten {
                name: "Facebook".into(),
            },
            Event::WebhookAdded {
                name: "hooks.example".into(),
            },
            Event::WebhookDeleted {
                name: "hooks.example".into(),
            },
            Event::SignedOut,
            Event::BrowserLoggedOut {
                browser: "Safari on an iPhone".into(),
            },
            Event::ProgramLoggedOut,
            Event::OthersLoggedOut {
                ended: Access {
                    browsers: 2,
                    programs: 1,
                    keys: 0,
                },
            },
            Event::NamesChanged,
            Event::PasswordChanged,
            Event::TwoStepOn,
            Event::TwoStepOff,
            Event::TwoStepReset,
            Event::RecoveryCodesMade,
            Event::LoggedOutEverywhere {
                by: "Grace".into(),
                ended: Access {
                    browsers: 1,
                    programs: 2,
                    keys: 3,
                },
            },
            Event::Suspended { by: by.clone() },
            Event::Unsuspended { by: by.clone() },
            Event::Linked,
            Event::FirstSyncComplete { rows: 1_240 },
            Event::Synced {
                added: 12,
                modified: 3,
                removed: 1,
            },
            Event::Repaired,
            Event::AccountsChosen,
            Event::ProblemBegan {
                code: "ITEM_LOGIN_REQUIRED".into(),
                message: "needs you to log in again.".into(),
            },
            Event::ProblemCleared {
                code: "ITEM_LOGIN_REQUIRED".into(),
            },
            Event::Unlinked { kept: true },
            Event::Unlinked { kept: false },
            Event::KeptDataDeleted,
            Event::EndConfirmed,
            Event::Exported {
                what: "transactions as CSV".into(),
            },
            Event::Edited {
                what: "the category of Corner Coffee".into(),
            },
            Event::OperatorGranted,
            Event::JobRetried {
                kind: kind.clone(),
                by: by.clone(),
            },
            Event::JobCancelled { kind, by },
            Event::Checked {
                missing: 1,
                extra: 2,
                different: 3,
            },
            Event::PutRight {
                missing: 1,
                extra: 2,
                different: 3,
            },
            Event::Unknown("of_tomorrow".into()),
        ] {
            let facts = event.facts();
            let read = Event::from_stored(event.word(), |name| {
                let found = facts.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| value.clone())
            });
            assert_eq!(read, event);
        }
    }
}
