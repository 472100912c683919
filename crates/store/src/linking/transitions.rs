//! The life of an attempt to link, from its beginning to each of its ends: one function for each step
//! ([`Step`]), in the order of the table in ARCHITECTURE.md. What else a step changes lands in its transaction.

use jiff::{SignedDuration, Timestamp};
use sqlx::{Sqlite, Transaction};

use crate::linking::connections::{self, NewConnection};
use crate::linking::notes;
use crate::linking::selection::note_selection;
use crate::linking::typed;
use crate::oversight::activity::{self, About, note};
use crate::{Store, StoreError, jobs};
use domain::activity::Event;
use domain::attempt::{LinkAttempt, Stage, Step};
use domain::connection::{LinkPhase, NoteKind};
use domain::id::{ConnectionId, LinkId};
use domain::job::JobKind;

type Tx = Transaction<'static, Sqlite>;

/// After so long, an exchange that nobody has finished is taken up again.
const LOOK_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// An attempt to keep, with what opens Link sealed.
#[derive(Debug)]
pub struct NewLink<'a> {
    /// The attempt.
    pub link: &'a LinkAttempt,
    /// The hash of its link token, by which a webhook names it.
    pub token_hash: Option<&'a str>,
    /// Its link token.
    pub sealed_token: Option<&'a [u8]>,
    /// The provider's page.
    pub sealed_hosted_url: Option<&'a [u8]>,
}

/// A public token that came, for an attempt.
#[derive(Debug)]
pub struct Intent<'a> {
    /// The attempt.
    pub link: &'a LinkId,
    /// The token's hash.
    pub token_hash: &'a str,
    /// The token, sealed.
    pub sealed_public_token: &'a [u8],
    /// The provider's id of the institution.
    pub institution_id: Option<&'a str>,
    /// Its name.
    pub institution_name: Option<&'a str>,
    /// Whether the person says that the accounts are different from those of a bank that looks the same.
    pub links_anyway: bool,
}

/// A repair, or a new choice of accounts, that has succeeded.
#[derive(Debug)]
pub struct Repair<'a> {
    /// The attempt.
    pub link: &'a LinkId,
    /// The connection.
    pub connection: &'a ConnectionId,
    /// Whether the person was asked to choose accounts.
    pub chose_accounts: bool,
    /// The provider's ids of the accounts that are shared now; none when it did not say.
    pub shared: &'a [String],
}

impl Store {
    /// Keeps an attempt that has just begun.
    pub async fn begin_link(&self, new: &NewLink<'_>, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        insert(&mut tx, new, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// [`Step::Challenge`]: the bank asks the person something; `false` when that is known, or the attempt is over.
    pub async fn challenge_link(&self, id: &LinkId, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let taken = take(&mut tx, Step::Challenge, id, now).await?;
        if taken {
            typed::set_phase(&mut tx, id, Some(LinkPhase::Challenged)).await?;
        }
        tx.commit().await?;
        Ok(taken)
    }

    /// [`Step::Answer`]: what the bank asked was answered, so it is asked again at `due`; `false` when it did not ask.
    pub async fn answer_link(
        &self,
        id: &LinkId,
        now: Timestamp,
        due: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let taken = take(&mut tx, Step::Answer, id, now).await?;
        if taken {
            typed::set_phase(&mut tx, id, Some(LinkPhase::Processing)).await?;
            jobs::request(&mut tx, JobKind::Link, id.as_str(), due).await?;
        }
        tx.commit().await?;
        Ok(taken)
    }

    /// [`Step::Intend`]: writes down that a public token is about to be exchanged. `false`, and nothing is written,
    /// when the attempt is over or has a token: another would take its place.
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

    /// Keeps an attempt of which nothing is known but its public token, and [`Step::Intend`]s at once.
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

    /// [`Step::Hold`]: ends an attempt whose bank seems to be linked already, and keeps its token for the case that
    /// the person says that these are different accounts. `false` when the attempt is over or has a token.
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

    /// [`Step::Release`]: goes on with an attempt whose token was held, because the person says that the accounts are
    /// different. `false` when no token is held.
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

    /// [`Step::Refuse`]: forgets an intent, because the provider has refused the token: the attempt is free for another.
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

    /// [`Step::Link`]: keeps the connection that came of an attempt, and asks for its first sync.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the provider's name for it is known already; when the database fails.
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
        note(&mut tx, About::Connection(new.id), &Event::Linked, new.now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// [`Step::Recognize`]: ends an attempt whose bank is linked already, as the exchange has shown.
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

    /// [`Step::Lose`]: ends an attempt whose public token the provider has exchanged for an answer that never came.
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

    /// [`Step::Repair`]: ends an attempt that repaired a connection or chose its accounts anew: asks for a sync,
    /// forgets what the new log-in has settled, and notes which accounts are shared from now on.
    pub async fn end_repair(&self, repair: &Repair<'_>, now: Timestamp) -> Result<(), StoreError> {
        let connection = repair.connection.as_str();
        let mut tx = self.begin().await?;
        if take(&mut tx, Step::Repair, repair.link, now).await? {
            sqlx::query("UPDATE link_attempt SET result_id = $1 WHERE id = $2")
                .bind(connection)
                .bind(repair.link.as_str())
                .execute(&mut *tx)
                .await?;
            let first = typed::let_in(&mut tx, connection, now).await?;
            notes::drop_kinds(&mut tx, connection, &NoteKind::ENDED_BY_LOGIN).await?;
            if repair.chose_accounts {
                notes::drop_kinds(&mut tx, connection, &NoteKind::ENDED_BY_CHOICE).await?;
            }
            note_selection(&mut tx, connection, repair.shared, now).await?;
            jobs::request(&mut tx, JobKind::Sync, connection, now).await?;
            if first {
                let about = About::Connection(repair.connection);
                note(&mut tx, about, &Event::Linked, now).await?;
            } else {
                activity::note_repair(&mut tx, repair.link, repair.connection, now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    /// [`Step::Leave`]: ends an attempt that led to nothing; `false` when it was over, or a token of it waits for its
    /// exchange: then it goes on.
    pub async fn leave_link(&self, id: &LinkId, now: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let left = take(&mut tx, Step::Leave, id, now).await?;
        tx.commit().await?;
        Ok(left)
    }

    /// [`Step::Follow`]: ends an attempt as another ended that had the same public token, unless it has a token of its
    /// own.
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

/// Writes an attempt that has just begun.
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

/// Takes a step that ends in one place; `false` when the attempt is not where the step begins.
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

/// Takes a step to where it ends. An exchange that is under way is looked after, should the program be stopped;
/// nothing else is.
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

/// Nobody has to look after an attempt any more, except who is doing it.
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
