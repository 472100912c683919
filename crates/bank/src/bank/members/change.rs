//! Changing a member: new credentials, answers, runs, deletion.

use super::asking::judge;
use super::create::fill_in;
use super::run::{can_run, mx_institution_of};
use super::{MemberView, no};
use crate::bank::{Bank, BankError};
use crate::store::members::{self, Job, Outcome};

/// The shortest time between two runs at a throttled bank (docs.mx.com, aggregation).
const THROTTLE_MS: i64 = 3 * 3_600_000;

/// A client's changes to a member. An empty field is left as it is.
#[derive(Clone, Default)]
pub struct MemberChange {
    /// The guids of credentials and the values entered for them.
    pub credentials: Vec<(String, String)>,
    /// The client's own id for it.
    pub id: Option<String>,
    /// Free text of the client.
    pub metadata: Option<String>,
    /// The value of `X-CALLBACK-PAYLOAD`.
    pub callback: Option<String>,
    /// Whether background aggregation is turned off.
    pub background_is_disabled: Option<bool>,
    /// Whether no run begins now.
    pub skip_aggregation: bool,
}

impl Bank {
    /// Changes a member. New credentials begin a run.
    pub async fn change_member(
        &self,
        user: &str,
        name: &str,
        change: MemberChange,
    ) -> Result<MemberView, BankError> {
        let mut write = self.store().write().await?;
        let mut view = self.member_of(&mut write, user, name).await?;
        let member = &mut view.member;
        if let Some(id) = change.id {
            let taken = members::find(&mut write, &member.user_guid, &id).await?;
            if taken.is_some_and(|other| other.guid != member.guid) {
                return Err(no(409, "A member with this id already exists.").into());
            }
            member.id = Some(id);
        }
        let record = &mut member.record;
        record.metadata = change.metadata.or(record.metadata.take());
        record.callback = change.callback.or(record.callback.take());
        record.background_is_disabled = change
            .background_is_disabled
            .unwrap_or(record.background_is_disabled);
        if !change.credentials.is_empty() {
            fill_in(
                mx_institution_of(member)?,
                member,
                &change.credentials,
                self.today(),
            )?;
            if member.record.status.as_deref() == Some("PREVENTED") {
                member.record.failures = 0;
            }
            if change.skip_aggregation {
                member.record.status = Some("UPDATED".to_owned());
                member.record.run = None;
            } else {
                self.begin_run(&mut write, member, Job::Aggregation, "UPDATED")
                    .await?;
            }
        }
        members::update(&mut write, member).await?;
        self.commit(write).await?;
        Ok(view)
    }

    /// Deletes a member with its accounts and transactions.
    pub async fn delete_member(&self, user: &str, name: &str) -> Result<(), BankError> {
        let mut write = self.store().write().await?;
        let view = self.member_of(&mut write, user, name).await?;
        self.forget_member(&mut write, &view.member).await?;
        self.commit(write).await
    }

    /// Begins a run if possible: not during another run of the same job, not too soon after the last one, and not in a
    /// status that a run cannot change. MX gives the same response in each case.
    pub async fn run_member(
        &self,
        user: &str,
        name: &str,
        job: Job,
        callback: Option<String>,
    ) -> Result<MemberView, BankError> {
        let mut write = self.store().write().await?;
        let mut view = self.member_of(&mut write, user, name).await?;
        let member = &mut view.member;
        self.heed_expiry(&mut write, member).await?;
        if let Some(run) = &member.record.run {
            if run.job != job {
                return Err(no(409, "Another job is running for this member.").into());
            }
            return Ok(view);
        }
        let recent = member
            .record
            .aggregated_at
            .is_some_and(|at| self.now().as_millisecond().saturating_sub(at) < THROTTLE_MS);
        let too_soon = job == Job::Aggregation && recent && mx_institution_of(member)?.throttled;
        if too_soon || !can_run(member) {
            return Ok(view);
        }
        member.record.callback = callback.or(member.record.callback.take());
        let word = member.record.status.clone();
        self.begin_run(
            &mut write,
            member,
            job,
            word.as_deref().unwrap_or("CREATED"),
        )
        .await?;
        members::update(&mut write, member).await?;
        self.commit(write).await?;
        Ok(view)
    }

    /// Continues a run with answers, each a guid and a value.
    pub async fn resume_member(
        &self,
        user: &str,
        name: &str,
        answers: &[(String, String)],
    ) -> Result<MemberView, BankError> {
        let mut write = self.store().write().await?;
        let mut view = self.member_of(&mut write, user, name).await?;
        let member = &mut view.member;
        self.heed_expiry(&mut write, member).await?;
        let waiting = member.record.run.clone().filter(|run| run.has_arrived);
        let Some((run, Outcome::Challenge(asking))) = waiting.map(|run| (run.clone(), run.outcome))
        else {
            return Err(no(409, "This member is not challenged.").into());
        };
        let (outcome, round) = judge(&asking, run.round, member, answers)?;
        self.keep_stale(&mut write, member).await?;
        member.record.status = Some("RESUMED".to_owned());
        member.record.challenges.clear();
        let outcome = match outcome {
            Outcome::Status(_) => member.record.next.take().unwrap_or(outcome),
            other @ Outcome::Challenge(_) => other,
        };
        self.go_on(&mut write, member, run.job, outcome, round)
            .await?;
        members::update(&mut write, member).await?;
        self.commit(write).await?;
        Ok(view)
    }
}
