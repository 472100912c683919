//! The transitions of a link attempt: one function for each [`Step`], in the order of the table in ARCHITECTURE.md.
//! Everything else that a step changes is in the same transaction.

use jiff::{SignedDuration, Timestamp};

use crate::linking::alerts;
use crate::linking::connections::{self, NewConnection};
use crate::linking::selection::record_selection;
use crate::linking::{credentials, leaving};
use crate::oversight::activity::{self, About, record};
use crate::{Store, StoreError, Tx, jobs};
use domain::activity::Event;
use domain::attempt::{LinkAttempt, Stage, Step};
use domain::connection::{AlertKind, LinkPhase};
use domain::id::{ConnectionId, LinkId};
use domain::job::JobKind;

/// After this time, an unfinished exchange is taken up again.
const LOOK_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// An attempt to store, with the sealed secrets that open Link.
#[derive(Debug)]
pub struct NewLink<'a> {
    /// The attempt.
    pub link: &'a LinkAttempt,
    /// The hash of its link token, by which webhooks refer to it.
    pub token_hash: Option<&'a str>,
    /// The sealed link token.
    pub sealed_token: Option<&'a [u8]>,
    /// The sealed URL of the provider's hosted page.
    pub sealed_hosted_url: Option<&'a [u8]>,
}

/// A public token that arrived for an attempt.
#[derive(Debug)]
pub struct Intent<'a> {
    /// The attempt.
    pub link: &'a LinkId,
    /// The token's hash.
    pub token_hash: &'a str,
    /// The sealed token.
    pub sealed_public_token: &'a [u8],
    /// The provider's id of the institution.
    pub institution_id: Option<&'a str>,
    /// The institution's name.
    pub institution_name: Option<&'a str>,
    /// Whether the person says that the accounts are different from those of a bank that looks the same.
    pub links_anyway: bool,
}

/// A repair, or a new choice of accounts, that succeeded.
#[derive(Debug)]
pub struct Repair<'a> {
    /// The attempt.
    pub link: &'a LinkId,
    /// The connection.
    pub connection: &'a ConnectionId,
    /// Whether the person was asked to choose accounts.
    pub chose_accounts: bool,
    /// The provider's ids of the accounts that are now shared; empty if it did not say.
    pub shared: &'a [String],
}

