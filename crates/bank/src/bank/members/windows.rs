//! Addresses that open once: a bank's own window, and the Connect widget.

use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::MemberView;
use crate::bank::{Bank, BankError, ids};
use crate::store::StoreError;
use crate::store::windows::{self, Window};

/// How long an address can be opened.
const OPEN_MS: i64 = 10 * 60_000;

/// What an address leads to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WindowRecord {
    /// The member that logs in at its bank, or that the widget begins with.
    pub member: Option<String>,
    /// Where the browser goes afterwards.
    pub redirect: Option<String>,
    /// Whether it is the Connect widget.
    pub is_widget: bool,
    /// The bank that the widget begins with.
    pub institution: Option<String>,
    /// Whether the widget shows no other bank.
    pub is_fixed: bool,
    /// Whether the widget asks for new credentials at once.
    pub updates: bool,
}

impl Bank {
    /// The address of a bank's own window for a member.
    pub async fn open_window(
        &self,
        view: &MemberView,
        redirect: Option<String>,
    ) -> Result<String, BankError> {
        let record = WindowRecord {
            member: Some(view.member.guid.clone()),
            redirect: redirect.or(view.member.record.redirect.clone()),
            is_widget: false,
            institution: None,
            is_fixed: false,
            updates: false,
        };
        let token = self.new_window(&view.user.guid, &record).await?;
        Ok(format!("{}/mx/oauth/{token}", self.base()))
    }

    /// The address of the Connect widget for a user.
    pub async fn open_widget(&self, user: &str, record: WindowRecord) -> Result<String, BankError> {
        let token = self.new_window(user, &record).await?;
        Ok(format!("{}/mx/connect/{token}", self.base()))
    }

    async fn new_window(&self, user: &str, record: &WindowRecord) -> Result<String, BankError> {
        let mut write = self.store().write().await?;
        let window = Window {
            token: ids::opaque(),
            user_guid: user.to_owned(),
            expires_at: self.now().as_millisecond().saturating_add(OPEN_MS),
            opened_at: None,
            record: serde_json::to_string(record).map_err(StoreError::from)?,
        };
        windows::insert(&mut write, &window).await?;
        write.commit().await.map_err(StoreError::from)?;
        Ok(window.token)
    }

    /// Opens an address; nothing when it is unknown, too old, or was opened before.
    pub async fn enter_window(
        &self,
        token: &str,
    ) -> Result<Option<(String, WindowRecord)>, BankError> {
        let mut write = self.store().write().await?;
        let now = self.now().as_millisecond();
        let found = windows::by_token(&mut write, token).await?;
        let Some(window) = found.filter(|one| one.opened_at.is_none() && one.expires_at > now)
        else {
            return Ok(None);
        };
        windows::open(&mut write, token, now).await?;
        write.commit().await.map_err(StoreError::from)?;
        Ok(Some((window.user_guid, read(&window.record)?)))
    }

    /// An address that is being looked at.
    pub async fn window(&self, token: &str) -> Result<Option<(String, WindowRecord)>, BankError> {
        let mut read_only = self.store().read().await?;
        let found = Self::opened(&mut read_only, token).await?;
        found
            .map(|window| Ok((window.user_guid, read(&window.record)?)))
            .transpose()
    }

    async fn opened(db: &mut SqliteConnection, token: &str) -> Result<Option<Window>, BankError> {
        let found = windows::by_token(db, token).await?;
        Ok(found.filter(|window| window.opened_at.is_some()))
    }

    fn base(&self) -> &str {
        self.faces_url().as_str().trim_end_matches('/')
    }
}

fn read(record: &str) -> Result<WindowRecord, StoreError> {
    Ok(serde_json::from_str(record)?)
}
