//! What a connection needs a person to know or do.

use serde::{Deserialize, Serialize};

/// Something that needs attention: one sentence and one action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attention {
    /// The id of the connection that it is about; empty when there is none.
    pub connection_id: String,
    /// The name in bold at the beginning of the sentence.
    pub institution: String,
    /// The rest of the sentence: what happened, that nothing is lost, what to do.
    pub sentence: String,
    /// What to do about it.
    pub action: AttentionAction,
    /// The provider's error code and request id, for people who contact its support.
    pub reference: Option<String>,
    /// What "not now" dismisses; `None` when it cannot wait.
    pub can_wait: Option<String>,
    /// Whether the connection brings nothing new until this is dealt with.
    pub stopped: bool,
}

impl Attention {
    /// Whether its action is the only remedy: a sync would fail as the last one did.
    #[must_use]
    pub fn is_the_only_way(&self) -> bool {
        self.stopped && self.action != AttentionAction::None
    }
}

/// The remedy for a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttentionAction {
    /// Log in at the bank again.
    Repair,
    /// Enter the bank's log-in here again.
    LogIn,
    /// Answer the bank's question.
    Answer,
    /// Link the bank again.
    LinkAgain,
    /// Try again now.
    SyncNow,
    /// Choose at the bank which accounts it shares.
    ChooseAccounts,
    /// Say which accounts were linked before.
    Match,
    /// Nothing but to wait, or to ask the admin.
    None,
}
