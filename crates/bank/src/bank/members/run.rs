//! Runs: MX looks at a bank, and those who look on see how far it is.
//!
//! A run goes on whenever somebody looks at the member, so that a client's loop is the same each time; when nobody
//! does, it is over a few seconds later anyway, because webhooks come whether anybody looks or not.

use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::institutions::Bench;
use super::status::forbids_runs;
use super::verdict::verdict;
use super::{MemberView, bench, new_guid, no};
use crate::bank::{Bank, BankError, Refusal};
use crate::store::members::{self, Job, Member, Outcome, Run, Stale};
use crate::store::{StoreError, mx_settings};

/// Where the ends of coming runs are kept.
pub(in crate::bank) const NEXT: &str = "next";

/// Where the pace is kept.
const PACE: &str = "pace";

/// How slow MX is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Pace {
    /// For how many looks a member is being aggregated.
    pub polls: u32,
    /// For how many looks the state from before is still shown.
    pub stale: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { polls: 2, stale: 0 }
    }
}

impl Bank {
    /// A member that somebody looks at: what goes on goes on by a step.
    pub async fn look_at_member(&self, user: &str, name: &str) -> Result<MemberView, BankError> {
        let mut write = self.store().write().await?;
        let mut view = self.member_of(&mut write, user, name).await?;
        let mut seen = view.clone();
        if let Some(stale) = &mut view.member.record.stale {
            stale.left = stale.left.saturating_sub(1);
            if stale.left == 0 {
                view.member.record.stale = None;
            }
        } else {
            self.step(&mut write, &mut view.member).await?;
            seen = view.clone();
        }
        members::update(&mut write, &view.member).await?;
        self.commit(write).await?;
        Ok(seen)
    }

    /// How slow MX is.
    pub async fn pace_of_members(&self) -> Result<Pace, BankError> {
        let mut read = self.store().read().await?;
        Ok(mx_settings::read(&mut read, PACE)
            .await?
            .unwrap_or_default())
    }

    /// Makes MX faster or slower.
    pub(in crate::bank) async fn set_pace_of_members(&self, pace: Pace) -> Result<(), BankError> {
        let mut write = self.store().write().await?;
        mx_settings::write(&mut write, PACE, &pace).await?;
        write.commit().await.map_err(StoreError::from)?;
        Ok(())
    }

    /// Begins a run. What was shown until now is still shown for as long as MX is slow.
    pub(super) async fn begin_run(
        &self,
        db: &mut SqliteConnection,
        member: &mut Member,
        job: Job,
        word: &str,
    ) -> Result<(), BankError> {
        let said = match member.record.next.take() {
            None if word == "CREATED" => self.take_next(db).await?,
            said => said,
        };
        let outcome = match said {
            Some(outcome) => outcome,
            None => verdict(member),
        };
        self.keep_stale(db, member).await?;
        let now = self.now().as_millisecond();
        let record = &mut member.record;
        record.status = Some(word.to_owned());
        record.aggregated_at = Some(now);
        record.job = Some(new_guid("JOB"));
        record.challenges.clear();
        record.says_aggregated = None;
        (record.is_authenticated, record.has_accounts) = (false, false);
        record.has_transactions = false;
        self.go_on(db, member, job, outcome, 0).await
    }

    /// How somebody said that the run of the next new member ends.
    async fn take_next(&self, db: &mut SqliteConnection) -> Result<Option<Outcome>, BankError> {
        let mut all: Vec<Outcome> = mx_settings::read(db, NEXT).await?.unwrap_or_default();
        if all.is_empty() {
            return Ok(None);
        }
        let first = all.remove(0);
        mx_settings::write(db, NEXT, &all).await?;
        Ok(Some(first))
    }

    /// Goes on with a run after answers, or begins it.
    pub(in crate::bank) async fn go_on(
        &self,
        db: &mut SqliteConnection,
        member: &mut Member,
        job: Job,
        outcome: Outcome,
        round: u8,
    ) -> Result<(), BankError> {
        let pace: Pace = mx_settings::read(db, PACE).await?.unwrap_or_default();
        member.record.run = Some(Run {
            job,
            left: pace.polls.saturating_add(1),
            outcome,
            round,
            has_arrived: false,
        });
        let wait = i64::try_from(self.pace().historical.as_millis()).unwrap_or(i64::MAX);
        member.due_at = Some(self.now().as_millisecond().saturating_add(wait));
        Ok(())
    }

    /// Remembers what is shown now, if MX is to go on showing it.
    pub(super) async fn keep_stale(
        &self,
        db: &mut SqliteConnection,
        member: &mut Member,
    ) -> Result<(), BankError> {
        let pace: Pace = mx_settings::read(db, PACE).await?.unwrap_or_default();
        member.record.stale = (pace.stale > 0).then(|| Stale {
            left: pace.stale,
            status: member.record.status.clone(),
            is_being_aggregated: member.record.run.is_some(),
            challenges: member.record.challenges.clone(),
        });
        Ok(())
    }
}

/// The bank of a member.
pub(super) fn bench_of(member: &Member) -> Result<&'static Bench, Refusal> {
    bench(&member.institution_code).ok_or_else(|| no(404, "This bank is no longer available."))
}

/// Whether a run can be begun now.
pub(super) fn can_run(member: &Member) -> bool {
    !member.record.status.as_deref().is_some_and(forbids_runs)
}
