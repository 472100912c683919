//! People at MX, and MX's own pages for them.

use super::asking::Asked;
use super::link::leads_to_the_web;
use super::member::is_conflict;
use super::problems::bad_answer;
use super::token::Token;
use super::{Mx, paths, wire};
use crate::WidgetPurpose;
use domain::problem::Problem;
use domain::secret::Secret;

impl Mx {
    /// Creates a person at MX under our own id. Returns MX's id if the person is new there.
    pub(super) async fn ensure_user(&self, person: &str) -> Result<Option<String>, Problem> {
        let body = wire::UserRequest {
            user: wire::NewUser { id: person },
        };
        let created: Result<wire::UserAnswer, Problem> =
            self.send(Asked::new(paths::CREATE_USER, &[]), &body).await;
        match created {
            Ok(answer) => Ok(Some(answer.user.guid)),
            Err(refusal) if is_conflict(&refusal) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// Deletes a person and everything linked for them. A person whom MX does not know counts as deleted.
    pub(super) async fn remove_user(&self, person: &str) -> Result<(), Problem> {
        let asked = Asked::new(paths::DELETE_USER, &[person]);
        match self.tell(asked, None::<&()>).await {
            Err(refusal) if refusal.code == "HTTP_404" => Ok(()),
            other => other,
        }
    }

    /// Returns the URL of MX's own log-in page, for a new bank or to repair a connection. It works once, within ten
    /// minutes.
    ///
    /// # Errors
    /// MX's refusal.
    pub(super) async fn widget(
        &self,
        person: &str,
        purpose: WidgetPurpose<'_>,
    ) -> Result<Secret, Problem> {
        // This is the only path that does not accept our own id.
        let guid = match self.ensure_user(person).await? {
            Some(guid) => guid,
            None => {
                let asked = Asked::new(paths::USER, &[person]);
                self.fetch::<wire::UserAnswer>(asked).await?.user.guid
            }
        };
        let (institution, member) = match purpose {
            WidgetPurpose::NewBank(institution) => (institution, None),
            WidgetPurpose::Repair(key) | WidgetPurpose::NewLogIn(key) => {
                (None, Some(Token::parse(key)?.member))
            }
        };
        // MX's page reports a working member as linked at once, unless it is told to ask for the log-in.
        let asks = matches!(purpose, WidgetPurpose::NewLogIn(_)).then_some(true);
        let body = wire::WidgetRequest {
            widget_url: wire::Widget {
                widget_type: "connect_widget",
                ui_message_version: 4,
                data_request: wire::DataRequest::TRANSACTIONS,
                current_institution_code: institution,
                current_member_guid: member,
                update_credentials: asks,
            },
        };
        let asked = Asked::new(paths::WIDGET, &[&guid]);
        let answer: wire::WidgetAnswer = self.send(asked, &body).await?;
        web_address(answer.widget_url.url)
    }

    /// Returns the URL of the bank's own log-in, for a member without credentials. It returns to `returns_to`, or ends
    /// on a page of MX.
    ///
    /// # Errors
    /// MX's refusal.
    pub async fn oauth_window(
        &self,
        token: &Secret,
        returns_to: Option<&str>,
    ) -> Result<Secret, Problem> {
        let token = Token::parse(token)?;
        let mut asked = Asked::new(paths::OAUTH_WINDOW, &token.ids());
        if let Some(address) = returns_to {
            asked = asked
                .with("referral_source", "APP")
                .with("client_redirect_url", address);
        }
        let answer: wire::MemberAnswer = self.fetch(asked).await?;
        web_address(answer.member.oauth_window_uri.unwrap_or_default())
    }
}

fn web_address(url: String) -> Result<Secret, Problem> {
    if leads_to_the_web(&url) {
        return Ok(Secret::new(url));
    }
    Err(bad_answer("an address that leads nowhere"))
}
