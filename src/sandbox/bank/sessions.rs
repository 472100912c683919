//! Link sessions: one opening of Link, from its start to a linked Item or an exit.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Bank, BankError, LinkToken, Refusal};
use crate::sandbox::store::{StoreError, links};
use crate::sandbox::world::Institution;

/// One opening of Link.
#[derive(Clone, Debug)]
pub struct SessionRecord {
    /// The `link_session_id`, a UUID that Link makes.
    pub id: String,
    /// The token it was opened with.
    pub link_token: String,
    /// When it was opened.
    pub started_at: Timestamp,
    /// When it came to an end; written by `finish_…` only.
    pub finished_at: Option<Timestamp>,
    /// Whatever Link has to remember between two pages.
    pub state: Value,
    /// Events in the form of `/link/token/get`: `{event_name, timestamp, event_id, event_metadata}`.
    pub events: Vec<Value>,
    /// `{error, metadata}` of an exit; written by `finish_exit` only.
    pub exit: Option<Value>,
    /// What was linked; written by `finish_…` only.
    pub results: Vec<ItemAddResult>,
}

/// One Item that a session has linked or repaired.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ItemAddResult {
    /// To be exchanged.
    pub public_token: String,
    /// The chosen accounts.
    pub accounts: Vec<LinkAccount>,
    /// The bank's id.
    pub institution_id: String,
    /// The bank's name.
    pub institution_name: String,
}

/// An account in the words of Link's `onSuccess`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkAccount {
    /// The `account_id`.
    pub id: String,
    /// The key of `SeedAccount`.
    pub key: String,
    /// Name.
    pub name: String,
    /// Last digits.
    pub mask: Option<String>,
    /// Plaid's type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Plaid's subtype.
    pub subtype: Option<String>,
}

/// An account of an Item in update mode.
#[derive(Clone, Debug)]
pub struct SelectableAccount {
    /// The account.
    pub account: LinkAccount,
    /// Whether it is among those of the Item now.
    pub selected: bool,
}

/// What Link hands to `onSuccess`.
#[derive(Clone, Debug)]
pub struct LinkSuccess {
    /// For 30 minutes, once. In update mode it may be ignored.
    pub public_token: String,
    /// The Item, new or repaired.
    pub item_id: String,
    /// All accounts that are chosen now.
    pub accounts: Vec<LinkAccount>,
}

impl Bank {
    /// Keeps a session: its start, state and events. Its outcome is written by `finish_…` alone and is left as it
    /// is here, so that a page with an older copy cannot undo it.
    pub async fn save_session(&self, session: &SessionRecord) -> Result<(), BankError> {
        let mut write = self.store().write().await?;
        links::upsert_session(&mut write, session).await?;
        write.commit().await.map_err(StoreError::from)?;
        Ok(())
    }

    /// The session of this id.
    pub async fn session(&self, id: &str) -> Result<Option<SessionRecord>, BankError> {
        let mut read = self.store().read().await?;
        Ok(links::session(&mut read, id).await?)
    }

    /// A token's sessions, oldest first.
    pub async fn sessions_of(&self, link_token: &str) -> Result<Vec<SessionRecord>, BankError> {
        let mut read = self.store().read().await?;
        Ok(links::sessions(&mut read, link_token).await?)
    }

    /// Makes an Item of the chosen accounts (`SeedAccount::key`) and ends the session.
    ///
    /// The session must have been saved. The log-in is looked up again without its challenge, which Link has
    /// already asked; a log-in that the bank refuses is `BankError::Refused` with the code for `onExit`.
    /// `NO_ACCOUNTS` when nothing is chosen. A second call for the same session answers as the first did.
    pub async fn finish_new_item(
        &self,
        token: &LinkToken,
        session_id: &str,
        institution: &'static Institution,
        username: &str,
        password: &str,
        chosen: &[String],
    ) -> Result<LinkSuccess, BankError> {
        let _ = (token, session_id, institution, username, password, chosen);
        Err(Refusal::internal().into())
    }

    /// The accounts of the Item of an update-mode token, chosen or not, in the bank's order; empty for others.
    pub async fn update_accounts(
        &self,
        token: &LinkToken,
    ) -> Result<Vec<SelectableAccount>, BankError> {
        let _ = token;
        Err(Refusal::internal().into())
    }

    /// Repairs an Item after its person has logged in again, and ends the session: its error is gone, its consent
    /// is as new, and `chosen` (`SeedAccount::key`) replaces its accounts where the token allows that.
    ///
    /// The caller checks the log-in first. Access token and Item stay; `LOGIN_REPAIRED` goes out when the Item was
    /// in error. A second call for the same session answers as the first did.
    pub async fn finish_update(
        &self,
        token: &LinkToken,
        session_id: &str,
        chosen: Option<&[String]>,
    ) -> Result<LinkSuccess, BankError> {
        let _ = (token, session_id, chosen);
        Err(Refusal::internal().into())
    }

    /// Ends a session that came to nothing. `exit` is `{"error": … or null, "metadata": {"institution": {"name",
    /// "institution_id"} or null, "status": …, "link_session_id", "request_id"}}`. A session that has ended
    /// already stays as it is.
    pub async fn finish_exit(&self, session_id: &str, exit: Value) -> Result<(), BankError> {
        let _ = (session_id, exit);
        Err(Refusal::internal().into())
    }
}
