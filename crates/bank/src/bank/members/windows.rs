//! One-time addresses: the log-in windows of banks, and the Connect widget.

use serde::{Deserialize, Serialize};

use super::MemberView;
use crate::bank::{Bank, BankError, ids};
use crate::store::members::Job;
use crate::store::windows::{self, Window};
use crate::store::{StoreError, Write, members};

/// How long an address can be opened, in milliseconds.
const OPEN_MS: i64 = 10 * 60_000;
/// How long the pages behind it can be used, in milliseconds.
const USE_MS: i64 = 3_600_000;

/// What an address leads to, and how far its visitor is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowRecord {
    /// Whether it is the Connect widget. Otherwise it is a bank's own window.
    pub is_widget: bool,
    /// The guid of the member that is linked.
    pub member: Option<String>,
    /// The code of the selected bank.
    pub institution: Option<String>,
    /// Whether the bank cannot be changed.
    pub is_fixed: bool,
    /// Whether the widget asks for new credentials.
    pub updates: bool,
    /// Where the browser goes at the end.
    pub redirect: Option<String>,
    /// Whether the person granted access at the bank. `None` before the decision.
    pub decided: Option<bool>,
    /// The text in the search field.
    pub query: String,
    /// The link to the bank's own window: the member's status when it was created, its URL, and the time in Unix
    /// milliseconds.
    pub away: Option<(String, String, i64)>,
    /// The last step and status that was reported to the opener.
    pub told: Option<String>,
    /// The messages that the last form produced.
    pub says: Vec<String>,
    /// The error of the last form.
    pub trouble: Option<String>,
}

/// The pages behind an opened address.
#[derive(Clone)]
pub struct WindowSession {
    /// The key in their URLs.
    pub key: String,
    /// The guid of the user.
    pub user: String,
    /// Their purpose and state.
    pub record: WindowRecord,
}

impl Bank {
    /// Creates a bank window for a member and returns its URL.
    pub async fn open_window(
        &self,
        view: &MemberView,
        redirect: Option<String>,
    ) -> Result<String, BankError> {
        let record = WindowRecord {
            member: Some(view.member.guid.clone()),
            redirect: redirect.or(view.member.record.redirect.clone()),
            ..WindowRecord::default()
        };
        self.new_window(&view.user.guid, record).await
    }

    /// Creates a bank window or a widget and returns its URL.
    pub async fn new_window(&self, user: &str, record: WindowRecord) -> Result<String, BankError> {
        let mut write = self.store().write().await?;
        let now = self.now().as_millisecond();
        let window = Window {
            token: ids::opaque(),
            user_guid: user.to_owned(),
            expires_at: now.saturating_add(OPEN_MS),
            opened_at: None,
            session: None,
            record: serde_json::to_string(&record).map_err(StoreError::from)?,
        };
        windows::forget_before(&mut write, now.saturating_sub(2 * USE_MS)).await?;
        windows::insert(&mut write, &window).await?;
        write.commit().await.map_err(StoreError::from)?;
        let base = self.faces_url().as_str().trim_end_matches('/');
        let page = if record.is_widget { "connect" } else { "oauth" };
        Ok(format!("{base}/mx/{page}/{}", window.token))
    }

    /// Returns the URL of a bank window for a visitor of the widget. It stays the same until it is old or was used.
    pub async fn way_to_window(
        &self,
        record: &mut WindowRecord,
        view: &MemberView,
    ) -> Result<String, BankError> {
        let now = self.now().as_millisecond();
        let status = view.member.record.status.clone().unwrap_or_default();
        if let Some((made_in, url, at)) = &record.away
            && *made_in == status
            && now.saturating_sub(*at) < OPEN_MS - 60_000
        {
            return Ok(url.clone());
        }
        let url = self.open_window(view, None).await?;
        record.away = Some((status, url.clone(), now));
        Ok(url)
    }

    /// Opens an address and returns the key of its pages. `None` if it is unknown, expired, or was opened before.
    pub async fn enter_window(&self, token: &str) -> Result<Option<String>, BankError> {
        let mut write = self.store().write().await?;
        let now = self.now().as_millisecond();
        let found = windows::by_token(&mut write, token).await?;
        let fresh = |one: &Window| one.opened_at.is_none() && one.expires_at > now;
        let Some(mut window) = found.filter(fresh) else {
            return Ok(None);
        };
        window.opened_at = Some(now);
        window.session = Some(ids::opaque());
        windows::update(&mut write, &window).await?;
        self.wait_in_window(&mut write, &window).await?;
        write.commit().await.map_err(StoreError::from)?;
        Ok(window.session)
    }

    /// Sets a denied member to `PENDING` again while its person is in the bank's window.
    async fn wait_in_window(&self, write: &mut Write, window: &Window) -> Result<(), BankError> {
        let record: WindowRecord =
            serde_json::from_str(&window.record).map_err(StoreError::from)?;
        let Some(name) = record.member.filter(|_| !record.is_widget) else {
            return Ok(());
        };
        // If the member was deleted in the meantime, its page says so.
        let Ok(mut view) = self.member_of(write, &window.user_guid, &name).await else {
            return Ok(());
        };
        if view.member.record.status.as_deref() == Some("DENIED") {
            view.member.record.status = Some("PENDING".to_owned());
            members::update(write, &view.member).await?;
        }
        Ok(())
    }

    /// Returns the pages with this key, or `None` if they are unknown or expired.
    pub async fn window(&self, key: &str) -> Result<Option<WindowSession>, BankError> {
        let mut read = self.store().begin_read().await?;
        let oldest = self.now().as_millisecond().saturating_sub(USE_MS);
        let found = windows::by_session(&mut read, key).await?;
        let Some(window) = found.filter(|one| one.opened_at.is_some_and(|at| at > oldest)) else {
            return Ok(None);
        };
        let record = serde_json::from_str(&window.record).map_err(StoreError::from)?;
        Ok(Some(WindowSession {
            key: key.to_owned(),
            user: window.user_guid,
            record,
        }))
    }

    /// Saves how far a visitor is.
    pub async fn save_window(&self, session: &WindowSession) -> Result<(), BankError> {
        let mut write = self.store().write().await?;
        if let Some(mut window) = windows::by_session(&mut write, &session.key).await? {
            window.record = serde_json::to_string(&session.record).map_err(StoreError::from)?;
            windows::update(&mut write, &window).await?;
        }
        write.commit().await.map_err(StoreError::from)?;
        Ok(())
    }

    /// Handles a person's return from the bank's window: access granted begins the first run, otherwise the member is
    /// denied.
    pub async fn come_back(&self, user: &str, name: &str, allowed: bool) -> Result<(), BankError> {
        let mut write: Write = self.store().write().await?;
        let mut view = self.member_of(&mut write, user, name).await?;
        let member = &mut view.member;
        member.record.is_allowed = allowed;
        if allowed {
            self.begin_run(&mut write, member, Job::Aggregation, "CREATED")
                .await?;
        } else {
            (member.record.run, member.due_at) = (None, None);
            self.set_status(&mut write, member, Some("DENIED".to_owned()))
                .await?;
        }
        members::update(&mut write, member).await?;
        self.commit(write).await
    }
}
