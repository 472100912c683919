//! Runs: MX fetches data from a bank, and clients that poll the member see the progress.
//!
//! A run advances by one step with each poll, so a client's loop always sees the same sequence. Without polls it ends a
//! few seconds later by the clock, because webhooks are sent either way.

use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::institutions::MxInstitution;
use super::status::forbids_runs;
use super::verdict::verdict;
use super::{MemberView, mx_institution, new_guid, no};
use crate::bank::{Bank, BankError, Refusal};
use crate::store::members::{self, Job, Member, Outcome, Run, Stale};
use crate::store::{StoreError, mx_settings};

/// The setting with the outcomes of the first runs of coming members.
pub(in crate::bank) const NEXT: &str = "next";

/// The setting with the pace.
const PACE: &str = "pace";

/// How slowly MX works.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Pace {
    /// The number of polls for which a member is being aggregated.
    pub polls: u32,
    /// The number of polls for which the previous state is still shown.
    pub stale: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { polls: 2, stale: 0 }
    }
}

impl Bank {
    /// Returns a member and advances its run by one step, as each poll does.
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

    /// Returns how slowly MX works.
    pub async fn pace_of_members(&self) -> Result<Pace, BankError> {
        let mut read = self.store().begin_read().await?;
        Ok(mx_settings::load_setting(&mut read, PACE)
            .await?
            .unwrap_or_default())
    }

    /// Changes how slowly MX works.
    pub(in crate::bank) async fn set_pace_of_members(&self, pace: Pace) -> Result<(), BankError> {
        let mut write = self.store().write().await?;
        mx_settings::write(&mut write, PACE, &pace).await?;
        write.commit().await.map_err(StoreError::from)?;
        Ok(())
    }

    /// Begins a run. Depending on the pace, polls first show the previous state.
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

    /// Takes the outcome that was set for the run of the next new member, if any.
    async fn take_next(&self, db: &mut SqliteConnection) -> Result<Option<Outcome>, BankError> {
        let mut all: Vec<Outcome> = mx_settings::load_setting(db, NEXT)
            .await?
            .unwrap_or_default();
        if all.is_empty() {
            return Ok(None);
        }
        let first = all.remove(0);
        mx_settings::write(db, NEXT, &all).await?;
        Ok(Some(first))
    }

    /// Begins a run, or continues it after answers.
    pub(in crate::bank) async fn go_on(
        &self,
        db: &mut SqliteConnection,
        member: &mut Member,
        job: Job,
        outcome: Outcome,
        round: u8,
    ) -> Result<(), BankError> {
        let pace: Pace = mx_settings::load_setting(db, PACE)
            .await?
            .unwrap_or_default();
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

    /// Saves the current state as stale, if the pace has polls show it for longer.
    pub(super) async fn keep_stale(
        &self,
        db: &mut SqliteConnection,
        member: &mut Member,
    ) -> Result<(), BankError> {
        let pace: Pace = mx_settings::load_setting(db, PACE)
            .await?
            .unwrap_or_default();
        member.record.stale = (pace.stale > 0).then(|| Stale {
            left: pace.stale,
            status: member.record.status.clone(),
            is_being_aggregated: member.record.run.is_some(),
            challenges: member.record.challenges.clone(),
        });
        Ok(())
    }
}

/// Returns a member's bank.
pub(super) fn mx_institution_of(member: &Member) -> Result<&'static MxInstitution, Refusal> {
    mx_institution(&member.institution_code)
        .ok_or_else(|| no(404, "This bank is no longer available."))
}

/// Whether the member's status allows a run.
pub(super) fn can_run(member: &Member) -> bool {
    !member.record.status.as_deref().is_some_and(forbids_runs)
}
