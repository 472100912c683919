//! Links: creates a member with what the person typed, and checks its status until the bank accepts the log-in.

use jiff::{SignedDuration, Timestamp};

use super::asking::Asked;
use super::challenges::challenges;
use super::status::{is_refused, problem};
use super::token::Token;
use super::watch::{Look, Verdict};
use super::{Mx, paths, wire};
use crate::{Begun, LinkRequest, LinkWay};
use domain::link::{LinkResult, LinkState, LinkedAccount};
use domain::problem::{Problem, Reason};
use domain::secret::Secret;

/// How long a link is watched. An unanswered challenge ends at MX after some ten minutes, and that end has to be seen.
const LIFETIME: SignedDuration = SignedDuration::from_mins(15);

impl Mx {
    pub(super) async fn begin(&self, wanted: &LinkRequest<'_>) -> Result<Begun, Problem> {
        let LinkWay::Credentials { institution, typed } = wanted.way else {
            return Err(Problem::ours(Reason::NotSupported));
        };
        let marked = |key| Ok::<_, Problem>(Token::parse(key)?.of_link(&self.link_key));
        let (token, oauth) = match wanted.repair {
            // Without credentials, the log-in is on the bank's own page.
            Some(key) if typed.is_empty() => {
                let window = self.oauth_window(key, None).await?;
                self.watches.sent_to_bank(Token::parse(key)?.member);
                (marked(key)?, Some(window))
            }
            Some(key) => {
                self.new_credentials(key, typed).await?;
                (marked(key)?, None)
            }
            None => self.create(wanted, institution, typed).await?,
        };
        let ends = self.clock.now().checked_add(LIFETIME);
        Ok(Begun {
            token,
            expires_at: ends.unwrap_or(Timestamp::MAX),
            hosted_url: oauth,
        })
    }

    pub(super) async fn state(&self, token: &Secret) -> Result<LinkState, Problem> {
        let of = Token::parse(token)?;
        let answer: wire::StatusAnswer = self.fetch(Asked::new(paths::STATUS, &of.ids())).await?;
        let mut member = answer.member;
        let mut asks = challenges(std::mem::take(&mut member.challenges));
        if asks.is_empty() && member.connection_status == "CHALLENGED" {
            asks = challenges(self.asked_of(of).await?);
        }
        let verdict = self.watches.judge(
            of.member,
            &Look {
                status: &member.connection_status,
                running: member.is_being_aggregated,
                authenticated: member.is_authenticated,
                asks: &asks,
            },
        );
        Ok(match verdict {
            Verdict::Open => LinkState::Open,
            Verdict::Asks => LinkState::Challenged(asks),
            Verdict::Done => LinkState::Finished(vec![self.result(of).await?]),
            Verdict::Ended(reason) => {
                let is_oauth = is_refused(reason) && self.is_oauth(of).await?;
                let problem = problem(reason, &member.connection_status, is_oauth);
                LinkState::Exited(Some(problem))
            }
        })
    }

    /// Returns the bank's challenges. Empty when it asks nothing any more.
    async fn asked_of(&self, token: Token<'_>) -> Result<Vec<wire::Challenge>, Problem> {
        let asked = Asked::new(paths::CHALLENGES, &token.ids());
        let answer = self.call(asked, None, |bytes| {
            if bytes.is_empty() {
                return Ok(wire::ChallengesAnswer::default());
            }
            serde_json::from_slice(bytes)
        });
        Ok(answer.await?.challenges)
    }

    /// Whether people log in on the bank's own site.
    async fn is_oauth(&self, of: Token<'_>) -> Result<bool, Problem> {
        let answer: wire::MemberAnswer = self.fetch(Asked::new(paths::MEMBER, &of.ids())).await?;
        Ok(answer.member.is_oauth)
    }

    /// Returns the link's result, with the accounts that MX has read so far.
    async fn result(&self, of: Token<'_>) -> Result<LinkResult, Problem> {
        let member: wire::MemberAnswer = self.fetch(Asked::new(paths::MEMBER, &of.ids())).await?;
        let accounts = self.all_accounts(of, None).await?;
        let open = accounts.into_iter().filter(|listed| !listed.is_closed);
        let result = LinkResult {
            public_token: of.of_link(&self.link_key),
            institution_id: member.member.institution_code,
            institution_name: member.member.name,
            accounts: open
                .map(|listed| listed.account)
                .map(|account| LinkedAccount {
                    provider_id: account.provider_id,
                    name: account.name,
                    mask: account.mask,
                    kind: account.kind.as_str().to_owned(),
                    subtype: account.subtype,
                })
                .collect(),
        };
        Ok(result.on_one_line())
    }
}

/// Whether a URL is safe to link to: `javascript:` would run in our page.
pub(super) fn leads_to_the_web(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
