//! Link attempts: their purpose, their states and the steps between states.

use jiff::Timestamp;

use super::id::{ConnectionId, LinkId, UserId};

/// The purpose of a link attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Link a new bank.
    NewBank,
    /// Link a new bank although it looks like one that is already linked: the person says that the accounts are
    /// different.
    NewBankAnyway,
    /// Log in again at a linked bank.
    Repair(ConnectionId),
    /// Choose accounts again at a linked bank.
    AddAccounts(ConnectionId),
}

impl LinkPurpose {
    /// The existing connection that the attempt is for; `None` for a new bank.
    #[must_use]
    pub fn connection(&self) -> Option<&ConnectionId> {
        match self {
            Self::NewBank | Self::NewBankAnyway => None,
            Self::Repair(id) | Self::AddAccounts(id) => Some(id),
        }
    }

    /// Whether the person chooses accounts of a linked bank again.
    #[must_use]
    pub fn chooses_accounts(&self) -> bool {
        matches!(self, Self::AddAccounts(_))
    }

    /// Whether to link the bank although it looks like one that is already linked.
    #[must_use]
    pub fn links_anyway(&self) -> bool {
        *self == Self::NewBankAnyway
    }
}

/// One attempt to link or repair a bank, from the button to the result.
#[derive(Clone, Debug)]
pub struct LinkAttempt {
    /// Unique id.
    pub id: LinkId,
    /// The person who began it; no other person can continue it.
    pub user_id: UserId,
    /// The provider it was begun at.
    pub provider: String,
    /// The purpose.
    pub purpose: LinkPurpose,
    /// Whether the person types the log-in here and the provider passes it to the bank.
    pub typed: bool,
    /// When it expires at the provider.
    pub expires_at: Timestamp,
    /// The URL that the provider sends webhooks about the result to; empty for none, `None` if unknown.
    pub webhook_url: Option<String>,
    /// The current state.
    pub state: AttemptState,
}

impl LinkAttempt {
    /// Whether its public token is kept until the person says that these are different accounts.
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

/// The state of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptState {
    /// The person is at the provider, or has closed the tab; or the bank is being asked with the typed credentials.
    Open,
    /// The bank asks the person a question.
    Challenged,
    /// A public token is stored. It is being exchanged, or was when the program stopped.
    Intended,
    /// A new connection was made.
    Linked(ConnectionId),
    /// A connection was repaired, or its accounts were chosen again.
    Repaired(ConnectionId),
    /// The bank is already linked, or looks like it.
    Duplicate {
        /// The existing connection.
        first: ConnectionId,
        /// Whether the public token is kept, because the person may say that the accounts are different.
        token_kept: bool,
    },
    /// The public token was exchanged, but the response, which a provider sends only once, was lost.
    Lost,
    /// The person left without a result.
    Left,
}

/// The stored name of a state.
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

    /// The stored word.
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

    /// Whether the attempt has ended.
    #[must_use]
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Open | Self::Challenged | Self::Intended)
    }
}

/// A transition between states. Each applies only to an attempt in one of its starting states, whatever else happens
/// concurrently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The bank asks the person a question.
    Challenge,
    /// The person answered it.
    Answer,
    /// A public token arrived and is about to be exchanged.
    Intend,
    /// The bank looks like one that is already linked: the token is kept until the person decides.
    Hold,
    /// The person says that the accounts are different.
    Release,
    /// The provider refuses the token for good: the attempt can take another.
    Refuse,
    /// The token was exchanged and the connection stored.
    Link,
    /// The exchange showed that the bank is already linked.
    Recognize,
    /// The provider says that the token was exchanged, but its response was never stored.
    Lose,
    /// The provider says that the log-in, or the choice of accounts, succeeded.
    Repair,
    /// The person left without a result.
    Leave,
    /// The same token ended in another attempt.
    Follow,
}

impl Step {
    /// Every step, in the order of an attempt's life.
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

    /// The name of the step.
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

    /// The stages that the step starts from.
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

    /// The stages that the step leads to. [`Step::Follow`] takes the one that the other attempt ended in.
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

    /// ARCHITECTURE.md shows the table to people; it must match the code.
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
