//! The steps of a run: first the outcome becomes visible, then the run ends. A challenge waits for its answers.

use sqlx::SqliteConnection;

use super::questions::questions;
use crate::bank::{Bank, BankError};
use crate::store::members::{self, Member, Outcome};

/// How long a challenge waits for answers, in milliseconds.
const CHALLENGE_MS: i64 = 10 * 60_000;
/// The number of wrong passwords in a row after which MX gives up.
const MOST_FAILURES: u8 = 3;

impl Bank {
    /// Advances a run by one step. An overdue challenge expires.
    pub(in crate::bank) async fn step(
        &self,
        db: &mut SqliteConnection,
        member: &mut Member,
    ) -> Result<(), BankError> {
        let Some(mut run) = member.record.run.clone() else {
            return Ok(());
        };
        if run.has_arrived && matches!(run.outcome, Outcome::Challenge(_)) {
            return self.heed_challenge(db, member).await;
        }
        run.left = run.left.saturating_sub(1);
        let left = run.left;
        let has_arrived = run.has_arrived;
        member.record.run = Some(run);
        if left <= 1 && !has_arrived {
            self.arrive(db, member).await?;
        }
        if left == 0 {
            self.end_run(db, member).await?;
        }
        Ok(())
    }

    /// Ends runs and challenges that are due by the clock.
    pub(in crate::bank) async fn heed_members(&self) -> Result<(), BankError> {
        let now = self.now().as_millisecond();
        let due = {
            let mut read = self.store().begin_read().await?;
            members::due(&mut read, now).await?
        };
        for guid in due {
            let mut write = self.store().write().await?;
            let Some(mut member) = members::by_guid(&mut write, &guid).await? else {
                continue;
            };
            member.due_at = None;
            let waits = |member: &Member| member.due_at.is_some();
            while member.record.run.is_some() && !waits(&member) {
                self.step(&mut write, &mut member).await?;
            }
            members::update(&mut write, &member).await?;
            self.commit(write).await?;
        }
        Ok(())
    }

    /// Makes the outcome visible. A successful run has accounts from now on.
    async fn arrive(
        &self,
        db: &mut SqliteConnection,
        member: &mut Member,
    ) -> Result<(), BankError> {
        let Some(run) = &mut member.record.run else {
            return Ok(());
        };
        run.has_arrived = true;
        let (outcome, round) = (run.outcome.clone(), run.round);
        match outcome {
            Outcome::Challenge(asking) => {
                member.record.challenges = questions(&asking, round, member);
                let end = self.now().as_millisecond().saturating_add(CHALLENGE_MS);
                member.due_at = Some(end);
                self.set_status(db, member, Some("CHALLENGED".to_owned()))
                    .await?;
            }
            Outcome::Status(status) => {
                let status = counted(member, status);
                if status.as_deref() == Some("CONNECTED") {
                    self.give_item(db, member).await?;
                    member.record.is_authenticated = true;
                    member.record.has_accounts = true;
                }
                self.set_status(db, member, status).await?;
            }
        }
        Ok(())
    }

    async fn end_run(
        &self,
        db: &mut SqliteConnection,
        member: &mut Member,
    ) -> Result<(), BankError> {
        let Some(run) = member.record.run.clone() else {
            return Ok(());
        };
        if matches!(run.outcome, Outcome::Challenge(_)) {
            return Ok(());
        }
        member.record.run = None;
        member.due_at = None;
        if member.record.status.as_deref() == Some("CONNECTED") {
            let changes = self.fetch_rows(db, member, run.job).await?;
            member.record.has_transactions = true;
            member.record.succeeded_at = Some(self.now().as_millisecond());
            self.tell_of_rows(db, member, run.job, &changes, false)
                .await?;
        }
        Ok(())
    }

    /// Expires an overdue challenge, before an answer is accepted.
    pub(super) async fn heed_expiry(
        &self,
        db: &mut SqliteConnection,
        member: &mut Member,
    ) -> Result<(), BankError> {
        if member.record.status.as_deref() == Some("CHALLENGED") {
            return self.heed_challenge(db, member).await;
        }
        Ok(())
    }

    /// Expires a challenge and its run once its time is over.
    async fn heed_challenge(
        &self,
        db: &mut SqliteConnection,
        member: &mut Member,
    ) -> Result<(), BankError> {
        let asked_at = member.due_at.unwrap_or(0);
        if asked_at > self.now().as_millisecond() {
            return Ok(());
        }
        member.record.run = None;
        member.record.challenges.clear();
        member.due_at = None;
        self.set_status(db, member, Some("EXPIRED".to_owned()))
            .await
    }
}

/// Counts wrong passwords. The third in a row turns the status into `PREVENTED`.
fn counted(member: &mut Member, status: Option<String>) -> Option<String> {
    let record = &mut member.record;
    match status.as_deref() {
        Some("DENIED") => {
            record.failures = record.failures.saturating_add(1);
            if record.failures >= MOST_FAILURES {
                return Some("PREVENTED".to_owned());
            }
        }
        Some("CONNECTED") => record.failures = 0,
        _ => {}
    }
    status
}
