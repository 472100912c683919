//! Attempts to link a bank: what each is for, how it stands, and how it gets from one state to the next.

use jiff::Timestamp;

use super::id::{ConnectionId, LinkId, UserId};

/// What a person wants from a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// A new bank.
    NewBank,
    /// A new bank, although it looks like one that is linked: the person says that the accounts are different.
    NewBankAnyway,
    /// Log in again at a bank that is linked.
    Repair(ConnectionId),
    /// Choose accounts again at a bank that is linked.
    AddAccounts(ConnectionId),
}

impl LinkPurpose {
    /// The connection to repair or to choose accounts of; `None` for a new bank.
    #[must_use]
    pub fn connection(&self) -> Option<&ConnectionId> {
        match self {
            Self::NewBank | Self::NewBankAnyway => None,
            Self::Repair(id) | Self::AddAccounts(id) => Some(id),
        }
    }

    /// Whether accounts of that connection are chosen anew.
    #[must_use]
    pub fn chooses_accounts(&self) -> bool {
        matches!(self, Self::AddAccounts(_))
    }

    /// Whether a bank is linked although it looks like one that is linked already.
    #[must_use]
    pub fn links_anyway(&self) -> bool {
        *self == Self::NewBankAnyway
    }
}

/// One attempt to link or repair a bank, from the button to the result.
#[derive(Clone, Debug)]
pub struct LinkAttempt {
    /// Which.
    pub id: LinkId,
    /// Whose. Nobody else can go on with it.
    pub user_id: UserId,
    /// The provider that it was begun at.
    pub provider: String,
    /// What for.
    pub purpose: LinkPurpose,
    /// Whether the log-in is typed here, and the provider asks the bank with it.
    pub typed: bool,
    /// When the provider forgets it.
    pub expires_at: Timestamp,
    /// Where the provider sends the webhooks of what comes of it; empty for nowhere, `None` when that is not known.
    pub webhook_url: Option<String>,
    /// How it stands.
    pub state: AttemptState,
}

impl LinkAttempt {
    /// Whether its public token waits for the person to say that these are different accounts.
    #[must_use]
    pub fn waits_for_choice(&self) -> bool {
        matches!(
            self.state,
            AttemptState::Duplicate {
                token_kept: true,
                ..
            }
        )
    }
}

/// How an attempt stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptState {
    /// The person is at the provider, or has closed the tab; or the bank is asked with what they typed.
    Open,
    /// The bank asks the person something.
    Challenged,
    /// A public token is written down, and is being exchanged or was when the program was stopped.
    Intended,
    /// A new connection came of it.
    Linked(ConnectionId),
    /// A connection was repaired, or its accounts were chosen anew.
    Repaired(ConnectionId),
    /// The bank is linked already, or looks like it.
    Duplicate {
        /// The connection there is.
        first: ConnectionId,
        /// Whether the public token is kept: the person may say that the accounts are different.
        token_kept: bool,
    },
    /// The public token was exchanged, and the answer, which a provider gives once, never came.
    Lost,
    /// It was left without a result.
    Left,
}

/// The name of a state, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// [`AttemptState::Open`].
    Open,
    /// [`AttemptState::Challenged`].
    Challenged,
    /// [`AttemptState::Intended`].
    Intended,
    /// [`AttemptState::Linked`].
    Linked,
    /// [`AttemptState::Repaired`].
    Repaired,
    /// [`AttemptState::Duplicate`].
    Duplicate,
    /// [`AttemptState::Lost`].
    Lost,
    /// [`AttemptState::Left`].
    Left,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 8] = [
        Self::Open,
        Self::Challenged,
        Self::Intended,
        Self::Linked,
        Self::Repaired,
        Self::Duplicate,
        Self::Lost,
        Self::Left,
    ];

    /// The word that is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Challenged => "challenged",
            Self::Intended => "intended",
            Self::Linked => "linked",
            Self::Repaired => "repaired",
            Self::Duplicate => "duplicate",
            Self::Lost => "lost",
            Self::Left => "left",
        }
    }

    /// The inverse of [`Stage::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == word)
    }

    /// Whether the attempt has come to its end.
    #[must_use]
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Open | Self::Challenged | Self::Intended)
    }
}

