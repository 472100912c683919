//! Walks through Link as a browser without scripts does: posts forms, follows redirects, reads HTML.

mod endings;
mod filling_in;
mod hostile;
mod mfa;
mod oauth;
mod secrets;
mod updates;
mod walks;

use axum::Router;
use jiff::{SignedDuration, Timestamp};

use crate::bank::{Bank, Hosted, LinkToken};
use crate::tests::browser::Browser;
use crate::{Pace, Sandbox, SandboxConfig};
use domain::clock::Clock;

pub(super) const PLATYPUS: &str = "ins_109508";
pub(super) const OAUTH: &str = "ins_127287";
pub(super) const DOWN: &str = "ins_132361";
pub(super) const UNSUPPORTED: &str = "ins_133402";
pub(super) const APP: &str = "http://127.0.0.1:4000";

/// A bank for one test.
pub(super) struct World {
    pub(super) bank: Bank,
    pub(super) clock: Clock,
    router: Router,
    folder: tempfile::TempDir,
}

impl World {
    pub(super) async fn new() -> Self {
        let start: Timestamp = "2026-03-02T10:00:00Z".parse().expect("a moment");
        let clock = Clock::settable(start);
        let folder = tempfile::tempdir().expect("a folder");
        Self::open(folder, clock).await
    }

    async fn open(folder: tempfile::TempDir, clock: Clock) -> Self {
        let faces = "http://127.0.0.1:3000/sandbox".parse().expect("an address");
        let mut config = SandboxConfig::new(folder.path(), faces);
        config.pace = Pace::at_once();
        let sandbox = Sandbox::open(config, clock.clone()).await.expect("a bank");
        let router = Router::new().nest("/sandbox", sandbox.faces_router().into());
        Self {
            bank: sandbox.bank().clone(),
            clock,
            router,
            folder,
        }
    }

    /// Restarts the program: the bank's file stays, its memory is lost.
    pub(super) async fn restarted(self) -> Self {
        Self::open(self.folder, self.clock).await
    }

    /// Saves and returns the usual token, changed by `change`.
    pub(super) async fn token(&self, change: impl FnOnce(&mut LinkToken)) -> LinkToken {
        let now = self.clock.now();
        let mut token = LinkToken {
            token: format!("link-sandbox-{}", uuid::Uuid::new_v4()),
            created_at: now,
            expires_at: now + SignedDuration::from_hours(4),
            client_name: "Passbook".into(),
            language: "en".into(),
            country_codes: vec!["US".into()],
            products: vec!["transactions".into()],
            extra_products: Vec::new(),
            client_user_id: Some("someone".into()),
            redirect_uri: None,
            webhook: None,
            update: None,
            hosted: None,
            account_filters: Vec::new(),
            days_requested: 90,
        };
        change(&mut token);
        self.bank
            .save_link_token(&token)
            .await
            .expect("a token is saved");
        token
    }

    pub(super) async fn hosted_token(&self, completion: Option<&str>) -> LinkToken {
        let expires_at = self.clock.now() + SignedDuration::from_mins(30);
        let hosted = Hosted {
            id: uuid::Uuid::new_v4().to_string(),
            completion_redirect_uri: completion.map(str::to_owned),
            expires_at,
        };
        self.token(|token| token.hosted = Some(hosted)).await
    }

    pub(super) fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// Opens a pane.
    pub(super) async fn pane(&self, token: &LinkToken) -> Browser {
        let mut browser = self.browser();
        browser.get(&start(&token.token, None)).await;
        browser
    }

    /// Opens a pane and goes to an institution's log-in.
    pub(super) async fn at_bank(&self, token: &LinkToken, institution: &str) -> Browser {
        let mut browser = self.pane(token).await;
        browser.post(&[]).await;
        browser.post(&[("institution", institution)]).await;
        browser
    }
}

/// Returns the address that the script opens.
pub(super) fn start(token: &str, received: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("token", token)
        .append_pair("embed", "1")
        .append_pair("origin", APP);
    if let Some(received) = received {
        query.append_pair("received", received);
    }
    format!("/sandbox/link/start?{}", query.finish())
}
