//! MX members whose status is set on demand: at once, or at the end of the next run.

use serde_json::Value;

use super::Deed;
use crate::bank::members::{MemberPace, MxReceiver, NEXT, RECEIVER, STATUSES, is_kind};
use crate::bank::{Bank, BankError, Refusal};
use crate::store::members::{self, Asking, Job, Member, Outcome, Run};
use crate::store::{StoreError, Write, mx_settings};

/// The status that a member is set to.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// MX's status, or an unknown one. `None` is null.
    pub status: Option<String>,
    /// The number of polls for which it is still being aggregated. `None` ends the run at once.
    pub polls: Option<u32>,
    /// A fixed value for `is_being_aggregated`, if any.
    pub says_aggregated: Option<bool>,
}

impl Bank {
    /// Sets a member's status at once.
    pub async fn set_member(&self, guid: &str, how: Standing) -> Result<Deed, BankError> {
        let (mut write, mut member) = self.begin_member(guid).await?;
        member.record.stale = None;
        member.record.challenges.clear();
        member.record.failures = 0;
        member.due_at = None;
        self.go_on(
            &mut write,
            &mut member,
            Job::Aggregation,
            standing(how.status.clone()),
            0,
        )
        .await?;
        self.arrive_as(&mut write, &mut member, how.polls).await?;
        member.record.says_aggregated = how.says_aggregated;
        self.end_member(write, &member).await?;
        Ok(member_status_set(how.status.as_deref(), "now"))
    }

    /// Challenges a member at once.
    pub async fn challenge_member(&self, guid: &str, asking: Asking) -> Result<Deed, BankError> {
        let (mut write, mut member) = self.begin_member(guid).await?;
        member.record.stale = None;
        member.record.says_aggregated = None;
        let outcome = Outcome::Challenge(asking);
        self.go_on(&mut write, &mut member, Job::Aggregation, outcome, 0)
            .await?;
        self.arrive_as(&mut write, &mut member, None).await?;
        self.end_member(write, &member).await?;
        Ok(Deed::new(
            "The bank is asking a question.",
            "The app asks the person within seconds and sends the answers to the bank.",
        ))
    }

    /// Sets the outcome of a member's next run or, without a guid, of the next new member's run.
    pub async fn set_next(&self, guid: Option<&str>, outcome: Outcome) -> Result<Deed, BankError> {
        let words = match &outcome {
            Outcome::Status(status) => status.clone(),
            Outcome::Challenge(_) => Some("CHALLENGED".to_owned()),
        };
        match guid {
            Some(guid) => {
                let (write, mut member) = self.begin_member(guid).await?;
                member.record.next = Some(outcome);
                self.end_member(write, &member).await?;
            }
            None => {
                let mut write = self.store().write().await?;
                let mut all: Vec<Outcome> = mx_settings::load_setting(&mut write, NEXT)
                    .await?
                    .unwrap_or_default();
                all.push(outcome);
                mx_settings::write(&mut write, NEXT, &all).await?;
                write.commit().await.map_err(StoreError::from)?;
            }
        }
        Ok(member_status_set(
            words.as_deref(),
            "when the next update ends",
        ))
    }

    /// Changes how slowly MX works.
    pub async fn set_pace(&self, pace: MemberPace) -> Result<Deed, BankError> {
        self.set_pace_of_members(pace).await?;
        let done = format!(
            "An update takes {} status checks, and shows the old status for {} more.",
            pace.polls, pace.stale
        );
        Ok(Deed::new(
            done,
            "The app keeps checking until the update is over.",
        ))
    }

    /// Sets the receiver of MX's webhooks. `None` stops them.
    pub async fn set_receiver(&self, receiver: Option<MxReceiver>) -> Result<Deed, BankError> {
        let mut write = self.store().write().await?;
        let done = match &receiver {
            Some(receiver) => {
                mx_settings::write(&mut write, RECEIVER, receiver).await?;
                format!("MX webhooks now go to {}.", receiver.url)
            }
            None => {
                mx_settings::forget(&mut write, RECEIVER).await?;
                "MX no longer sends webhooks.".to_owned()
            }
        };
        write.commit().await.map_err(StoreError::from)?;
        Ok(Deed::new(
            done,
            "The app also finds changes at its scheduled checks, with or without webhooks.",
        ))
    }

    pub(super) async fn begin_member(&self, guid: &str) -> Result<(Write, Member), BankError> {
        let mut write = self.store().write().await?;
        let member = members::by_guid(&mut write, guid)
            .await?
            .ok_or_else(|| Refusal::invalid_field("member_guid is not a member of this bank"))?;
        Ok((write, member))
    }

    pub(super) async fn end_member(
        &self,
        mut write: Write,
        member: &Member,
    ) -> Result<(), BankError> {
        members::update(&mut write, member).await?;
        self.commit(write).await
    }

    /// Makes the outcome of a run visible at once. The run then lasts for some polls, or ends.
    async fn arrive_as(
        &self,
        write: &mut Write,
        member: &mut Member,
        polls: Option<u32>,
    ) -> Result<(), BankError> {
        if let Some(Run { left, .. }) = &mut member.record.run {
            // The outcome becomes visible at the next step.
            *left = 2;
        }
        self.step(write, member).await?;
        match (polls, &mut member.record.run) {
            (Some(polls), Some(run)) if polls > 0 => run.left = polls.saturating_add(1),
            _ => self.step(write, member).await?,
        }
        Ok(())
    }
}

/// Returns the outcome with a status. `CHALLENGED` becomes a challenge, because it needs a question.
pub fn standing(status: Option<String>) -> Outcome {
    match status.as_deref() {
        Some("CHALLENGED") => Outcome::Challenge(Asking::Kinds {
            kinds: vec!["TEXT".to_owned()],
            rounds: 1,
            as_numbers: false,
        }),
        _ => Outcome::Status(status),
    }
}

/// Returns a challenge with questions of these kinds.
pub fn asking(kinds: Vec<String>, rounds: u8, as_numbers: bool) -> Result<Asking, Refusal> {
    if kinds.is_empty() {
        return Err(Refusal::invalid_field("challenges must not be empty"));
    }
    if let Some(odd) = kinds.iter().find(|kind| !is_kind(kind)) {
        return Err(Refusal::invalid_field(format!(
            "challenges must be TEXT, TOKEN, OPTIONS, IMAGE_DATA or IMAGE_OPTIONS, not {odd}"
        )));
    }
    Ok(Asking::Kinds {
        kinds,
        rounds: rounds.max(1),
        as_numbers,
    })
}

fn member_status_set(status: Option<&str>, when: &str) -> Deed {
    let known = STATUSES.iter().any(|one| Some(one.1) == status);
    let word = status.unwrap_or("null");
    let expect = match status {
        Some("CONNECTED") => {
            "The app gets the accounts and transactions, and the connection works."
        }
        Some("DENIED" | "PREVENTED" | "IMPAIRED" | "IMPORTED") => {
            "The app asks the person to log in again."
        }
        _ if !known => "Nothing breaks: the app waits for a while.",
        _ => "The app says what this means and what to do.",
    };
    Deed::new(format!("The member’s status is {word} {when}."), expect)
        .with("connection_status", Value::from(status))
}
