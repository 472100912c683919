//! The sentences shown to people, phrased to follow the institution's name.

use super::Reason;
use crate::remedy::Remedy;

impl Reason {
    /// What happened and what to do about it.
    #[must_use]
    pub fn words(self) -> &'static str {
        self.own_words().unwrap_or_else(|| words_of(self.remedy()))
    }

    /// What happened during linking and what to do about it. No bank is linked yet, so nothing is retried
    /// automatically and no fetched data is kept. `None` if the problem's own message fits there too.
    #[must_use]
    pub fn words_while_linking(self) -> Option<&'static str> {
        match self {
            Self::RateLimited | Self::HeldBack => Some(
                "wasn’t contacted, because there are too many requests right now. Try again in a few minutes.",
            ),
            Self::Locked => {
                Some("has locked your account. Unlock it on their website, then try again.")
            }
            Self::NewPasswordNeeded => {
                Some("needs you to set a new password. Do that on their website, then try again.")
            }
            Self::SetupAtBank => {
                Some("needs you to complete a step on their website first. Then try again.")
            }
            Self::ConsentMissing | Self::ConsentRevoked => {
                Some("doesn’t have your permission to share transactions. Try again and allow it.")
            }
            Self::NotOffered => {
                Some("can’t be reached this way any more. Try again if it’s still listed.")
            }
            Self::LogInNeeded => Some("needs you to log in once more. Try again."),
            _ if self.own_words().is_some() => None,
            _ => Some(words_while_linking_of(self.remedy())),
        }
    }

    /// The sentence for reasons that need more than their remedy's; `None` for all others.
    fn own_words(self) -> Option<&'static str> {
        Some(match self {
            Self::WrongCredentials => {
                "didn’t accept the username or password. Try again with the ones you use on their website."
            }
            Self::TriedTooOften => {
                "rejected the username or password several times in a row, so we’ve stopped trying them. Check them on the bank’s website, then log in again here."
            }
            Self::InputUnconfirmed => {
                "may not have received your username and password. Log in again."
            }
            Self::AlreadyLinked => {
                "is already linked with this username. To link a different account there, try again with that account’s username."
            }
            Self::WrongAnswer => "didn’t accept the code or answer. Try again.",
            Self::AnsweredTooLate => "waited too long for an answer. Try again.",
            Self::InputLost => {
                "wasn’t contacted, because Passbook was interrupted. Enter your username and password again."
            }
            Self::PersonInDoubt => {
                "wasn’t contacted, because we couldn’t confirm that you’re human. Try again."
            }
            Self::NoAccounts => {
                "has no accounts that can be linked. Choose accounts again, or log in with a different username."
            }
            Self::ConsentMissing => {
                "doesn’t have your permission to share transactions. Log in again and allow it."
            }
            Self::Locked => {
                "has locked your account. Unlock it on their website, then log in again here."
            }
            Self::NewPasswordNeeded => {
                "needs you to set a new password. Do that on their website, then log in again here."
            }
            Self::SetupAtBank => {
                "needs you to complete a step on their website first. Then log in again here."
            }
            Self::ConsentRevoked => {
                "no longer lets Passbook read your accounts. Your history is kept; link it again for new transactions."
            }
            Self::NotSupported => "uses a kind of log-in that’s not supported here.",
            Self::NotOffered => "can’t be reached this way any more. Try linking it again.",
            Self::TokenUsed | Self::LinkExpired => {
                "wasn’t linked, because the link expired before it was finished. Start again."
            }
            Self::AttemptsMixedUp => {
                "sent you back to a different attempt from the one you started. Start again, and use only one window."
            }
            Self::Keys => {
                "wasn’t contacted, because this Passbook’s keys aren’t accepted. This Passbook’s admin needs to check them."
            }
            Self::NotSetUp => {
                "wasn’t contacted, because the service that connects to it isn’t set up here. This Passbook’s admin can add its keys."
            }
            Self::Credits => {
                "wasn’t contacted, because this Passbook has used up its allowance. This Passbook’s admin can get more."
            }
            Self::NoTransactions => {
                "doesn’t share transactions with this Passbook. This Passbook’s admin can find the reason in the log."
            }
            Self::NotEnabled => "has to be enabled for this Passbook first, by its admin.",
            Self::UnreadableSubject => {
                "wasn’t contacted, because the record of this job can’t be read. This Passbook’s admin can find more in the log."
            }
            _ => return None,
        })
    }
}

fn words_of(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Retry | Remedy::Restart => {
            "couldn’t be checked just now. Nothing is lost; we’ll try again automatically."
        }
        Remedy::Wait => "isn’t responding. Nothing is lost; we’ll try again in a few hours.",
        Remedy::Repair => "needs you to log in again. Nothing is lost: we’ll catch up afterwards.",
        Remedy::ActAtBank => {
            "needs you to complete a step on their website first. Then log in again here."
        }
        Remedy::Relink => {
            "has ended this connection. Your history is kept; link it again for new transactions."
        }
        Remedy::Operator => {
            "couldn’t be checked because of how this Passbook is set up. This Passbook’s admin can find the reason in the log."
        }
    }
}

fn words_while_linking_of(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Retry | Remedy::Restart => {
            "couldn’t be reached just now. Try again in a few minutes."
        }
        Remedy::Wait => "isn’t responding. Try again in a few hours.",
        Remedy::Repair => "didn’t accept the log-in. Try again.",
        Remedy::ActAtBank => "needs you to complete a step on their website first. Then try again.",
        Remedy::Relink => "stopped this log-in. Try again.",
        Remedy::Operator => {
            "couldn’t be reached because of how this Passbook is set up. This Passbook’s admin can find the reason in the log."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_says_what_to_do_in_a_sentence_that_follows_a_name() {
        for reason in Reason::ALL {
            let while_linking = reason.words_while_linking().unwrap_or(reason.words());
            for words in [reason.words(), while_linking] {
                assert!(
                    words.starts_with(char::is_lowercase) && words.ends_with('.'),
                    "{words}"
                );
            }
            let todo: &[&str] = match reason.remedy() {
                Remedy::Repair => &["again", "allow"],
                Remedy::ActAtBank => &["website"],
                Remedy::Relink => &["again", "not supported"],
                Remedy::Wait | Remedy::Retry | Remedy::Restart => &["try again"],
                Remedy::Operator => &["admin"],
            };
            let words = reason.words();
            assert!(todo.iter().any(|what| words.contains(what)), "{words}");
        }
    }

    /// Before a bank is linked, nothing is retried automatically and nothing has been fetched.
    #[test]
    fn words_on_the_way_to_a_link_promise_nothing_of_a_linked_bank() {
        for reason in Reason::ALL {
            let words = reason.words_while_linking().unwrap_or(reason.words());
            for untrue in [
                "lost",
                "we’ll",
                "automatically",
                "kept",
                "catch up",
                "link it again",
            ] {
                assert!(!words.to_lowercase().contains(untrue), "{words}");
            }
            let todo = ["again", "website", "admin", "not supported"];
            assert!(todo.iter().any(|what| words.contains(what)), "{words}");
        }
    }
}
