//! Link sessions: one opening of Link, from its start to a linked Item or an exit.
//!
//! Link's pages save the state of a session here while it lasts. A session ends once, with an Item or an exit; its
//! outcome is read through `/link/token/get`.

mod update;

use serde_json::{Value, json};
use sqlx::SqliteConnection;

use super::items::NewItem;
use super::lifecycle::institution_of;
use super::{Bank, BankError, ItemAddResult, LinkAccount, LinkToken, Refusal, SessionRecord};
use crate::store::accounts::{self, Account};
use crate::store::items::{self, ItemRow};
use crate::store::{StoreError, Write, links};
use crate::world::Institution;

/// An account of an Item in update mode.
#[derive(Clone, Debug)]
pub struct SelectableAccount {
    /// The account.
    pub account: LinkAccount,
    /// Whether the person has selected it.
    pub selected: bool,
}

/// The result that Link passes to `onSuccess`.
#[derive(Clone)]
pub struct LinkSuccess {
    /// Can be exchanged once within 30 minutes. In update mode it may be ignored.
    pub public_token: String,
    /// The Item, new or repaired.
    pub item_id: String,
    /// All accounts that are selected now.
    pub accounts: Vec<LinkAccount>,
}

impl Bank {
    /// Saves the start, state and events of a session. The outcome is written by `finish_…` only, so that a page with
    /// an older copy of the session cannot undo it.
    pub async fn save_session(&self, session: &SessionRecord) -> Result<(), BankError> {
        let mut write = self.store().write().await?;
        links::upsert_session(&mut write, session).await?;
        write.commit().await.map_err(StoreError::from)?;
        Ok(())
    }

    /// Returns the session with this id.
    pub async fn session(&self, id: &str) -> Result<Option<SessionRecord>, BankError> {
        let mut read = self.store().begin_read().await?;
        Ok(links::session(&mut read, id).await?)
    }

    /// Returns the sessions of a Link token, oldest first.
    pub async fn sessions_of(&self, link_token: &str) -> Result<Vec<SessionRecord>, BankError> {
        let mut read = self.store().begin_read().await?;
        Ok(links::sessions(&mut read, link_token).await?)
    }

    /// Creates an Item with the selected accounts (`SeedAccount::key`) and ends the session.
    ///
    /// The session must have been saved. The log-in is checked again without its challenge, which Link has already
    /// asked. A refused log-in is `BankError::Refused` with the code for `onExit`; without selected accounts that code
    /// is `NO_ACCOUNTS`. A second call for the same session returns the first result.
    pub async fn finish_new_item(
        &self,
        token: &LinkToken,
        session_id: &str,
        institution: &'static Institution,
        username: &str,
        password: &str,
        chosen: &[String],
    ) -> Result<LinkSuccess, BankError> {
        let mut write = self.store().write().await?;
        let mut session = open_session(&mut write, session_id).await?;
        if let Some(success) = self.finished(&mut write, &session).await? {
            return Ok(success);
        }
        let new = NewItem {
            institution,
            username,
            person: self.person(institution, username, password)?,
            products: products_at(token, institution),
            days_requested: token.days_requested,
            webhook: token.webhook.clone(),
            client_user_id: token.client_user_id.clone(),
        };
        let item = self.insert_item(&mut write, new, Some(chosen)).await?;
        self.finish(write, token, &mut session, &item).await
    }

    /// Ends a session without a result. `exit` is `{"error": … or null, "metadata": {"institution": {"name",
    /// "institution_id"} or null, "status": …, "link_session_id", "request_id"}}`. A session that has already ended is
    /// left as it is.
    pub async fn finish_exit(&self, session_id: &str, exit: Value) -> Result<(), BankError> {
        let mut write = self.store().write().await?;
        let mut session = open_session(&mut write, session_id).await?;
        if session.finished_at.is_some() {
            return Ok(());
        }
        session.finished_at = Some(self.now());
        session.exit = Some(exit);
        links::finish_session(&mut write, &session).await?;
        if let Some(token) = links::token(&mut write, &session.link_token).await? {
            self.announce_session(&mut write, &token, &session).await?;
        }
        self.commit(write).await
    }

