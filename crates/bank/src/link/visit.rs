//! An opened session: its record, its state and its token.

use serde_json::{Map, Value, json};

use super::flow::{Flow, Step};
use super::trouble::{Trouble, request_id};
use super::unavailable::Gone;
use super::{Link, outcome};
use crate::bank::{LinkToken, SessionRecord};
use crate::world::{self, Institution, SignIn};

/// The username of the test log-in, which every institution accepts. Other known names accept its password too.
const TEST_USERNAME: &str = "user_good";
/// The test log-in's password.
pub(super) const TEST_PASSWORD: &str = "pass_good";

/// A session opened with its key.
pub(super) struct Visit {
    pub(super) link: Link,
    pub(super) token: LinkToken,
    pub(super) record: SessionRecord,
    pub(super) flow: Flow,
}

impl Link {
    /// Begins a session.
    pub(super) async fn begin(&self, token: LinkToken, mut flow: Flow) -> Result<Visit, Gone> {
        if let Some(update) = &token.update {
            flow.institution_id = Some(update.institution_id.clone());
            flow.username.clone_from(&update.username);
        }
        let record = SessionRecord {
            id: uuid::Uuid::new_v4().to_string(),
            link_token: token.token.clone(),
            started_at: self.bank.clock().now(),
            finished_at: None,
            state: Value::Null,
            events: Vec::new(),
            exit: None,
            results: Vec::new(),
        };
        let mut visit = Visit {
            link: self.clone(),
            token,
            record,
            flow,
        };
        let view_name = json!(visit.flow.step.view_name());
        visit.event("OPEN", [("view_name", view_name.clone())]);
        visit.event("TRANSITION_VIEW", [("view_name", view_name)]);
        visit.save().await?;
        Ok(visit)
    }

    /// Returns the session with this id and key. A wrong key gives the same error as a wrong id.
    pub(super) async fn visit(&self, id: &str, key: &str) -> Result<Visit, Gone> {
        let record = self.bank.session(id).await?.ok_or(Gone::Unknown)?;
        let visit = self.open(record).await?;
        if visit.flow.key != key {
            return Err(Gone::Unknown);
        }
        Ok(visit)
    }

    /// Opens a session from its record, without checking a key.
    pub(super) async fn open(&self, record: SessionRecord) -> Result<Visit, Gone> {
        let flow = serde_json::from_value(record.state.clone()).map_err(|_| Gone::Unknown)?;
        let token = self.bank.link_token(&record.link_token).await?;
        let token = token.ok_or(Gone::Unknown)?;
        let mut visit = Visit {
            link: self.clone(),
            token,
            record,
            flow,
        };
        outcome::catch_up(&mut visit);
        Ok(visit)
    }

    /// The path prefix of every address here; empty when the bank is at the root.
    pub(super) fn base(&self) -> &str {
        self.bank.faces_url().path().trim_end_matches('/')
    }
}

impl Visit {
    /// The path of the session's pages.
    pub(super) fn path(&self) -> String {
        format!(
            "{}/link/session/{}/{}",
            self.link.base(),
            self.record.id,
            self.flow.key
        )
    }

    /// The path of the session on the institution's own site.
    pub(super) fn away_path(&self) -> String {
        format!(
            "{}/oauth/{}/{}",
            self.link.base(),
            self.record.id,
            self.flow.key
        )
    }

    /// The application's name. A name of more than 30 characters is replaced, as at Plaid.
    pub(super) fn client_name(&self) -> &str {
        let name = self.token.client_name.as_str();
        if name.chars().count() > 30 {
            "This Application"
        } else {
            name
        }
    }

    /// The chosen institution.
    pub(super) fn institution(&self) -> Option<&'static Institution> {
        world::institution(self.flow.institution_id.as_deref()?)
    }

    /// Goes to a page and clears the error.
    pub(super) fn go(&mut self, step: Step) {
        self.flow.trouble = None;
        self.turn_to(step);
    }

    /// Goes to a page and keeps the error.
    pub(super) fn turn_to(&mut self, step: Step) {
        self.flow.leaving = false;
        if self.flow.step != step {
            self.flow.step = step;
            let mut more = vec![("view_name", json!(step.view_name()))];
            more.extend(step.mfa_type().map(|kind| ("mfa_type", json!(kind))));
            self.event("TRANSITION_VIEW", more);
        }
    }

    /// Records an error, for the page and for the application.
    pub(super) fn stumble(&mut self, code: &str, detail: Option<String>) {
        self.stumble_over(Trouble::new(code, detail));
    }

    /// Records that the person chose no account.
    pub(super) fn choose_none(&mut self) {
        self.stumble_over(Trouble::none_chosen());
    }

    fn stumble_over(&mut self, trouble: Trouble) {
        self.event(
            "ERROR",
            [
                ("error_type", json!(trouble.kind())),
                ("error_code", json!(trouble.code)),
                ("error_message", json!(trouble.message())),
                ("request_id", json!(trouble.request_id)),
                ("view_name", json!(self.flow.step.view_name())),
            ],
        );
        self.flow.trouble = Some(trouble);
    }

    /// Records an event in the format of `/link/token/get`.
    pub(super) fn event(
        &mut self,
        name: &str,
        more: impl IntoIterator<Item = (&'static str, Value)>,
    ) {
        let mut metadata = Map::new();
        if let Some(institution) = self.institution() {
            metadata.insert("institution_id".into(), json!(institution.id));
            metadata.insert("institution_name".into(), json!(institution.name));
        }
        metadata.insert("request_id".into(), json!(request_id()));
        metadata.extend(more.into_iter().map(|(key, value)| (key.to_owned(), value)));
        self.record.events.push(json!({
            "event_name": name,
            "timestamp": self.link.bank.clock().now().to_string(),
            "event_id": uuid::Uuid::new_v4().to_string(),
            "event_metadata": metadata,
        }));
    }

    /// Saves state and events.
    pub(super) async fn save(&mut self) -> Result<(), Gone> {
        self.flow.version += 1;
        self.record.state = serde_json::to_value(&self.flow).map_err(|_| Gone::Unknown)?;
        Ok(self.link.bank.save_session(&self.record).await?)
    }

    /// Whether the test log-in can be filled in. An Item being repaired has its own username, and the password of
    /// `user_custom` is a file.
    pub(super) fn has_test_login(&self) -> bool {
        self.token
            .update
            .as_ref()
            .is_none_or(|update| update.username != "user_custom")
    }

    /// Fills in the test log-in, which the person then sends.
    pub(super) fn fill_in(&mut self) {
        if !self.has_test_login() {
            return;
        }
        let own = self.token.update.as_ref().map(|update| &update.username);
        self.flow.username = own.map_or_else(|| TEST_USERNAME.to_owned(), Clone::clone);
        self.flow.trouble = None;
        self.flow.filled_in = true;
    }

    /// Logs in again with the password in memory; `None` when it is no longer there.
    pub(super) fn sign_in_again(&self) -> Option<SignIn> {
        let clock = self.link.bank.clock();
        let password = self.link.vault.get(&self.record.id, clock.now())?;
        let institution = self.institution()?;
        Some(world::sign_in(
            institution,
            &self.flow.username,
            &password,
            clock.today(),
        ))
    }
}
