//! Members: MX's term for a person's log-in at a bank. Credentials are passed on here and never stored.

use super::asking::Asked;
use super::link::leads_to_the_web;
use super::problems::bad_answer;
use super::status::{OnTheWay, on_the_way};
use super::token::{Token, is_guid};
use super::{Mx, paths, wire};
use crate::LinkRequest;
use domain::link::LinkResult;
use domain::problem::{Problem, Reason};
use domain::provider::Typed;
use domain::secret::Secret;

impl Mx {
    /// Creates a member for a person, after creating the person, or finds the member of this attempt.
    pub(super) async fn create(
        &self,
        wanted: &LinkRequest<'_>,
        institution: &str,
        typed: &[Typed],
    ) -> Result<(Secret, Option<Secret>), Problem> {
        self.ensure_user(wanted.person).await?;
        let body = wire::CreateMemberRequest {
            member: wire::NewMember {
                id: wanted.id,
                institution_code: institution,
                credentials: filled(typed),
                is_oauth: typed.is_empty().then_some(true),
            },
            data_request: wire::DataRequest::TRANSACTIONS,
        };
        let asked = Asked::new(paths::CREATE_MEMBER, &[wanted.person]);
        let created: Result<wire::MemberAnswer, Problem> = self.send(asked, &body).await;
        let member = match created {
            Ok(answer) => answer.member,
            Err(refusal) if is_conflict(&refusal) => {
                self.existing(wanted, institution, typed, refusal).await?
            }
            Err(refusal) => return Err(unconfirmed(refusal)),
        };
        let guid = member.guid;
        if !is_guid(&guid) {
            return Err(bad_answer("a member's guid that is none"));
        }
        let token = Token {
            person: wanted.person,
            member: &guid,
        };
        let oauth = member.oauth_window_uri.filter(|uri| leads_to_the_web(uri));
        Ok((token.of_link(&self.link_key), oauth.map(Secret::new)))
    }

    /// Returns the member that conflicts with a new one: that of the same attempt, or the only one at the same bank. If
    /// the bank did not accept its credentials, it gets the new ones.
    async fn existing(
        &self,
        wanted: &LinkRequest<'_>,
        institution: &str,
        typed: &[Typed],
        refusal: Problem,
    ) -> Result<wire::Member, Problem> {
        let same = [wanted.person, wanted.id];
        let same: Result<wire::MemberAnswer, Problem> =
            self.fetch(Asked::new(paths::MEMBER, &same)).await;
        let member = match same {
            Ok(answer) => answer.member,
            Err(unknown) if unknown.reason == Reason::Gone => {
                self.only_at(institution, wanted.person, refusal).await?
            }
            Err(other) => return Err(other),
        };
        // A member that works or is being asked is left alone, so that a typing mistake cannot break it.
        let was_in_vain = matches!(
            on_the_way(&member.connection_status),
            OnTheWay::Ends(_) | OnTheWay::AsksOnceMore(_)
        );
        if was_in_vain {
            let token = Token {
                person: wanted.person,
                member: &member.guid,
            };
            self.new_credentials(&token.sealed(), typed).await?;
        }
        Ok(member)
    }

    /// Returns all of a person's members as finished links.
    pub(super) async fn all_links(&self, person: &str) -> Result<Vec<LinkResult>, Problem> {
        let asked = Asked::new(paths::MEMBERS, &[person]).with("records_per_page", 1000);
        let all: wire::MembersAnswer = match self.fetch(asked).await {
            // MX does not know this person.
            Err(refusal) if refusal.code == "HTTP_404" => return Ok(Vec::new()),
            answer => answer?,
        };
        let known = all
            .members
            .into_iter()
            .filter(|member| is_guid(&member.guid));
        let link = |member: wire::Member| {
            let token = Token {
                person,
                member: &member.guid,
            };
            let result = LinkResult {
                public_token: token.of_link(&self.link_key),
                institution_id: member.institution_code.clone(),
                institution_name: member.name.clone(),
                accounts: Vec::new(),
            };
            result.on_one_line()
        };
        Ok(known.map(link).collect())
    }

    /// Returns a person's member at a bank if there is exactly one, or `otherwise` if there is none.
    async fn only_at(
        &self,
        institution: &str,
        person: &str,
        otherwise: Problem,
    ) -> Result<wire::Member, Problem> {
        let asked = Asked::new(paths::MEMBERS, &[person]).with("records_per_page", 1000);
        let all: wire::MembersAnswer = self.fetch(asked).await?;
        let at_bank =
            |member: &wire::Member| member.institution_code.as_deref() == Some(institution);
        let mut there = all.members.into_iter().filter(at_bank);
        match (there.next(), there.next()) {
            (Some(member), None) => Ok(member),
            // Either way, MX already has this log-in.
            (Some(_), Some(_)) => Err(Problem::new(Reason::AlreadyLinked, otherwise.code)),
            (None, _) => Err(otherwise),
        }
    }

    /// Gives a member new credentials, with which MX asks the bank at once.
    ///
    /// # Errors
    /// MX's refusal.
    pub async fn new_credentials(&self, token: &Secret, typed: &[Typed]) -> Result<(), Problem> {
        let token = Token::parse(token)?;
        let body = wire::UpdateMemberRequest {
            member: wire::Credentials {
                credentials: filled(typed),
            },
        };
        let told = self.tell(Asked::new(paths::UPDATE_MEMBER, &token.ids()), Some(&body));
        told.await.map_err(unconfirmed)?;
        self.watches.sent(token.member, Vec::new());
        Ok(())
    }

    pub(super) async fn answer_all(
        &self,
        token: &Secret,
        answers: &[Typed],
    ) -> Result<(), Problem> {
        let token = Token::parse(token)?;
        let body = wire::ResumeRequest {
            member: wire::Answers {
                challenges: filled(answers),
            },
        };
        self.tell(Asked::new(paths::RESUME, &token.ids()), Some(&body))
            .await?;
        let answered = answers.iter().map(|answer| answer.field.clone());
        self.watches.sent(token.member, answered.collect());
        Ok(())
    }
}

/// Whether the refusal means that the object already exists.
pub(super) fn is_conflict(refusal: &Problem) -> bool {
    refusal.code == "HTTP_409"
}

/// Converts a refusal after which the credentials may have reached MX all the same.
fn unconfirmed(refusal: Problem) -> Problem {
    match refusal.reason {
        Reason::ProviderFailed | Reason::Timeout | Reason::BadAnswer => Problem {
            request_id: refusal.request_id,
            ..Problem::new(Reason::InputUnconfirmed, refusal.code)
        },
        _ => refusal,
    }
}

fn filled(typed: &[Typed]) -> Vec<wire::Filled<'_>> {
    let filled = typed.iter().map(|it| wire::Filled {
        guid: &it.field,
        value: it.value.expose(),
    });
    filled.collect()
}
