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
                "was not asked, because too much is being asked at the moment. Try again in a few minutes.",
            ),
            Self::Locked => Some(
                "has locked your account. Unlock it on the bank's own site, then try again here.",
            ),
            Self::NewPasswordNeeded => {
                Some("wants a new password. Set one on the bank's own site, then try again here.")
            }
            Self::SetupAtBank => Some(
                "waits for you to finish something on its own site. Do that, then try again here.",
            ),
            Self::ConsentMissing | Self::ConsentRevoked => {
                Some("was not allowed to share your transactions. Try again and allow it.")
            }
            Self::NotOffered => {
                Some("cannot be reached this way any more. Try again if it is still offered.")
            }
            Self::LogInNeeded => Some("wants you to log in once more. Try again."),
            _ if self.own_words().is_some() => None,
            _ => Some(words_while_linking_of(self.remedy())),
        }
    }

    /// The sentence for reasons that need more than their remedy's; `None` for all others.
    fn own_words(self) -> Option<&'static str> {
        Some(match self {
            Self::WrongCredentials => {
                "did not accept the username or password. Try again with the ones you use on its own site."
            }
            Self::TriedTooOften => {
                "did not accept the username or password several times in a row, and is not asked again with these. Check them on the bank's own site, then log in again here."
            }
            Self::InputUnconfirmed => "may not have got your log-in. Log in again.",
            Self::AlreadyLinked => {
                "is linked already with this log-in. To link another one there, try again with that."
            }
            Self::WrongAnswer => "did not accept the code or answer. Try again.",
            Self::AnsweredTooLate => "waited too long for an answer. Try again.",
            Self::InputLost => {
                "was not asked, because Passbook was interrupted. Type your log-in again."
            }
            Self::PersonInDoubt => {
                "was not asked, because it is not certain yet that you are a person. Try again."
            }
            Self::NoAccounts => {
                "shows no accounts that can be linked. Choose accounts again, or log in as somebody else."
            }
            Self::ConsentMissing => {
                "was not allowed to share your transactions. Log in again and allow it."
            }
            Self::Locked => {
                "has locked your account. Unlock it on the bank's own site, then log in again here."
            }
            Self::NewPasswordNeeded => {
                "wants a new password. Set one on the bank's own site, then log in again here."
            }
            Self::SetupAtBank => {
                "waits for you to finish something on its own site. Do that, then log in again here."
            }
            Self::ConsentRevoked => {
                "no longer lets Passbook read your accounts. What was fetched is kept; link it again to go on."
            }
            Self::NotSupported => "asks for a kind of log-in that is not supported here.",
            Self::NotOffered => {
                "cannot be reached this way any more. Link it again if it is offered."
            }
            Self::TokenUsed | Self::LinkExpired => "took longer than allowed. Begin again.",
            Self::AttemptsMixedUp => {
                "came back to another attempt than it began with. Begin again, in one window."
            }
            Self::Keys => {
                "was not asked, because this Passbook's keys are not accepted. Whoever runs it has to check them."
            }
            Self::NotSetUp => {
                "was not asked, because this Passbook is not set up for the service that reaches it. Whoever runs it can add its keys."
            }
            Self::Credits => {
                "was not asked, because this Passbook has used up what it may ask. Whoever runs it can get more."
            }
            Self::NoTransactions => {
                "does not share transactions with this Passbook. Whoever runs it finds the reason in its log."
            }
            Self::NotEnabled => "has to be enabled for this Passbook first, by whoever runs it.",
            Self::UnreadableSubject => {
                "was not asked, because it cannot be told what this work is about. Whoever runs it finds more in its log."
            }
            _ => return None,
        })
    }
}

fn words_of(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Retry | Remedy::Restart => {
            "could not be read just now. Nothing is lost; it is tried again by itself."
        }
        Remedy::Wait => {
            "does not answer at the moment. Nothing is lost; it is tried again in a few hours."
        }
        Remedy::Repair => "asks you to log in again. Nothing is lost; new transactions wait there.",
        Remedy::ActAtBank => "needs you on its own site first. Then log in again here.",
        Remedy::Relink => "has ended this link. What was fetched is kept; link it again to go on.",
        Remedy::Operator => {
            "could not be read because of how this Passbook is set up. Whoever runs it finds the reason in its log."
        }
    }
}

fn words_while_linking_of(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Retry | Remedy::Restart => {
            "could not be reached just now. Try again in a few minutes."
        }
        Remedy::Wait => "does not answer at the moment. Try again in a few hours.",
        Remedy::Repair => "did not accept the log-in. Try again.",
        Remedy::ActAtBank => "needs you on its own site first. Then try again here.",
        Remedy::Relink => "has ended this attempt. Try again.",
        Remedy::Operator => {
            "could not be reached because of how this Passbook is set up. Whoever runs it finds the reason in its log."
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
                Remedy::ActAtBank => &["own site"],
                Remedy::Relink => &["again", "not supported"],
                Remedy::Wait | Remedy::Retry | Remedy::Restart => &["tried again"],
                Remedy::Operator => &["runs it"],
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
                "tried again",
                "by itself",
                "kept",
                "wait there",
                "link it again",
            ] {
                assert!(!words.to_lowercase().contains(untrue), "{words}");
            }
            let todo = ["again", "own site", "runs it", "not supported"];
            assert!(todo.iter().any(|what| words.contains(what)), "{words}");
        }
    }
}
