//! What happens to a person's books, as typed facts: what the activity log tells.

use super::access::Access;

/// Where somebody came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// The address.
    pub address: String,
    /// The browser in words: "Firefox on Linux"; empty when there was none.
    pub browser: String,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The person signed up.
    SignedUp(Visit),
    /// Somebody logged in as the person.
    SignedIn(Visit),
    /// Somebody who tried to did not have the password.
    NotLetIn(Visit),
    /// Somebody who was logged in as the person and wanted to change the password did not know the present one.
    WrongCurrentPassword(Visit),
    /// An API key was created.
    KeyCreated {
        /// What its owner calls it.
        name: String,
    },
    /// An API key was deleted.
    KeyDeleted {
        /// What its owner called it.
        name: String,
    },
    /// The person allowed an app to use their account.
    AppAllowed {
        /// What the app is called.
        name: String,
    },
    /// The person ended what an app was allowed.
    AppRevoked {
        /// What the app is called.
        name: String,
    },
    /// The person can log in with an identity provider from now on.
    IdentityConnected {
        /// What the provider is called.
        name: String,
    },
    /// The person cannot log in with it any more.
    IdentityDisconnected {
        /// What the provider is called.
        name: String,
    },
    /// A provider had what it told of the person forgotten.
    IdentityForgotten {
        /// What the provider is called.
        name: String,
    },
    /// A webhook was added.
    WebhookAdded {
        /// The owner's words for it, else the host of its URL; the rest of the URL may be a secret.
        name: String,
    },
    /// A webhook was deleted.
    WebhookDeleted {
        /// As in [`Event::WebhookAdded`].
        name: String,
    },
    /// Attempts to log in as the person were throttled; told once an hour.
    Throttled(Visit),
    /// The person logged out.
    SignedOut,
    /// The password was changed.
    PasswordChanged,
    /// The operator logged the person out of everything.
    LoggedOutEverywhere {
        /// Who.
        by: String,
        /// What there was to end.
        ended: Access,
    },
    /// A bank was linked.
    Linked,
    /// All of a bank's history is there.
    FirstSyncComplete {
        /// How many rows that is.
        rows: u64,
    },
    /// A sync changed something.
    Synced {
        /// New rows.
        added: u64,
        /// Rows that changed.
        modified: u64,
        /// Rows that are no more.
        removed: u64,
    },
    /// The person logged in at the bank again.
    Repaired,
    /// The person chose accounts again.
    AccountsChosen,
    /// Something went wrong with a bank.
    ProblemBegan {
        /// The provider's code.
        code: String,
        /// In words, beginning after the bank's name.
        message: String,
    },
    /// It is right again.
    ProblemCleared {
        /// The code that it had.
        code: String,
    },
    /// The person ended a bank.
    Unlinked {
        /// Whether its rows stay.
        kept: bool,
    },
    /// The person deleted what was kept of a bank that they had unlinked.
    KeptDataDeleted,
    /// The bank's side has confirmed the end.
    EndConfirmed,
    /// Rows left Passbook as a file.
    Exported {
        /// What: "transactions as CSV".
        what: String,
    },
    /// The person changed what a row shows.
    Edited {
        /// What: "the category of Corner Coffee".
        what: String,
    },
    /// The person may run this Passbook.
    OperatorGranted,
    /// The operator had background work done again.
    JobRetried {
        /// The kind of work.
        kind: String,
        /// Who.
        by: String,
    },
    /// The operator stopped background work.
    JobCancelled {
        /// The kind of work.
        kind: String,
        /// Who.
        by: String,
    },
    /// The rows were compared with all that the bank has.
    Checked {
        /// Rows that only the bank has.
        missing: u64,
        /// Rows that only Passbook has.
        extra: u64,
        /// Rows that are not the same.
        different: u64,
    },
    /// What the comparison found was put right.
    PutRight {
        /// Rows that were missing.
        missing: u64,
        /// Rows that were too many.
        extra: u64,
        /// Rows that were not the same.
        different: u64,
    },
    /// Something that this version does not know.
    Unknown(String),
}

impl Event {
    /// The word that is stored.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::SignedUp(_) => "signed_up",
            Self::SignedIn(_) => "signed_in",
            Self::NotLetIn(_) => "not_let_in",
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
            Self::PasswordChanged => "password_changed",
            Self::LoggedOutEverywhere { .. } => "logged_out_everywhere",
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

    /// Its facts by name, as they are stored.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::SignedUp(visit)
            | Self::SignedIn(visit)
            | Self::NotLetIn(visit)
            | Self::WrongCurrentPassword(visit)
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
            Self::LoggedOutEverywhere { by, ended } => vec![
                ("by", by.clone()),
                ("browsers", ended.browsers.to_string()),
                ("programs", ended.programs.to_string()),
                ("keys", ended.keys.to_string()),
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
            | Self::PasswordChanged
            | Self::Linked
            | Self::Repaired
            | Self::AccountsChosen
            | Self::KeptDataDeleted
            | Self::EndConfirmed
            | Self::OperatorGranted
            | Self::Unknown(_) => Vec::new(),
        }
    }

    /// The inverse of [`Event::word`] and [`Event::facts`]. A fact that is missing reads as nothing, because
    /// an entry that lacks one still tells something.
    #[must_use]
    pub fn read(word: &str, fact: impl Fn(&str) -> Option<String>) -> Self {
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
            "not_let_in" => Self::NotLetIn(visit()),
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
            "password_changed" => Self::PasswordChanged,
            "logged_out_everywhere" => Self::LoggedOutEverywhere {
                by,
                ended: Access {
                    browsers: number("browsers"),
                    programs: number("programs"),
                    keys: number("keys"),
                },
            },
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
            Event::NotLetIn(visit.clone()),
            Event::WrongCurrentPassword(visit.clone()),
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
            Event::PasswordChanged,
            Event::LoggedOutEverywhere {
                by: "Grace".into(),
                ended: Access {
                    browsers: 1,
                    programs: 2,
                    keys: 3,
                },
            },
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
            let read = Event::read(event.word(), |name| {
                let found = facts.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| value.clone())
            });
            assert_eq!(read, event);
        }
    }
}
