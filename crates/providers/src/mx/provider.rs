//! Implements the provider interface for MX.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

use super::asking::Asked;
use super::token::Token;
use super::webhook::read_webhook;
use super::{Mx, NAME, paths, status, wire};
use crate::{Begun, Key, Knock, LinkRequest, Provider, ReadFrom, WidgetPurpose};
use domain::feed::{ConnectionFacts, FeedAccount, FeedPage, Institution};
use domain::id::ConnectionId;
use domain::link::{LinkResult, LinkState};
use domain::problem::{Grant, Problem};
use domain::provider::{Capabilities, CredentialField, Offered, Reads, Typed};
use domain::secret::Secret;
use domain::text::maybe_one_line;
use domain::usage::Usage;
use domain::webhook::{Notice, Refusal, Verified};

/// MX keeps pending rows for 14 days, and matches the rows that settle them for as long; a month leaves room.
const OVERLAP_DAYS: u16 = 30;

#[async_trait]
impl Provider for Mx {
    fn name(&self) -> &'static str {
        NAME
    }

    fn title(&self) -> &'static str {
        "MX"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            script_link: false,
            hosted_link: false,
            credentials: true,
            widget: true,
            search: true,
            repair: true,
            choose_accounts: false,
            paid_refresh: true,
            daily_refresh: true,
            extends_history: true,
            webhook_addresses: false,
            reads: Reads::Window {
                overlap_days: OVERLAP_DAYS,
            },
        }
    }

    fn asked(&self, endpoint: &str) -> &'static str {
        paths::asked(endpoint)
    }

    fn usage(&self) -> Vec<Usage> {
        self.limits.usage(self.clock.now())
    }

    fn recall(&self, calls: &[(String, Option<ConnectionId>, Timestamp)]) {
        for (_, _, at) in calls {
            self.limits.recall(*at);
        }
    }

    async fn begin_link(&self, wanted: &LinkRequest<'_>) -> Result<Begun, Problem> {
        self.begin(wanted).await
    }

    async fn link_state(&self, token: &Secret) -> Result<LinkState, Problem> {
        self.state(token).await
    }

    /// MX has no script in our page. A result from a browser could name any person's member, so it is ignored.
    fn read_link_result(&self, _public_token: Secret, _said: &Value) -> LinkResult {
        LinkResult::default()
    }

    async fn institutions(&self, name: &str, page: u32) -> Result<Offered, Problem> {
        self.search(name, page).await
    }

    async fn credential_fields(&self, institution: &str) -> Result<Vec<CredentialField>, Problem> {
        self.fields_of(institution).await
    }

    async fn widget_url(
        &self,
        person: &str,
        purpose: WidgetPurpose<'_>,
    ) -> Result<Secret, Problem> {
        self.widget(person, purpose).await
    }

    async fn links_of(&self, person: &str) -> Result<Vec<LinkResult>, Problem> {
        self.all_links(person).await
    }

    fn link_of(&self, key: Key<'_>) -> Result<Secret, Problem> {
        Ok(Token::parse(key.token)?.of_link(&self.link_key))
    }

    async fn answer(&self, token: &Secret, answers: &[Typed]) -> Result<(), Problem> {
        self.answer_all(token, answers).await
    }

    /// A link's token already names the member, so no call is needed.
    async fn exchange(&self, handed_over: &Secret) -> Result<Grant, Problem> {
        let token = Token::read_of_link(handed_over, &self.link_key)?;
        Ok(Grant {
            item_id: token.member.to_owned(),
            access_token: token.sealed(),
        })
    }

    async fn facts(&self, key: Key<'_>) -> Result<ConnectionFacts, Problem> {
        let token = Token::parse(key.token)?;
        let asked = Asked::new(paths::MEMBER, &token.ids()).about(Some(key.connection));
        let answer: wire::MemberAnswer = self.fetch(asked).await?;
        let member = answer.member;
        let heard = member.successfully_aggregated_at;
        Ok(ConnectionFacts {
            institution_id: member.institution_code,
            institution_name: maybe_one_line(member.name),
            provider_updated_at: heard.and_then(|text| text.parse().ok()),
            consent_expires_at: None,
            challenged: status::asks(&member.connection_status),
            problem: status::standing(&member.connection_status, member.is_oauth),
        })
    }

    /// Returns the open accounts. An account that the bank has closed is no longer listed.
    async fn accounts(&self, key: Key<'_>) -> Result<Vec<FeedAccount>, Problem> {
        let all = self.all_accounts(Token::parse(key.token)?, Some(key.connection));
        let open = all.await?.into_iter().filter(|listed| !listed.is_closed);
        Ok(open.map(|listed| listed.account).collect())
    }

    async fn page(
        &self,
        key: Key<'_>,
        from: ReadFrom<'_>,
        at: Option<&str>,
    ) -> Result<FeedPage, Problem> {
        self.window(key, from, at).await
    }

    /// Within three hours of the last time, MX treats this as done.
    async fn refresh(&self, key: Key<'_>, _institution: Option<&str>) -> Result<(), Problem> {
        self.set_going(paths::AGGREGATE, key).await
    }

    /// Fetches up to two years, if the bank has them. The bank may challenge the person first.
    async fn extend_history(&self, key: Key<'_>) -> Result<(), Problem> {
        self.set_going(paths::EXTEND_HISTORY, key).await
    }

    async fn remove(&self, key: Key<'_>) -> Result<(), Problem> {
        self.set_going(paths::DELETE_MEMBER, key).await
    }

    async fn forget_person(&self, person: &str) -> Result<(), Problem> {
        self.remove_user(person).await
    }

    async fn institution(&self, id: &str) -> Result<Institution, Problem> {
        self.one_institution(id).await
    }

    async fn verify_webhook(&self, knock: Knock<'_>, now: Timestamp) -> Result<Verified, Refusal> {
        self.believe(knock, now)
    }

    fn read_webhook(&self, body: &[u8]) -> Notice {
        read_webhook(body)
    }
}

impl Mx {
    /// Makes a call about a member that has no body and whose response is not read.
    async fn set_going(&self, endpoint: &'static str, key: Key<'_>) -> Result<(), Problem> {
        let token = Token::parse(key.token)?;
        let asked = Asked::new(endpoint, &token.ids()).about(Some(key.connection));
        self.tell(asked, None::<&()>).await
    }
}