impl Store {
    /// Stores a new attempt.
    pub async fn begin_link(&self, new: &NewLink<'_>, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        insert(&mut tx, new, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// [`Step::Challenge`]: the bank asks the person a question. `false` if the attempt was already challenged or has
    /// ended.
    pub async fn challenge_link(&self, id: &LinkId, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let taken = take(&mut tx, Step::Challenge, id, now).await?;
        if taken {
            credentials::set_phase(&mut tx, id, Some(LinkPhase::Challenged)).await?;
        }
        tx.commit().await?;
        Ok(taken)
    }

    /// [`Step::Answer`]: the person answered, so the provider is asked again at `due`. `false` if there was no
    /// question.
    pub async fn answer_link(
        &self,
        id: &LinkId,
        now: Timestamp,
        due: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let taken = take(&mut tx, Step::Answer, id, now).await?;
        if taken {
            credentials::set_phase(&mut tx, id, Some(LinkPhase::Processing)).await?;
            jobs::request(&mut tx, JobKind::Link, id.as_str(), due).await?;
        }
        tx.commit().await?;
        Ok(taken)
    }

    /// [`Step::Intend`]: records that a public token is about to be exchanged. `false`, without changes, if the
    /// attempt has ended or already has a token, which this one would replace.
    pub async fn intend_exchange(
        &self,
        intent: &Intent<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let taken = take(&mut tx, Step::Intend, intent.link, now).await?;
        if taken {
            keep_token(&mut tx, intent).await?;
        }
        tx.commit().await?;
        Ok(taken)
    }

    /// Stores an attempt of which only the public token is known, and takes [`Step::Intend`] at once.
    pub async fn begin_intended_link(
        &self,
        new: &NewLink<'_>,
        intent: &Intent<'_>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        insert(&mut tx, new, now).await?;
        take(&mut tx, Step::Intend, intent.link, now).await?;
        keep_token(&mut tx, intent).await?;
        tx.commit().await?;
        Ok(())
    }

    /// [`Step::Hold`]: ends an attempt whose bank seems to be linked already, and keeps its token in case the person
    /// says that these are different accounts. `false` if the attempt has ended or already has a token.
    pub async fn hold_token(
        &self,
        intent: &Intent<'_>,
        first: &ConnectionId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let taken = take(&mut tx, Step::Hold, intent.link, now).await?;
        if taken {
            keep_token(&mut tx, intent).await?;
            sqlx::query("UPDATE link_attempt SET linked_before_id = $1 WHERE id = $2")
                .bind(first.as_str())
                .bind(intent.link.as_str())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(taken)
    }

    /// [`Step::Release`]: resumes an attempt whose token was held, because the person says that the accounts are
    /// different. `false` if no token is held.
    pub async fn release_token(&self, id: &LinkId, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let held = "SELECT EXISTS (SELECT 1 FROM link_attempt WHERE id = $1 AND sealed_public_token IS NOT NULL)";
        let held: bool = sqlx::query_scalar(held)
            .bind(id.as_str())
            .fetch_one(&mut *tx)
            .await?;
        let taken = held && take(&mut tx, Step::Release, id, now).await?;
        if taken {
            sqlx::query(
                "UPDATE link_attempt SET linked_before_id = NULL, links_anyway = 1 WHERE id = $1",
            )
            .bind(id.as_str())
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(taken)
    }

    /// [`Step::Refuse`]: drops a token that the provider has refused; the attempt can take another.
    pub async fn refuse_token(&self, id: &LinkId, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        if take(&mut tx, Step::Refuse, id, now).await? {
            sqlx::query(
                "UPDATE link_attempt SET sealed_public_token = NULL, public_token_hash = NULL WHERE id = $1",
            )
            .bind(id.as_str())
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// [`Step::Link`]: stores the connection that an attempt led to, and requests its first sync.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if the provider's id of the connection is already stored.
    pub async fn add_connection(&self, new: &NewConnection<'_>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        connections::insert(&mut tx, new).await?;
        if take(&mut tx, Step::Link, new.link_id, new.now).await? {
            let linked =
                "UPDATE link_attempt SET result_id = $1, sealed_public_token = NULL WHERE id = $2";
            sqlx::query(linked)
                .bind(new.id.as_str())
                .bind(new.link_id.as_str())
                .execute(&mut *tx)
                .await?;
        }
        jobs::request(&mut tx, JobKind::Sync, new.id.as_str(), new.now).await?;
        record(&mut tx, About::Connection(new.id), &Event::Linked, new.now).await?;
        leaving::unlink_if_leaving(&mut tx, new.user_id, new.id.as_str(), new.now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// [`Step::Recognize`]: ends an attempt whose exchange showed that the bank is already linked.
    pub async fn recognize_duplicate(
        &self,
        id: &LinkId,
        first: &ConnectionId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        if take(&mut tx, Step::Recognize, id, now).await? {
            sqlx::query(
                "UPDATE link_attempt SET sealed_public_token = NULL, result_id = NULL, linked_before_id = $1 WHERE id = $2",
            )
            .bind(first.as_str())
            .bind(id.as_str())
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// [`Step::Lose`]: ends an attempt whose public token the provider has exchanged, but whose response was lost.
    pub async fn lose_link(&self, id: &LinkId, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        if take(&mut tx, Step::Lose, id, now).await? {
            sqlx::query(
                "UPDATE link_attempt SET lost_at = $1, sealed_public_token = NULL WHERE id = $2",
            )
            .bind(now.as_millisecond())
            .bind(id.as_str())
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// [`Step::Repair`]: ends an attempt that repaired a connection or chose its accounts again. Requests a sync,
    /// deletes the alerts that the new log-in resolves, and records which accounts are now shared.
    pub async fn end_repair(&self, repair: &Repair<'_>, now: Timestamp) -> Result<(), StoreError> {
        let connection = repair.connection.as_str();
        let mut tx = self.begin().await?;
        if take(&mut tx, Step::Repair, repair.link, now).await? {
            sqlx::query("UPDATE link_attempt SET result_id = $1 WHERE id = $2")
                .bind(connection)
                .bind(repair.link.as_str())
                .execute(&mut *tx)
                .await?;
            let first = credentials::let_in(&mut tx, connection, now).await?;
            alerts::drop_kinds(&mut tx, connection, &AlertKind::ENDED_BY_LOGIN).await?;
            if repair.chose_accounts {
                alerts::drop_kinds(&mut tx, connection, &AlertKind::ENDED_BY_CHOICE).await?;
            }
            record_selection(&mut tx, connection, repair.shared, now).await?;
            jobs::request(&mut tx, JobKind::Sync, connection, now).await?;
            if first {
                let about = About::Connection(repair.connection);
                record(&mut tx, about, &Event::Linked, now).await?;
            } else {
                activity::record_repair(&mut tx, repair.link, repair.connection, now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// [`Step::Leave`]: ends an attempt without a result. `false`, and the attempt continues, if it has ended or its
    /// token is waiting to be exchanged.
    pub async fn leave_link(&self, id: &LinkId, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let left = take(&mut tx, Step::Leave, id, now).await?;
        tx.commit().await?;
        Ok(left)
    }

    /// [`Step::Follow`]: ends an attempt in the same way as another one with the same public token, unless it has a
    /// token of its own.
    pub async fn follow_link(
        &self,
        id: &LinkId,
        other: &LinkId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let other: Option<(String, Option<String>, Option<String>)> = sqlx::query_as(
            "SELECT state, result_id, linked_before_id FROM link_attempt WHERE id = $1",
        )
        .bind(other.as_str())
        .fetch_optional(&mut *tx)
        .await?;
        let Some((stage, result, first)) = other else {
            return Ok(());
        };
        let stage = Stage::from_word(&stage).filter(|stage| Step::Follow.to().contains(stage));
        if let Some(stage) = stage
            && take_to(&mut tx, Step::Follow, stage, id, now).await?
        {
            sqlx::query(
                "UPDATE link_attempt SET result_id = $1, linked_before_id = $2 WHERE id = $3",
            )
            .bind(result)
            .bind(first)
            .bind(id.as_str())
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Inserts a new attempt.
pub(crate) async fn insert(
    tx: &mut Tx,
    new: &NewLink<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let link = new.link;
    sqlx::query(
        "INSERT INTO link_attempt
           (id, person_id, connection_id, chooses_accounts, token_hash, sealed_token, sealed_hosted_url,
            created_at, expires_at, webhook_url, links_anyway, provider, state, typed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(link.id.as_str())
    .bind(link.user_id.as_str())
    .bind(link.purpose.connection().map(|id| id.as_str()))
    .bind(link.purpose.chooses_accounts())
    .bind(new.token_hash)
    .bind(new.sealed_token)
    .bind(new.sealed_hosted_url)
    .bind(now.as_millisecond())
    .bind(link.expires_at.as_millisecond())
    .bind(&link.webhook_url)
    .bind(link.purpose.links_anyway())
    .bind(&link.provider)
    .bind(Stage::Open.as_str())
    .bind(link.typed)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes a step that has a single end. `false` if the attempt is not in a state that the step starts from.
pub(crate) async fn take(
    tx: &mut Tx,
    step: Step,
    id: &LinkId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    match step.to() {
        [stage] => take_to(tx, step, *stage, id, now).await,
        _ => Ok(false),
    }
}

/// Takes a step to one of its ends. An intended exchange gets a job that resumes it if the program stops; in all
/// other states the job is unscheduled.
async fn take_to(
    tx: &mut Tx,
    step: Step,
    stage: Stage,
    id: &LinkId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let from: Vec<&str> = step.from().iter().map(|stage| stage.as_str()).collect();
    let taken = sqlx::query(
        "UPDATE link_attempt SET state = $1,
             finished_at = CASE WHEN $2 THEN COALESCE(finished_at, $3) ELSE NULL END
         WHERE id = $4 AND instr(',' || $5 || ',', ',' || state || ',') > 0",
    )
    .bind(stage.as_str())
    .bind(stage.is_over())
    .bind(now.as_millisecond())
    .bind(id.as_str())
    .bind(from.join(","))
    .execute(&mut **tx)
    .await?
    .rows_affected()
        == 1;
    if taken && stage == Stage::Intended {
        let due = now.checked_add(LOOK_AFTER).unwrap_or(now);
        jobs::request(tx, JobKind::Link, id.as_str(), due).await?;
    } else if taken {
        leave_alone(tx, id).await?;
    }
    Ok(taken)
}

async fn keep_token(tx: &mut Tx, intent: &Intent<'_>) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE link_attempt SET sealed_public_token = $1, public_token_hash = $2, institution_id = $3,
             institution_name = $4, links_anyway = $5
         WHERE id = $6",
    )
    .bind(intent.sealed_public_token)
    .bind(intent.token_hash)
    .bind(intent.institution_id)
    .bind(intent.institution_name)
    .bind(intent.links_anyway)
    .bind(intent.link.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Unschedules the attempt's job, unless it is running.
async fn leave_alone(tx: &mut Tx, id: &LinkId) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE job SET run_at = NULL WHERE kind = $2 AND subject = $1 AND lease_until IS NULL",
    )
    .bind(id.as_str())
    .bind(JobKind::Link.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