    async fn finish(
        &self,
        mut write: Write,
        token: &LinkToken,
        session: &mut SessionRecord,
        item: &ItemRow,
    ) -> Result<LinkSuccess, BankError> {
        let public_token = self.issue_public_token(&mut write, &item.id).await?;
        let chosen = chosen_accounts(&mut write, &item.id).await?;
        let institution = institution_of(item)?;
        session.finished_at = Some(self.now());
        session.results.push(ItemAddResult {
            public_token: public_token.clone(),
            accounts: chosen.clone(),
            institution_id: institution.id.to_owned(),
            institution_name: institution.name.to_owned(),
        });
        links::finish_session(&mut write, session).await?;
        self.announce_session(&mut write, token, session).await?;
        self.commit(write).await?;
        Ok(LinkSuccess {
            public_token,
            item_id: item.id.clone(),
            accounts: chosen,
        })
    }

    /// Returns the result of a session that has already ended, if it has one.
    async fn finished(
        &self,
        db: &mut SqliteConnection,
        session: &SessionRecord,
    ) -> Result<Option<LinkSuccess>, BankError> {
        let Some(result) = session.results.first() else {
            if session.finished_at.is_some() {
                return Err(Refusal::from_code("INVALID_LINK_TOKEN").into());
            }
            return Ok(None);
        };
        let token = items::public_token(db, &result.public_token).await?;
        Ok(token.map(|token| LinkSuccess {
            public_token: result.public_token.clone(),
            item_id: token.item_id,
            accounts: result.accounts.clone(),
        }))
    }

    /// Sends `LINK/SESSION_FINISHED`, which is for Hosted Link only.
    async fn announce_session(
        &self,
        db: &mut SqliteConnection,
        token: &LinkToken,
        session: &SessionRecord,
    ) -> Result<(), BankError> {
        let (Some(url), Some(_)) = (&token.webhook, &token.hosted) else {
            return Ok(());
        };
        let public_tokens: Vec<&str> = session
            .results
            .iter()
            .map(|result| result.public_token.as_str())
            .collect();
        let body = json!({
            "webhook_type": "LINK",
            "webhook_code": "SESSION_FINISHED",
            "status": if public_tokens.is_empty() { "EXITED" } else { "SUCCESS" },
            "link_session_id": session.id,
            "link_token": token.token,
            "public_tokens": public_tokens,
            "environment": self.environment(),
        });
        self.post(db, url, &body).await
    }
}

/// Returns the products of a new Item: all required ones, and the optional ones that the institution supports.
fn products_at(token: &LinkToken, institution: &Institution) -> Vec<String> {
    let mut products = token.products.clone();
    for extra in &token.extra_products {
        if institution.products.contains(&extra.as_str()) && !products.contains(extra) {
            products.push(extra.clone());
        }
    }
    products
}

async fn open_session(db: &mut SqliteConnection, id: &str) -> Result<SessionRecord, BankError> {
    let session = links::session(db, id).await?;
    Ok(session.ok_or_else(|| Refusal::from_code("INVALID_LINK_TOKEN"))?)
}

async fn chosen_accounts(
    db: &mut SqliteConnection,
    item_id: &str,
) -> Result<Vec<LinkAccount>, BankError> {
    let all = accounts::of_item(db, item_id).await?;
    Ok(all
        .iter()
        .filter(|account| account.selected)
        .map(link_account)
        .collect())
}

fn link_account(account: &Account) -> LinkAccount {
    LinkAccount {
        id: account.id.clone(),
        key: account.key.clone(),
        name: account.record.name.clone(),
        mask: account.record.mask.clone(),
        kind: account.record.kind.clone(),
        subtype: account.record.subtype.clone(),
    }
}