/// What happens to an attempt. A step is taken only by an attempt that is where the step begins, whatever else
/// happens at the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The bank asks the person something.
    Challenge,
    /// They answered.
    Answer,
    /// A public token came, and is about to be exchanged.
    Intend,
    /// The bank looks like one that is linked: the token is kept for the person's word.
    Hold,
    /// The person says that the accounts are different ones.
    Release,
    /// The provider refuses the token for good: the attempt is free for another.
    Refuse,
    /// The token was exchanged, and the connection is kept.
    Link,
    /// The exchange has shown that the bank is linked already.
    Recognize,
    /// The provider says that the token was exchanged, and no answer was ever kept.
    Lose,
    /// The provider says that the log-in, or the choice of accounts, succeeded.
    Repair,
    /// The person left without a result.
    Leave,
    /// The same token came to an end with another attempt.
    Follow,
}

impl Step {
    /// Every step, in the order of a life.
    pub const ALL: [Self; 12] = [
        Self::Challenge,
        Self::Answer,
        Self::Intend,
        Self::Hold,
        Self::Release,
        Self::Refuse,
        Self::Link,
        Self::Recognize,
        Self::Lose,
        Self::Repair,
        Self::Leave,
        Self::Follow,
    ];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Challenge => "challenge",
            Self::Answer => "answer",
            Self::Intend => "intend",
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Refuse => "refuse",
            Self::Link => "link",
            Self::Recognize => "recognize",
            Self::Lose => "lose",
            Self::Repair => "repair",
            Self::Leave => "leave",
            Self::Follow => "follow",
        }
    }

    /// Where it begins.
    #[must_use]
    pub fn from(self) -> &'static [Stage] {
        match self {
            Self::Challenge | Self::Intend | Self::Hold | Self::Follow => &[Stage::Open],
            Self::Answer => &[Stage::Challenged],
            Self::Repair | Self::Leave => &[Stage::Open, Stage::Challenged],
            Self::Refuse | Self::Link | Self::Lose => &[Stage::Intended],
            Self::Recognize => &[Stage::Intended, Stage::Linked],
            Self::Release => &[Stage::Duplicate],
        }
    }

    /// Where it ends: in one of these, as the other attempt did, for [`Step::Follow`].
    #[must_use]
    pub fn to(self) -> &'static [Stage] {
        match self {
            Self::Challenge => &[Stage::Challenged],
            Self::Intend | Self::Release => &[Stage::Intended],
            Self::Hold | Self::Recognize => &[Stage::Duplicate],
            Self::Answer | Self::Refuse => &[Stage::Open],
            Self::Link => &[Stage::Linked],
            Self::Lose => &[Stage::Lost],
            Self::Repair => &[Stage::Repaired],
            Self::Leave => &[Stage::Left],
            Self::Follow => &[Stage::Linked, Stage::Duplicate, Stage::Lost],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table is for people, and says what the code does.
    #[test]
    fn the_table_of_steps_is_the_one_that_architecture_md_shows() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ARCHITECTURE.md");
        let map = std::fs::read_to_string(path).expect("the map");
        let words = |stages: &[Stage]| {
            let words: Vec<&str> = stages.iter().map(|stage| stage.as_str()).collect();
            words.join(", ")
        };
        let said: Vec<String> = map
            .lines()
            .skip_while(|line| !line.starts_with("| step | from | to |"))
            .skip(2)
            .take_while(|line| line.starts_with('|'))
            .map(|line| {
                let cells: Vec<&str> = line.split('|').map(str::trim).collect();
                cells[1..4].join(" | ")
            })
            .collect();
        let done: Vec<String> = Step::ALL
            .iter()
            .map(|step| {
                format!(
                    "{} | {} | {}",
                    step.as_str(),
                    words(step.from()),
                    words(step.to())
                )
            })
            .collect();
        assert_eq!(said, done);
    }

    #[test]
    fn every_end_can_be_reached_and_nothing_but_a_repair_of_mistakes_leaves_one() {
        for stage in Stage::ALL {
            let reached = Step::ALL.iter().any(|step| step.to().contains(&stage));
            assert!(reached, "{}", stage.as_str());
            assert_eq!(Stage::from_word(stage.as_str()), Some(stage));
        }
        for step in Step::ALL {
            let leaves_an_end = step.from().iter().any(|stage| stage.is_over());
            let may = matches!(step, Step::Release | Step::Recognize);
            assert_eq!(leaves_an_end, may, "{}", step.as_str());
        }
    }
}
